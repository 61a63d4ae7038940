/** Stage 1: longitude and latitude to the integer lattice of the deepest zoom. */
import { EXTENT } from '../layer/lay-out.ts';
import type { Quadtree } from '../tile-matrix-set.ts';
import type { SourceShapes } from './source-shapes.ts';

/** Rings on the lattice: open, without repeated vertices; a ring with fewer than three is left empty. */
export interface LatticeRings {
  /** First vertex of each ring, and the end. */
  offsets: Uint32Array;
  /** x, y of each vertex. */
  coordinates: Int32Array;
  /** x, y of each district's first vertex: where it is, should nothing be left of it. */
  anchors: Int32Array;
}

/** Projects and rounds; what lies outside the root square is moved to its edge. */
export function projectShapes(shapes: SourceShapes, grid: Quadtree, maxZoom: number): LatticeRings {
  const size = EXTENT * 2 ** (grid.rootLevels + maxZoom);
  const scale = size / grid.rootSize;
  const { coordinates: degrees, rings } = shapes;
  const coordinates = new Int32Array(degrees.length);
  const offsets = new Uint32Array(rings.length);
  const anchors = new Int32Array(2 * shapes.n);
  let at = 0;
  for (let d = 0; d < shapes.n; d++) {
    for (
      let r = shapes.polygons[shapes.districts[d]!]!;
      r < shapes.polygons[shapes.districts[d + 1]!]!;
      r++
    ) {
      const start = at;
      for (let v = rings[r]!; v < rings[r + 1]!; v++) {
        const [px, py] = grid.project(degrees[2 * v]!, degrees[2 * v + 1]!);
        const x = Math.max(0, Math.min(size, Math.round((px - grid.originX) * scale)));
        const y = Math.max(0, Math.min(size, Math.round((grid.originY - py) * scale)));
        if (at > start && coordinates[at - 2] === x && coordinates[at - 1] === y) continue;
        coordinates[at++] = x;
        coordinates[at++] = y;
      }
      if (r === shapes.polygons[shapes.districts[d]!]) {
        anchors[2 * d] = coordinates[start]!;
        anchors[2 * d + 1] = coordinates[start + 1]!;
      }
      while (
        at > start + 2 &&
        coordinates[at - 2] === coordinates[start] &&
        coordinates[at - 1] === coordinates[start + 1]
      ) {
        at -= 2;
      }
      if (at < start + 6) at = start;
      offsets[r + 1] = at / 2;
    }
  }
  return { offsets, coordinates: coordinates.slice(0, at), anchors };
}
