/** The geometry of a boundary version on a grid, ready to be cut: flat arrays in shared memory, nothing else. */
import type { ArcNetwork } from './join-arcs.ts';

/** What `prepareGeometry` makes and `cutTile` reads. Threads share it without copying. */
export interface PreparedGeometry extends ArcNetwork {
  maxZoom: number;
  n: number;
  /** Feature id of each district. */
  ids: Uint32Array;
  /** First polygon of each district, and the end. */
  districts: Uint32Array;
  /** First ring of each polygon, and the end. */
  polygons: Uint32Array;
  /** Zoom from which each point of an arc is drawn. All zooms share the points. */
  levels: Uint8Array;
  /** At index `zoom * arcs + arc`: the zoom whose points an arc has there, where its own would let it collide. */
  details: Uint8Array;
  /** x, y of each district's label. */
  labels: Int32Array;
  /** Flatbush of the districts' boxes. */
  index: ArrayBufferLike;
}

/** Size in memory. */
export function bytesOf(geometry: PreparedGeometry): number {
  return Object.values(geometry).reduce<number>(
    (sum, part) => sum + (typeof part === 'object' ? (part as { byteLength: number }).byteLength : 0),
    0,
  );
}

/** Copies an array into shared memory. */
export function share<T extends Uint32Array | Int32Array | Uint8Array>(array: T): T {
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(array.byteLength),
  );
  copy.set(array);
  return copy;
}
