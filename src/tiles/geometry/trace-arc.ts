/** An arc as it is drawn at a zoom. */
import type { IntList } from './int-list.ts';
import type { ArcNetwork } from './join-arcs.ts';

/** Arcs with what is drawn of them when. */
export type DrawnArcs = Pick<ArcNetwork, 'arcs' | 'coordinates'> & { levels: Uint8Array };

/** A point of the lattice in units of a zoom `shift` halvings above the deepest. */
export function roundTo(coordinate: number, shift: number): number {
  return shift === 0 ? coordinate : (coordinate + (1 << (shift - 1))) >> shift;
}

/**
 * Adds an arc's points to a line, in tile units of the zoom, those left out that repeat the one before. Its first point is not
 * added where the line has points already, since it is the end of the arc before.
 *
 * @param ref arc, or ~arc for backwards
 * @param detail zoom whose points are drawn
 * @param shift halvings between the zoom of the units and the deepest
 * @param start where the line starts in `line`
 */
export function traceArc(
  { arcs, coordinates, levels }: DrawnArcs,
  ref: number,
  detail: number,
  shift: number,
  line: IntList,
  start: number,
): void {
  const backwards = ref < 0;
  const arc = backwards ? ~ref : ref;
  const [first, last] = [arcs[arc]!, arcs[arc + 1]! - 1];
  const step = backwards ? -1 : 1;
  const end = backwards ? first - 1 : last + 1;
  for (let p = backwards ? last : first; p !== end; p += step) {
    if (levels[p]! > detail) continue;
    const x = roundTo(coordinates[2 * p]!, shift);
    const y = roundTo(coordinates[2 * p + 1]!, shift);
    const at = line.length;
    if (at > start && line.items[at - 2] === x && line.items[at - 1] === y) continue;
    line.pushPoint(x, y);
  }
}
