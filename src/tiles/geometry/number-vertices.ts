/** Stage 2: equal lattice points become one numbered vertex. */
import { PairTable } from './pair-table.ts';
import type { LatticeRings } from './project-shapes.ts';

/** Open rings of numbered vertices. */
export interface VertexRings {
  /** First position of each ring, and the end. */
  offsets: Uint32Array;
  /** Vertex at each position. */
  vertices: Uint32Array;
  /** x, y of each vertex. */
  points: Int32Array;
}

/** Numbers vertices in the order in which the rings meet them. */
export function numberVertices({ offsets, coordinates }: LatticeRings): VertexRings {
  const positions = coordinates.length / 2;
  const table = new PairTable(positions);
  const vertices = new Uint32Array(positions);
  const points = new Int32Array(coordinates.length);
  let count = 0;
  for (let i = 0; i < positions; i++) {
    const x = coordinates[2 * i]!;
    const y = coordinates[2 * i + 1]!;
    const known = table.add(x, y, count);
    if (known >= 0) {
      vertices[i] = known;
      continue;
    }
    points[2 * count] = x;
    points[2 * count + 1] = y;
    vertices[i] = count++;
  }
  return { offsets, vertices, points: points.slice(0, 2 * count) };
}
