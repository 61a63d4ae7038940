/** Compares what a package declares with a row that is stored. */
import type { Label } from '../label.ts';

/** A label as the two columns that every labelled table has. */
export function labelColumns(label: Label): { label_de: string; label_en: string | null } {
  return { label_de: label.de, label_en: label.en ?? null };
}

/** Whether a stored row lacks or contradicts any of the wanted columns; a row that is not there does. */
export function differs(stored: object | undefined, wanted: Record<string, unknown>): boolean {
  if (!stored) return true;
  return listDifferences(stored, wanted).length > 0;
}

/** The columns in which a stored row differs from the wanted one. */
export function listDifferences(
  stored: object,
  wanted: Record<string, unknown>,
): { column: string; was: unknown; wanted: unknown }[] {
  const columns = new Map<string, unknown>(Object.entries(stored));
  return Object.entries(wanted)
    .map(([column, value]) => ({ column, was: columns.get(column), wanted: value }))
    .filter((difference) => toText(difference.was) !== toText(difference.wanted));
}

/** JSON with sorted keys, since jsonb does not keep the order of keys. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
