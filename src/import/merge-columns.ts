/** Makes whole columns of their parts: members of an association deliver a file each. */
import type { ColumnCandidate } from './candidate.ts';
import type { Findings } from './findings.ts';

/**
 * Merges parts of the same geography, boundary version, indicator and period; cells keep their file and line.
 *
 * Notes duplicate_key for a cell that two parts deliver.
 * @returns each column once, in the order of its first part
 */
export function mergeColumns(parts: readonly ColumnCandidate[], findings: Findings): ColumnCandidate[] {
  const columns = Map.groupBy(parts, ({ geography, boundary, indicator, period }) =>
    [geography, boundary, indicator, period].join(' '),
  );
  return [...columns.values()].map((group) => {
    const first = group[0]!;
    if (group.length === 1) return first;
    const merged = {
      ...first,
      keys: group.flatMap(({ keys }) => keys),
      referenceDates: group.flatMap(({ referenceDates }) => referenceDates),
      provisional: group.flatMap(({ provisional }) => provisional),
      files: group.flatMap(({ files }) => files),
      lines: Int32Array.from(group.flatMap(({ lines }) => [...lines])),
      values: concatenate(group.map(({ values }) => values)),
      numerators: concatenateCounts(group, 'numerators'),
      denominators: concatenateCounts(group, 'denominators'),
      status: group.flatMap(({ status }) => status),
      reasons: group.flatMap(({ reasons }) => reasons),
    };
    noteRepeatedCells(merged, findings);
    return merged;
  });
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

/** A file without counts lacks them in all its cells. */
function concatenateCounts(
  group: readonly ColumnCandidate[],
  name: 'numerators' | 'denominators',
): Float64Array | null {
  if (group.every((part) => part[name] === null)) return null;
  return concatenate(group.map((part) => part[name] ?? new Float64Array(part.keys.length).fill(NaN)));
}

function noteRepeatedCells(
  { indicator, period, keys, files, lines }: ColumnCandidate,
  findings: Findings,
): void {
  const places = new Map<string, string>();
  for (const [i, key] of keys.entries()) {
    const first = places.get(key);
    if (first === undefined) places.set(key, `${files[i]} line ${lines[i]}`);
    else {
      findings.add({
        code: 'duplicate_key',
        got: `${indicator} ${period} of ${key} also in ${first}`,
        expected: 'each value once',
        file: files[i]!,
        line: lines[i]!,
      });
    }
  }
}
