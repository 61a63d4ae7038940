/** What is computed from a column once and kept as long as the column is: scores, ranks, classes. */
import { LRUCache } from 'lru-cache';
import type { Column } from './column.ts';

/** Results kept for each column, the least used going first; `columnBytes` counts them in. */
export const DERIVED_KEPT = 12;

/** Columns are never changed once they are read, and go with their results when the reader drops them. */
const kept = new WeakMap<Column, LRUCache<string, object>>();

/**
 * The result of a computation over a column, computed at the first call.
 * @param name says what it is, with all that it depends on beside the column
 */
export function derive<T extends object>(column: Column, name: string, compute: () => T): T {
  let results = kept.get(column);
  if (!results) {
    results = new LRUCache({ max: DERIVED_KEPT });
    kept.set(column, results);
  }
  // A name always stands for the same computation, so what is kept under it has the type that this one gives.
  const known = results.get(name) as T | undefined;
  if (known) return known;
  const result = compute();
  results.set(name, result);
  return result;
}
