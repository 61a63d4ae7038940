/** Order of features: the sort keys of a request, then the district's key, so that every order is total. */
import type { Cell } from '../indicators/joined-column.ts';
import { type Property, requireProperty } from './property.ts';

/** One property to sort by. */
export interface SortKey {
  property: Property;
  descending: boolean;
}

/**
 * Reads `sortby`, e.g. `+name,-mss_s1`; a sign is optional.
 * @throws Problem invalid_request for a name that no property has
 */
export function readSortKeys(
  properties: readonly Property[],
  sortby: readonly string[] | undefined,
): SortKey[] {
  return (sortby ?? []).map((entry) => {
    // A plus sign that was not escaped arrives as a blank.
    const name = entry.replace(/^[+\- ]/, '');
    return { property: requireProperty(properties, name, 'sortby'), descending: entry.startsWith('-') };
  });
}

/** German alphabetical order. */
const COLLATOR = new Intl.Collator('de');

/** Compares two rows of sort values; what has no value comes last, in both directions. */
export function compareRows(keys: readonly SortKey[], a: readonly Cell[], b: readonly Cell[]): number {
  for (const [k, { descending }] of keys.entries()) {
    const [left, right] = [a[k]!, b[k]!];
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : COLLATOR.compare(String(left), String(right));
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}
