/** Compares what a package declares with a row that is stored. */
import type { Label } from './candidate.ts';

/** A label as the two columns that every labelled table has. */
export function labelColumns(label: Label): { label_de: string; label_en: string | null } {
  return { label_de: label.de, label_en: label.en ?? null };
}

/** Whether a stored row lacks or contradicts any of the wanted columns; a row that is not there does. */
export function differs(stored: object | undefined, wanted: Record<string, unknown>): boolean {
  if (!stored) return true;
  const columns = new Map(Object.entries(stored));
  return Object.entries(wanted).some(([column, value]) => toText(columns.get(column)) !== toText(value));
}

/** JSON with sorted keys, since jsonb does not keep the order of keys. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
