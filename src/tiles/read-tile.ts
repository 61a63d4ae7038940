/**
 * Use case: one vector tile, joined with indicators, in a content coding.
 *
 *   cut (once per boundary version) → layer template (once per names and kinds of columns) → values spliced in → coding
 */
import { LRUCache } from 'lru-cache';
import type { BoundaryVersion, Catalog, Geography } from '../catalog/catalog.ts';
import { openDistrictRows } from '../features/district-rows.ts';
import { filterTest, type RowFilter } from '../features/filter.ts';
import { hashState } from '../http/caching.ts';
import { type ContentEncoding, compress } from '../http/content-encoding.ts';
import type { Body } from '../http/ready-answer.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { giveBack } from '../slab.ts';
import type { TileCut } from './geometry/cut-tile.ts';
import type { GeometryStore } from './geometry/geometry-store.ts';
import { type DeflatedTemplate, deflateTemplate, gzipLayers } from './layer/gzip-layers.ts';
import { type LayerCut, type LayerTemplate, layOut } from './layer/lay-out.ts';
import { type PreparedColumn, prepareColumn } from './layer/layer-column.ts';
import { type Selection, selectDistricts, selectFeatures } from './layer/select-features.ts';
import { partsOf, type SplicedLayer, spliceLayer } from './layer/splice.ts';
import { makeSharedWork } from './shared-work.ts';
import { type TileAddress, type TileMatrixSet, touches } from './tile-matrix-set.ts';

/** A boundary version with what is joined to it: a layer of a tile, with its label points as a second one. */
export interface TileLayer {
  geography: Geography;
  version: BoundaryVersion;
  plan: JoinPlan;
  /** Which districts are in it; null for all. */
  filter: RowFilter | null;
}

/** A layer of a set. */
export interface KeyedLayer extends TileLayer {
  /** Says all that the layer depends on; same key, same layer. */
  key: string;
}

/** What a request wants to see in its tiles. */
export interface TileSet {
  /** Says all that the tiles depend on; same key, same tiles. */
  key: string;
  layers: readonly KeyedLayer[];
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
  /** The same, in parts, where all that it is made of is at hand; null where something has to be waited for. */
  readNow(set: TileSet, address: TileAddress, encoding: ContentEncoding): Body | null;
}

/** Bounds of what is kept, in bytes from 1. */
export interface TileLimits {
  tiles: number;
  templates: number;
  cuts: number;
  /** Columns that are ready to be spliced; mostly those that the reader keeps too. */
  columns: number;
}

const MIB = 1024 * 1024;
const LIMITS: TileLimits = { tiles: 128 * MIB, templates: 128 * MIB, cuts: 128 * MIB, columns: 64 * MIB };

/** Tiles that were asked for once. */
const MOST_ONCE = 10_000;

/** Templates up to this size are compressed here, larger ones in another thread. */
const COMPRESSED_HERE_BYTES = 16 * 1024;

/** What an entry costs a cache beside its arrays. */
const ENTRY_BYTES = 200;

