/**
 * Disclosure control stands between validation and writing: what it returns is what the database will hold.
 * For now it lets everything through and says so in the release record.
 */
import type { ColumnCandidate } from '../import/candidate.ts';

/** Figures of a column that are already published, by district key. */
export type PublishedCells = ReadonlyMap<string, { value: number | null; status: string }>;

/** Reads what is published of the same column; a later rule set needs it to protect differences of releases. */
export type Published = (column: ColumnCandidate) => Promise<PublishedCells>;

/** What was done to the figures, for the release record. */
export interface ProtectionReport {
  /** Rule set that ran. */
  method: 'none';
  /** Cells looked at. */
  cells: number;
  /** Cells whose published form differs from the delivered one. */
  changed: number;
}

/**
 * Protects delivered columns before anything is written.
 * @param candidate columns as delivered
 * @param published access to what is published already
 * @returns the columns to publish and the report
 */
export async function protect(
  candidate: readonly ColumnCandidate[],
  _published: Published,
): Promise<{ columns: readonly ColumnCandidate[]; report: ProtectionReport }> {
  const cells = candidate.reduce((sum, column) => sum + column.keys.length, 0);
  return { columns: candidate, report: { method: 'none', cells, changed: 0 } };
}
