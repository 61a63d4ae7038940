/** Prepared geometries, kept as long as there is room, and the threads that make and cut them. */
import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { Piscina } from 'piscina';
import type { Shape } from '../../districts/shape.ts';
import type { DeflatedTemplate } from '../layer/gzip-layers.ts';
import type { LayerTemplate } from '../layer/lay-out.ts';
import { makeSharedWork } from '../shared-work.ts';
import type { TileAddress, TileMatrixSet } from '../tile-matrix-set.ts';
import type { TileCut } from './cut-tile.ts';
import { bytesOf, type PreparedGeometry } from './prepared-geometry.ts';
import { makeSlots } from './slots.ts';
import { flattenShapes } from './source-shapes.ts';

/** Shapes of a boundary version. */
export interface ShapeSource {
  /** Says all that the shapes depend on: boundary version and release. */
  version: string;
  /** Shapes in column order. Asked once for each time that the geometry is prepared. */
  loadShapes(): Promise<readonly Shape[]>;
}

/** Cuts tiles off the event loop. */
export interface GeometryStore {
  /**
   * The geometry of a tile, in another thread; whatever it needs is prepared first.
   * @param signal takes work back that waits for a thread; what has begun is finished and kept
   * @returns null where no district touches the tile
   * @throws the signal's reason when it is aborted; what `loadShapes` throws
   */
  cut(
    source: ShapeSource,
    grid: TileMatrixSet,
    address: TileAddress,
    signal: AbortSignal,
  ): Promise<TileCut | null>;
  /** Compresses head and blocks of a layer's template, in another thread. */
  deflate(template: LayerTemplate): Promise<DeflatedTemplate>;
  /** Prepares ahead of the first tile. @throws as `cut` */
  prepare(source: ShapeSource, grid: TileMatrixSet, signal: AbortSignal): Promise<void>;
  /** Forgets the geometries of all versions but these. */
  retain(versions: ReadonlySet<string>): void;
  /** Bytes of all geometries held. */
  bytes(): number;
  close(): Promise<void>;
}

/** Choices of a store. */
export interface GeometryOptions {
  /** Threads at most, two at least: one of them never prepares, so that tiles of known geometry do not wait for new. */
  threads?: number;
  /** Bytes of prepared geometries that are kept; a district has some 350 for each grid. */
  maxBytes?: number;
}

const TASK = new URL('./geometry-task.ts', import.meta.url).href;

/** Makes an empty store; threads start with the first tile that needs them, and stay. */
export function makeGeometryStore({
  threads = Math.max(2, availableParallelism() - 1),
  maxBytes = 512 * 1024 * 1024,
}: GeometryOptions = {}): GeometryStore {
  const pool = new Piscina({ filename: TASK, minThreads: 0, maxThreads: threads, idleTimeout: Infinity });
  const running = makeSlots(threads);
  const preparing = makeSlots(threads - 1);
  const shared = makeSharedWork<PreparedGeometry>();
  const kept = new LRUCache<string, PreparedGeometry>({
    maxSize: maxBytes,
    sizeCalculation: (geometry) => bytesOf(geometry) + 1,
  });

  async function prepared(
    { version, loadShapes }: ShapeSource,
    { id: grid }: TileMatrixSet,
    signal: AbortSignal,
  ): Promise<PreparedGeometry> {
    const key = `${grid}/${version}`;
    const known = kept.get(key);
    if (known) return known;
    return shared.run(key, signal, (stop) =>
      preparing.run(stop, async () => {
        const shapes = flattenShapes(await loadShapes());
        const geometry = await running.run(
          stop,
          () => pool.run({ shapes, grid }, { name: 'prepare' }) as Promise<PreparedGeometry>,
        );
        kept.set(key, geometry);
        return geometry;
      }),
    );
  }

  return {
    async cut(source, grid, address, signal) {
      const geometry = await prepared(source, grid, signal);
      return running.run(
        signal,
        () => pool.run({ geometry, address }, { name: 'cut' }) as Promise<TileCut | null>,
      );
    },
    async deflate({ bytes, blocks }) {
      const never = new AbortController().signal;
      return running.run(
        never,
        () => pool.run({ bytes, blocks }, { name: 'deflate' }) as Promise<DeflatedTemplate>,
      );
    },
    async prepare(source, grid, signal) {
      await prepared(source, grid, signal);
    },
    retain(versions) {
      for (const key of [...kept.keys()]) {
        if (!versions.has(key.slice(key.indexOf('/') + 1))) kept.delete(key);
      }
    },
    bytes: () => kept.calculatedSize,
    close: async () => {
      await pool.destroy();
    },
  };
}
