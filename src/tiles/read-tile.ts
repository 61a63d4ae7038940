/**
 * Use case: one vector tile, joined with indicators, in a content coding.
 *
 *   cut (once per boundary version) → layer template (once per names and kinds of columns) → values spliced in → coding
 */
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Catalog, Geography } from '../catalog/catalog.ts';
import { type ContentEncoding, compress } from '../http/content-encoding.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import type { TileCut } from './geometry/cut-tile.ts';
import type { GeometryStore } from './geometry/geometry-store.ts';
import { gzipLayers } from './layer/gzip-layers.ts';
import { type LayerCut, type LayerTemplate, layOut } from './layer/lay-out.ts';
import { type PreparedColumn, prepareColumn } from './layer/layer-column.ts';
import { type SplicedLayer, spliceLayer } from './layer/splice.ts';
import { makeSharedWork } from './shared-work.ts';
import type { TileAddress, TileMatrixSet } from './tile-matrix-set.ts';

/** A boundary version with what is joined to it: a layer of a tile, with its label points as a second one. */
export interface TileLayer {
  geography: Geography;
  version: BoundaryVersion;
  plan: JoinPlan;
}

/** What a request wants to see in its tiles. */
export interface TileSet {
  /** Says all that the tiles depend on; same key, same tiles. */
  key: string;
  layers: readonly TileLayer[];
  grid: TileMatrixSet;
}

/** Reads tiles; keeps what it made. */
export interface TileReader {
  /**
   * The bytes of a tile; none where no district touches it.
   * @param signal says that the caller does not wait any more
   */
  read(
    set: TileSet,
    address: TileAddress,
    encoding: ContentEncoding,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
}

/** Bounds of what is kept, in bytes from 1. */
export interface TileLimits {
  tiles: number;
  templates: number;
  cuts: number;
}

const LIMITS: TileLimits = {
  tiles: 128 * 1024 * 1024,
  templates: 128 * 1024 * 1024,
  cuts: 128 * 1024 * 1024,
};

/** A tile without layers. */
const EMPTY: Uint8Array = new Uint8Array(0);

/** What a missing tile costs a cache. */
const ENTRY_BYTES = 200;

/** Makes a tile reader with empty caches. */
export function makeTileReader(
  reader: Reader,
  geometries: GeometryStore,
  limits: Partial<TileLimits> = {},
): TileReader {
  const most = { ...LIMITS, ...limits };
  const tiles = new LRUCache<string, Uint8Array>({
    maxSize: most.tiles,
    sizeCalculation: (tile, key) => tile.length + key.length + ENTRY_BYTES,
  });
  const templates = new LRUCache<string, LayerTemplate>({
    maxSize: most.templates,
    // Its compressed parts come beside it.
    sizeCalculation: (template) => 2 * template.size + ENTRY_BYTES,
  });
  const cuts = new LRUCache<string, { cut: TileCut | null }>({
    maxSize: most.cuts,
    sizeCalculation: ({ cut }) => (cut === null ? 0 : bytesOf(cut.areas) + bytesOf(cut.labels)) + ENTRY_BYTES,
  });
  const making = makeSharedWork<Uint8Array>();
  const cutting = makeSharedWork<TileCut | null>();

  async function cutOf(
    { geography, version }: TileLayer,
    grid: TileMatrixSet,
    address: TileAddress,
    key: string,
    signal: AbortSignal,
  ): Promise<TileCut | null> {
    const known = cuts.get(key);
    if (known) return known.cut;
    const source = {
      version: versionKey(version),
      loadShapes: async () => reader.shapes(version, [...(await reader.districts(geography, version)).ids]),
    };
    const cut = await cutting.run(key, signal, (stop) => geometries.cut(source, grid, address, stop));
    cuts.set(key, { cut });
    return cut;
  }

  async function layersOf(
    layer: TileLayer,
    grid: TileMatrixSet,
    address: TileAddress,
    signal: AbortSignal,
  ): Promise<SplicedLayer[]> {
    const { geography, version, plan } = layer;
    const place = `${versionKey(version)}/${grid.id}/${address.z}/${address.y}/${address.x}`;
    const joined = await loadJoin(reader, geography, version, plan);
    const cut = await cutOf(layer, grid, address, place, signal);
    if (cut === null) return [];
    const table = await reader.districts(geography, version);
    const splice = (name: string, part: LayerCut, columns: readonly PreparedColumn[]): SplicedLayer => {
      const expected = columns.map((column) => column.expected);
      const key = `${place}/${name}/${expected.map(({ name, kind, expected }) => `${name}:${kind}:${expected}`)}`;
      let template = templates.get(key);
      if (template === undefined) {
        template = layOut(name, part, table.keys, table.names, expected);
        templates.set(key, template);
      }
      return spliceLayer(template, columns);
    };
    const areas = splice(geography.collection, cut.areas, joined.map(prepareColumn));
    if (cut.labels.positions.length === 0) return [areas];
    return [areas, splice(labelLayer(geography), cut.labels, [])];
  }

  async function make(
    set: TileSet,
    address: TileAddress,
    encoding: ContentEncoding,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const layers: SplicedLayer[] = [];
    for (const layer of set.layers) layers.push(...(await layersOf(layer, set.grid, address, signal)));
    if (layers.length === 0) return EMPTY;
    if (encoding === 'gzip') return await gzipLayers(layers);
    const tile = layers.length === 1 ? layers[0]!.bytes : Buffer.concat(layers.map(({ bytes }) => bytes));
    return encoding === 'identity' ? tile : await compress(tile, encoding);
  }

  let seen: Catalog | null = null;

  /** Geometries of boundary versions that went, or changed, are let go. */
  function letGo(): void {
    const catalog = reader.catalog();
    if (catalog === seen) return;
    seen = catalog;
    const versions = [...catalog.geographies.values()].flatMap((geography) => geography.boundaryVersions);
    geometries.retain(new Set(versions.map(versionKey)));
  }

  return {
    async read(set, address, encoding, signal) {
      letGo();
      const key = `${set.key}/${address.z}/${address.y}/${address.x} ${encoding}`;
      const known = tiles.get(key);
      if (known !== undefined) return known;
      const tile = await making.run(key, signal, (stop) => make(set, address, encoding, stop));
      tiles.set(key, tile);
      return tile;
    },
  };
}

function versionKey(version: BoundaryVersion): string {
  return `${version.id}@${version.release}`;
}

/** Name of the layer with the label points of a collection. */
export function labelLayer(geography: Geography): string {
  return `${geography.collection}_labels`;
}

function bytesOf({ positions, ids, offsets, bytes }: LayerCut): number {
  return positions.byteLength + ids.byteLength + offsets.byteLength + bytes.byteLength;
}
