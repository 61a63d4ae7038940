/** Label of a unit that is in no group: noise, an area without a flag. */
export const NO_GROUP = -1;

/** Groups of some of the units. */
export interface GroupLabels {
  /** Group of each unit, 0 the largest, equal sizes by their smallest unit; NO_GROUP (-1) for none. */
  labels: Int32Array;
  /** Units of each group. */
  sizes: Uint32Array;
}

/**
 * Number groups by size, largest first, equal sizes by their smallest unit.
 *
 * @param marks any number of 0 or more per unit, equal within a group; negative: in no group
 */
export function orderGroups(marks: ArrayLike<number>): GroupLabels {
  const groups = new Map<number, { first: number; size: number }>();
  for (let i = 0; i < marks.length; i++) {
    const mark = marks[i]!;
    if (mark < 0) continue;
    const group = groups.get(mark);
    if (group) group.size++;
    else groups.set(mark, { first: i, size: 1 });
  }
  const ordered = [...groups].sort(([, a], [, b]) => b.size - a.size || a.first - b.first);
  const renamed = new Map(ordered.map(([mark], label) => [mark, label]));
  const labels = new Int32Array(marks.length);
  for (let i = 0; i < marks.length; i++) labels[i] = renamed.get(marks[i]!) ?? NO_GROUP;
  return { labels, sizes: Uint32Array.from(ordered, ([, { size }]) => size) };
}
