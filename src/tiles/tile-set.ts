/** What the tiles of a request hold, resolved once for all its tiles. */
import { LRUCache } from 'lru-cache';
import type { Catalog } from '../catalog/catalog.ts';
import { hashState } from '../http/caching.ts';
import { joinVersion } from '../indicators/load-join.ts';
import { type LayerParameters, planLayer, planLayers } from './plan-layers.ts';
import type { TileSet } from './read-tile.ts';
import type { TileMatrixSet } from './tile-matrix-set.ts';

/** What a request says of its tiles, beside where they lie. */
export interface TileQuery extends LayerParameters {
  /** Ids of the layers of a set with several collections. */
  collections?: string[] | undefined;
}

/** Tiles carry no labels of indicators. */
const NO_LANGUAGE = '';

/** Sets that are asked for in turn; some kilobytes each, and some fifty times the text of a filter. */
const MOST_SETS = 500;
/** Characters of all their requests. */
const MOST_TEXT = 1024 * 1024;

const resolved = new WeakMap<Catalog, LRUCache<string, TileSet>>();

/**
 * Resolves a request; remembered for as long as the catalogue is in use.
 * @param collection its one layer, or null for a set with several collections
 * @param query validated parameters
 * @param text the query as it was written
 * @param today ISO date
 * @throws Problem not_found, invalid_request
 */
export function resolveTileSet(
  catalog: Catalog,
  collection: string | null,
  grid: TileMatrixSet,
  query: TileQuery,
  text: string,
  today: string,
): TileSet {
  let sets = resolved.get(catalog);
  if (sets === undefined) {
    sets = new LRUCache({
      max: MOST_SETS,
      maxSize: MOST_TEXT,
      sizeCalculation: (_, name) => name.length,
    });
    resolved.set(catalog, sets);
  }
  const name = `${collection ?? ''}/${grid.id}/${today}?${text}`;
  let set = sets.get(name);
  if (set === undefined) {
    set = makeTileSet(catalog, collection, grid, query, today);
    sets.set(name, set);
  }
  return set;
}

function makeTileSet(
  catalog: Catalog,
  collection: string | null,
  grid: TileMatrixSet,
  query: TileQuery,
  today: string,
): TileSet {
  // In a tile the order of attributes says nothing: one order, one tile.
  const sorted = query.indicators ? { ...query, indicators: query.indicators.toSorted() } : query;
  const planned =
    collection === null
      ? planLayers(catalog, query.collections, sorted, today)
      : [planLayer(catalog, collection, sorted, today)];
  const layers = planned.map((layer) => {
    const { geography, version, plan, filter } = layer;
    const state = joinVersion(catalog, geography, version, plan, NO_LANGUAGE);
    // The plan says what the filter means, however it was written.
    const selection = filter && [filter.plan, filter.srid, version.validUntil];
    return { ...layer, key: hashState([geography.collection, plan.measures, state, selection]) };
  });
  return { key: hashState([grid.id, ...layers.map(({ key }) => key)]), layers, grid };
}
