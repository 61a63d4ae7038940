/**
 * Areas that two sets of polygons have in common, without cutting a single polygon.
 *
 * Every edge stands for what lies below it: a polygon is the sum of what lies below its upper edges less what lies below its lower
 * ones. What two polygons share is then a sum over pairs of edges, of what lies below both.
 *
 *        upper, +1                    a ╲   ╱ b        below both a and b:
 *      ╭────────╮                        ╲ ╱           the integral of min(a, b)
 *      │ inside │   =  ▓▓▓  -  ▓▓▓       ╱╲            over the x that they share
 *      ╰────────╯                      ▓▓▓▓▓▓
 *        lower, -1
 *
 *     A(s ∩ t) = sum_a sum_b sign_a sign_b ∫ min(y_a(x), y_b(x)) dx
 *
 * Clipping must decide which corner lies where, and a wrong decision on nearly equal borders costs a whole ring; here nothing is
 * decided, and a coordinate that is wrong by its last digit changes the area by as much. Any number of parts and holes will do.
 */
import Flatbush from 'flatbush'; // pairs of units whose boxes meet
import type { Polygons } from '../weights/polygons.ts';
import type { Overlay } from './split-sources.ts';

/** Share of the smaller of two areas up to which their intersection is rounding: units that only touch have none. */
const ROUNDING = 1e-9;

/**
 * Areas of all units and of all intersections. Time grows with the number of edges, n log n.
 *
 * @param sources units that do not overlap among themselves; rings in either direction; metres
 * @param targets likewise
 * @param report told the share that is done, 0 to 1
 * @returns square metres; pairs in the order of the sources, then of the targets
 */
export function overlayAreas(
  sources: Polygons,
  targets: Polygons,
  report: (share: number) => void = () => {},
): Pick<Overlay, 'sourceAreas' | 'targetAreas' | 'intersections'> {
  const own = listEdges(sources);
  const other = listEdges(targets);
  const pairs: { source: number; target: number; area: number }[] = [];
  const index = indexBoxes(other);
  own.forEach((unit, source) => {
    if (unit.area > 0 && index) {
      const { west, south, east, north } = unit.box;
      for (const target of index.search(west, south, east, north).sort((a, b) => a - b)) {
        const area = commonArea(unit, other[target]!);
        if (area > ROUNDING * Math.min(unit.area, other[target]!.area)) pairs.push({ source, target, area });
      }
    }
    report((source + 1) / own.length);
  });
  return {
    sourceAreas: Float64Array.from(own, ({ area }) => area),
    targetAreas: Float64Array.from(other, ({ area }) => area),
    intersections: {
      sources: Uint32Array.from(pairs, ({ source }) => source),
      targets: Uint32Array.from(pairs, ({ target }) => target),
      weights: Float64Array.from(pairs, ({ area }) => area),
    },
  };
}

/** Edges of a unit that are not vertical, by their western ends. */
interface UnitEdges {
  count: number;
  /** x of the ends, west < east. */
  wests: Float64Array;
  easts: Float64Array;
  /** y of the ends. */
  westYs: Float64Array;
  eastYs: Float64Array;
  /** 1 where the unit lies below the edge, -1 where it lies above. */
  signs: Int8Array;
  area: number;
  box: { west: number; south: number; east: number; north: number };
}

function indexBoxes(units: readonly UnitEdges[]): Flatbush | null {
  if (units.length === 0) return null;
  const index = new Flatbush(units.length);
  // A unit without a shape has a box that nothing meets.
  for (const { box } of units) index.add(box.west, box.south, box.east, box.north);
  index.finish();
  return index;
}