/** A layer of a set with its columns. It holds neither plan nor filter: they are no bytes that anybody counts. */
interface ReadyLayer {
  geography: Geography;
  keys: readonly string[];
  names: readonly string[];
  columns: readonly PreparedColumn[];
  /** Hash of all that a template knows of the columns. */
  signature: string;
  /** Districts that the filter lets through; null for all. */
  selection: Selection | null;
}

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
  const once = new LRUCache<string, true>({ max: MOST_ONCE });
  const templates = new LRUCache<string, LayerTemplate>({
    maxSize: most.templates,
    // Its compressed parts come beside it.
    sizeCalculation: (template) => 2 * template.size + (1 + template.columns.length) * ENTRY_BYTES,
  });
  const cuts = new LRUCache<string, { cut: TileCut | null }>({
    maxSize: most.cuts,
    sizeCalculation: ({ cut }) => (cut === null ? 0 : bytesOf(cut.areas) + bytesOf(cut.labels)) + ENTRY_BYTES,
  });
  const ready = new LRUCache<string, ReadyLayer>({
    maxSize: most.columns,
    sizeCalculation: ({ columns, selection }) =>
      sizeOf(columns) + (selection?.selected.byteLength ?? 0) + ENTRY_BYTES,
  });
  const deflated = new WeakMap<LayerTemplate, DeflatedTemplate>();
  const deflating = new Map<LayerTemplate, Promise<DeflatedTemplate>>();
  const making = makeSharedWork<Uint8Array>();
  const cutting = makeSharedWork<TileCut | null>();
  let seen: Catalog | null = null;

  /** Geometries of boundary versions that went, or changed, are let go. */
  function letGo(): void {
    const catalog = reader.catalog();
    if (catalog === seen) return;
    seen = catalog;
    const versions = [...catalog.geographies.values()].flatMap((geography) => geography.boundaryVersions);
    geometries.retain(new Set(versions.map(versionKey)));
  }

  async function readyLayer(layer: KeyedLayer): Promise<ReadyLayer> {
    const known = ready.get(layer.key);
    if (known) return known;
    const { geography, version, plan, filter } = layer;
    const table = await reader.districts(geography, version);
    const { keys, names, attributes } = table;
    const joined = await loadJoin(reader, geography, version, plan);
    // Attributes are spliced like joined columns, which they may stand beside.
    const columns = [...attributes, ...joined].map(prepareColumn);
    const selection =
      filter &&
      selectDistricts(
        keys.length,
        await filterTest(filter, await openDistrictRows(reader, geography, version, plan)),
      );
    // The text, too: of reasons each column has its own codes.
    const signature = hashState(columns.map(({ expected }) => expected));
    const made = { geography, keys, names, columns, signature, selection };
    ready.set(layer.key, made);
    return made;
  }

  async function cutOf(
    { geography, version }: TileLayer,
    grid: TileMatrixSet,
    address: TileAddress,
    signal: AbortSignal,
  ): Promise<TileCut | null> {
    const place = placeOf(version, grid, address);
    const known = cuts.get(place);
    if (known) return known.cut;
    const source = {
      version: versionKey(version),
      loadShapes: async () => reader.shapes(version, [...(await reader.districts(geography, version)).ids]),
    };
    const cut = await cutting.run(place, signal, (stop) => geometries.cut(source, grid, address, stop));
    cuts.set(place, { cut });
    return cut;
  }

  /** Areas and labels of a layer that is cut. */
  function spliceCut(
    { geography, keys, names, columns, signature, selection }: ReadyLayer,
    place: string,
    cut: TileCut,
  ): SplicedLayer[] {
    const splice = (
      name: string,
      part: LayerCut,
      joined: readonly PreparedColumn[],
      kind: string,
    ): SplicedLayer | null => {
      const key = `${place}/${name}/${kind}/${selection?.key ?? ''}`;
      let template = templates.get(key);
      if (template === undefined) {
        template = layOut(
          name,
          selection ? selectFeatures(part, selection) : part,
          keys,
          names,
          joined.map(({ expected }) => expected),
        );
        templates.set(key, template);
      }
      return template.n === 0 ? null : spliceLayer(template, joined);
    };
    const areas = splice(geography.collection, cut.areas, columns, signature);
    // A label stands in its district, so no labels are without areas.
    if (areas === null) return [];
    const labels =
      cut.labels.positions.length === 0 ? null : splice(labelLayer(geography), cut.labels, [], '');
    return labels === null ? [areas] : [areas, labels];
  }

  async function make(
    set: TileSet,
    address: TileAddress,
    encoding: ContentEncoding,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const layers: SplicedLayer[] = [];
    for (const layer of layersWithin(set, address)) {
      const cut = await cutOf(layer, set.grid, address, signal);
      if (cut)
        layers.push(...spliceCut(await readyLayer(layer), placeOf(layer.version, set.grid, address), cut));
    }
    // Nothing stays nothing: compressed it would be some bytes, and the answer no 204.
    if (layers.length === 0) return new Uint8Array(0);
    if (encoding === 'gzip') {
      for (const { template } of layers) if (!deflated.has(template)) await deflate(template);
    }
    const body = pack(layers, encoding === 'gzip' ? ({ template }) => deflated.get(template)! : null)!;
    const bytes = copyOf(body.parts);
    body.release();
    return encoding === 'identity' || encoding === 'gzip' ? bytes : await compress(bytes, encoding);
  }

  /** Compresses a template in a thread, once for all that wait for it. */
  async function deflate(template: LayerTemplate): Promise<void> {
    const pending =
      deflating.get(template) ?? geometries.deflate(template).finally(() => deflating.delete(template));
    deflating.set(template, pending);
    deflated.set(template, await pending);
  }

  /** Compressed parts of a template, where they are at hand or quickly made. */
  function deflatedNow(template: LayerTemplate): DeflatedTemplate | null {
    const known = deflated.get(template);
    if (known !== undefined) return known;
    if (template.bytes.length > COMPRESSED_HERE_BYTES) return null;
    const made = deflateTemplate(template);
    deflated.set(template, made);
    return made;
  }

  function makeNow(set: TileSet, address: TileAddress, encoding: ContentEncoding): Body | null {
    const layers: SplicedLayer[] = [];
    for (const layer of layersWithin(set, address)) {
      const place = placeOf(layer.version, set.grid, address);
      const known = cuts.get(place);
      if (known === undefined) return null;
      if (known.cut === null) continue;
      const part = ready.get(layer.key);
      if (part === undefined) return null;
      layers.push(...spliceCut(part, place, known.cut));
    }
    return pack(layers, encoding === 'gzip' ? ({ template }) => deflatedNow(template) : null);
  }

  return {
    async read(set, address, encoding, signal) {
      letGo();
      const key = keyOf(set, address, encoding);
      const known = tiles.get(key);
      if (known !== undefined) return known;
      const tile = await making.run(key, signal, (stop) => make(set, address, encoding, stop));
      tiles.set(key, tile);
      return tile;
    },

    readNow(set, address, encoding) {
      const key = keyOf(set, address, encoding);
      const known = tiles.get(key);
      if (known !== undefined) return { parts: [known], release: nothing };
      // These are compressed as a whole, in another thread.
      if (encoding === 'br' || encoding === 'zstd') return null;
      const body = makeNow(set, address, encoding);
      if (body === null) return null;
      // A tile that is asked for once only, or is too large to be kept, is not worth its copy.
      if (!once.has(key)) once.set(key, true);
      else if (lengthOf(body.parts) < most.tiles) tiles.set(key, copyOf(body.parts));
      return body;
    },
  };
}

