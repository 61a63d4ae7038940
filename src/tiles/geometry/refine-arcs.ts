/**
 * Stage 6: simplified arcs that collide, and districts that simplification left without area, get more points.
 *
 * Each arc is simplified by itself, so at some zoom it may run across another, though the shapes do not:
 *
 *      ___/\___              ________         the arc without its peak crosses the one that passes beneath the peak:
 *         /\        →           /\            both take the points of the next deeper zoom, and so on until they
 *     ___/  \___            ___/  \___        no longer collide or have all their points
 *
 * What is compared are the lines as drawn, rounded to the zoom's units, in exact integer arithmetic. Lines that come to lie upon
 * each other do not collide: neither shape covers the other there.
 */
import { IntList } from './int-list.ts';
import type { ArcNetwork } from './join-arcs.ts';
import { SegmentGrid } from './segment-grid.ts';
import { type DrawnArcs, roundTo, traceArc } from './trace-arc.ts';

/** The ring of each district that must keep an area, and how large that is in square lattice units. */
interface MainRings {
  rings: Uint32Array;
  areas: Float64Array;
}

/**
 * Finds for every zoom and arc the zoom whose points it needs.
 * @returns at `zoom * arcs + arc` a zoom, at least the zoom itself
 */
export function refineArcs(
  network: ArcNetwork,
  levels: Uint8Array,
  mainRings: MainRings,
  maxZoom: number,
): Uint8Array {
  const arcCount = network.arcs.length - 1;
  const details = new Uint8Array((maxZoom + 1) * arcCount);
  const drawn: DrawnArcs = { ...network, levels };
  const finest = findFinest(drawn, maxZoom);
  const drawing = new Drawing(drawn, finest);
  for (let zoom = 0; zoom <= maxZoom; zoom++) {
    const detail = details.subarray(zoom * arcCount, (zoom + 1) * arcCount).fill(zoom);
    if (zoom === maxZoom) break;
    let changed: Uint8Array | null = null;
    do {
      drawing.draw(detail, maxZoom - zoom);
      const collided = drawing.findCollisions(detail, changed);
      markCollapsed(network, drawing, mainRings, 4 ** (maxZoom - zoom), collided);
      changed = null;
      for (let arc = 0; arc < arcCount; arc++) {
        if (collided[arc] === 0 || detail[arc]! >= finest[arc]!) continue;
        detail[arc]!++;
        changed = collided;
      }
    } while (changed);
  }
  return details;
}

/** The zoom from which on each arc has all its points. */
function findFinest({ arcs, levels }: DrawnArcs, maxZoom: number): Uint8Array {
  const finest = new Uint8Array(arcs.length - 1);
  for (let arc = 0; arc < finest.length; arc++) {
    for (let p = arcs[arc]!; p < arcs[arc + 1]!; p++) {
      if (levels[p]! > finest[arc]! && levels[p]! <= maxZoom) finest[arc] = levels[p]!;
    }
  }
  return finest;
}

/** All arcs as lines of one zoom. */
class Drawing {
  readonly #arcs: DrawnArcs;
  readonly #finest: Uint8Array;
  /** First point of each line, and the end. */
  readonly #offsets: Uint32Array;
  readonly #points = new IntList();
  /** Twice the area between each line and its chord. */
  readonly #areas: Float64Array;
  #shift = 0;

  constructor(arcs: DrawnArcs, finest: Uint8Array) {
    this.#arcs = arcs;
    this.#finest = finest;
    this.#offsets = new Uint32Array(arcs.arcs.length);
    this.#areas = new Float64Array(finest.length);
  }

  draw(detail: Uint8Array, shift: number): void {
    this.#shift = shift;
    const points = this.#points;
    points.length = 0;
    for (let arc = 0; arc < detail.length; arc++) {
      const start = points.length;
      traceArc(this.#arcs, arc, detail[arc]!, shift, points, start);
      this.#offsets[arc + 1] = points.length / 2;
      this.#areas[arc] = doubleArea(points.items, start, points.length);
    }
  }

  /** Twice the area of a ring as drawn, whose sign is its direction. */
  ringArea({ rings, refs, arcs, coordinates }: ArcNetwork, ring: number): number {
    let sum = 0;
    let [x0, y0, px, py] = [0, 0, 0, 0];
    for (let i = rings[ring]!; i < rings[ring + 1]!; i++) {
      const ref = refs[i]!;
      const at = ref < 0 ? 2 * (arcs[~ref + 1]! - 1) : 2 * arcs[ref]!;
      const x = roundTo(coordinates[at]!, this.#shift);
      const y = roundTo(coordinates[at + 1]!, this.#shift);
      if (i === rings[ring]) [x0, y0] = [x, y];
      sum += px * (y - y0) - (x - x0) * py;
      sum += ref < 0 ? -this.#areas[~ref]! : this.#areas[ref]!;
      [px, py] = [x - x0, y - y0];
    }
    return sum;
  }

  /**
   * Arcs that collide with another or themselves and might not if they had more points.
   * @param changed only these are compared with all; null compares all
   */
  findCollisions(detail: Uint8Array, changed: Uint8Array | null): Uint8Array {
    const collided = new Uint8Array(detail.length);
    const isCoarse = detail.map((zoom, arc) => (zoom < this.#finest[arc]! ? 1 : 0));
    if (!isCoarse.includes(1)) return collided;
    const grid = new SegmentGrid(this.#points.items, this.#offsets);
    for (let arc = 0; arc < detail.length; arc++) {
      if (changed ? changed[arc] === 0 : isCoarse[arc] === 0) continue;
      for (let p = this.#offsets[arc]!; p + 1 < this.#offsets[arc + 1]!; p++) {
        grid.eachCollision(p, (other) => {
          collided[arc] = 1;
          collided[other] = 1;
        });
      }
    }
    return collided;
  }
}

/** Marks the arcs of main rings that are drawn without area, though theirs is a square unit or more. */
function markCollapsed(
  network: ArcNetwork,
  drawing: Drawing,
  { rings, areas }: MainRings,
  squareUnit: number,
  marks: Uint8Array,
): void {
  rings.forEach((ring, d) => {
    if (areas[d]! < squareUnit || drawing.ringArea(network, ring) !== 0) return;
    for (let i = network.rings[ring]!; i < network.rings[ring + 1]!; i++) {
      marks[arcOf(network.refs[i]!)] = 1;
    }
  });
}

function arcOf(ref: number): number {
  return ref < 0 ? ~ref : ref;
}

/** Twice the area between a line and the chord of its ends. */
function doubleArea(items: Int32Array, start: number, end: number): number {
  const [x0, y0] = [items[start]!, items[start + 1]!];
  let [px, py, sum] = [0, 0, 0];
  for (let i = start + 2; i < end; i += 2) {
    const x = items[i]! - x0;
    const y = items[i + 1]! - y0;
    sum += px * y - x * py;
    [px, py] = [x, y];
  }
  return sum;
}