function listEdges({ n, units, polygons, rings, coordinates }: Polygons): UnitEdges[] {
  return Array.from({ length: n }, (_, unit) => {
    const edges: { west: number; east: number; westY: number; eastY: number; sign: number }[] = [];
    const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
    let area = 0;
    for (let polygon = units[unit]!; polygon < units[unit + 1]!; polygon++) {
      const outer = polygons[polygon]!;
      for (let ring = outer; ring < polygons[polygon + 1]!; ring++) {
        const [first, end] = [rings[ring]!, rings[ring + 1]!];
        const twice = twiceRingArea(coordinates, first, end);
        const kind = ring === outer ? 1 : -1;
        // Counterclockwise an edge that runs westwards is an upper one; holes are the other way round.
        const turn = kind * Math.sign(twice);
        area += (kind * Math.abs(twice)) / 2;
        for (let v = first; v < end; v++) {
          const [x, y] = [coordinates[2 * v]!, coordinates[2 * v + 1]!];
          box.west = Math.min(box.west, x);
          box.south = Math.min(box.south, y);
          box.east = Math.max(box.east, x);
          box.north = Math.max(box.north, y);
          if (v === first) continue;
          const [px, py] = [coordinates[2 * v - 2]!, coordinates[2 * v - 1]!];
          if (px < x) edges.push({ west: px, east: x, westY: py, eastY: y, sign: -turn });
          else if (px > x) edges.push({ west: x, east: px, westY: y, eastY: py, sign: turn });
        }
      }
    }
    edges.sort((a, b) => a.west - b.west);
    return {
      count: edges.length,
      wests: Float64Array.from(edges, ({ west }) => west),
      easts: Float64Array.from(edges, ({ east }) => east),
      westYs: Float64Array.from(edges, ({ westY }) => westY),
      eastYs: Float64Array.from(edges, ({ eastY }) => eastY),
      signs: Int8Array.from(edges, ({ sign }) => sign),
      area,
      box,
    };
  });
}

/** Shoelace formula, from the first corner so that digits are not lost; above 0 counterclockwise. */
function twiceRingArea(coordinates: Float64Array, first: number, end: number): number {
  const [x0, y0] = [coordinates[2 * first]!, coordinates[2 * first + 1]!];
  let sum = 0;
  for (let v = first + 1; v < end; v++) {
    const [ax, ay] = [coordinates[2 * v - 2]! - x0, coordinates[2 * v - 1]! - y0];
    const [bx, by] = [coordinates[2 * v]! - x0, coordinates[2 * v + 1]! - y0];
    sum += ax * by - bx * ay;
  }
  return sum;
}

/**
 * Sweeps both units from west to east: an edge meets those of the other unit that began before it and have not ended.
 *
 *     s   ──a1──────  ──a2───        b1 meets a1, b2 meets a1, a2 meets b2
 *     t     ──b1──  ────b2────
 */
function commonArea(s: UnitEdges, t: UnitEdges): number {
  const east = Math.min(s.box.east, t.box.east);
  // Heights above the common box keep digits; any base gives the same sum, since signs add up to 0 at every x.
  const base = Math.max(s.box.south, t.box.south);
  const [openS, openT]: [number[], number[]] = [[], []];
  let [i, j, sum] = [0, 0, 0];
  for (;;) {
    const nextS = i < s.count ? s.wests[i]! : Infinity;
    const nextT = j < t.count ? t.wests[j]! : Infinity;
    if (Math.min(nextS, nextT) >= east) return sum;
    if (nextS <= nextT) {
      sum += meet(s, i, t, openT, base);
      openS.push(i++);
    } else {
      sum += meet(t, j, s, openS, base);
      openT.push(j++);
    }
  }
}

/** What lies below an edge and each open edge of the other unit, signed; those that ended before it are closed. */
function meet(unit: UnitEdges, edge: number, other: UnitEdges, open: number[], base: number): number {
  const west = unit.wests[edge]!;
  let sum = 0;
  let kept = 0;
  for (const facing of open) {
    if (other.easts[facing]! <= west) continue;
    open[kept++] = facing;
    const east = Math.min(unit.easts[edge]!, other.easts[facing]!);
    const sign = unit.signs[edge]! * other.signs[facing]!;
    const [a, b] = [heightAt(other, facing, west) - base, heightAt(other, facing, east) - base];
    const above = [heightAt(unit, edge, west) - base - a, heightAt(unit, edge, east) - base - b] as const;
    sum += sign * (east - west) * ((a + b) / 2 + meanBelowZero(...above));
  }
  open.length = kept;
  return sum;
}

function heightAt({ wests, easts, westYs, eastYs }: UnitEdges, edge: number, x: number): number {
  const [west, east] = [wests[edge]!, easts[edge]!];
  if (x === west) return westYs[edge]!;
  if (x === east) return eastYs[edge]!;
  return westYs[edge]! + ((x - west) / (east - west)) * (eastYs[edge]! - westYs[edge]!);
}

/** Mean of min(d, 0) where d runs straight from `from` to `to`. */
function meanBelowZero(from: number, to: number): number {
  if (from <= 0 && to <= 0) return (from + to) / 2;
  if (from >= 0 && to >= 0) return 0;
  const below = Math.min(from, to);
  return (below * below) / (2 * (below - Math.max(from, to)));
}