/** Layers that can have something in a tile. Of one alone its cut tells. */
function layersWithin({ layers, grid }: TileSet, address: TileAddress): readonly KeyedLayer[] {
  return layers.length === 1 ? layers : layers.filter(({ version }) => touches(grid, version.bbox, address));
}

/**
 * The parts of a tile.
 * @param deflatedOf gives the compressed parts of a layer's template, for gzip; null where they have to be waited for
 */
function pack(
  layers: readonly SplicedLayer[],
  deflatedOf: ((layer: SplicedLayer) => DeflatedTemplate | null) | null,
): Body | null {
  const release = (): void => {
    for (const { fresh } of layers) giveBack(fresh);
  };
  if (deflatedOf === null || layers.length === 0) return { parts: layers.flatMap(partsOf), release };
  const compressed: [SplicedLayer, DeflatedTemplate][] = [];
  for (const layer of layers) {
    const kept = deflatedOf(layer);
    if (kept === null) return null;
    compressed.push([layer, kept]);
  }
  return { parts: gzipLayers(compressed), release };
}

function nothing(): void {}

/** Bytes of their own, not of a buffer that others share, so that what is kept is what is counted. */
function copyOf(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(parts));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function keyOf({ key }: TileSet, { z, y, x }: TileAddress, encoding: ContentEncoding): string {
  return `${key}/${z}/${y}/${x} ${encoding}`;
}

function placeOf(version: BoundaryVersion, grid: TileMatrixSet, { z, y, x }: TileAddress): string {
  return `${versionKey(version)}/${grid.id}/${z}/${y}/${x}`;
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

function sizeOf(columns: readonly PreparedColumn[]): number {
  return columns.reduce((sum, { column, exceptions, exceptional }) => {
    const cells = column.kind === 'number' ? column.values : column.codes;
    return sum + cells.byteLength + (exceptions?.byteLength ?? 0) + exceptional.byteLength + ENTRY_BYTES;
  }, 0);
}
