/** What the tiles of a request hold, resolved once for all its tiles. */
import { LRUCache } from 'lru-cache';
import { type BoundaryVersion, type Catalog, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { hashState } from '../http/caching.ts';
import { type JoinParameters, planJoin } from '../indicators/join.ts';
import { joinVersion } from '../indicators/load-join.ts';
import { Problem } from '../problem.ts';
import type { TileLayer, TileSet } from './read-tile.ts';
import type { TileMatrixSet } from './tile-matrix-set.ts';

/** What a request says of its tiles, beside where they lie. */
export interface TileQuery extends JoinParameters {
  datetime?: string | undefined;
}

/** Tiles carry no labels of indicators. */
const NO_LANGUAGE = '';

/** Sets that are asked for in turn; some kilobytes each. */
const MOST_SETS = 500;

const resolved = new WeakMap<Catalog, LRUCache<string, TileSet>>();

/**
 * Resolves a request; remembered for as long as the catalogue is in use.
 * @param collections ids of the layers
 * @param query validated parameters
 * @param text the query as it was written
 * @param today ISO date
 * @throws Problem not_found, invalid_request
 */
export function resolveTileSet(
  catalog: Catalog,
  collections: readonly string[],
  grid: TileMatrixSet,
  query: TileQuery,
  text: string,
  today: string,
): TileSet {
  let sets = resolved.get(catalog);
  if (sets === undefined) {
    sets = new LRUCache({ max: MOST_SETS });
    resolved.set(catalog, sets);
  }
  const name = `${collections}/${grid.id}/${today}?${text}`;
  let set = sets.get(name);
  if (set === undefined) {
    set = makeTileSet(catalog, collections, grid, query, today);
    sets.set(name, set);
  }
  return set;
}

function makeTileSet(
  catalog: Catalog,
  collections: readonly string[],
  grid: TileMatrixSet,
  query: TileQuery,
  today: string,
): TileSet {
  const layers = collections.map((collection): TileLayer => {
    const geography = requireGeography(catalog, collection);
    const version = requireBoundary(geography, query.datetime, today);
    return { geography, version, plan: planJoin(catalog, geography, version, query) };
  });
  const state = layers.map(({ geography, version, plan }) => [
    geography.collection,
    plan.measures,
    joinVersion(catalog, geography, version, plan, NO_LANGUAGE),
  ]);
  return { key: hashState([grid.id, state]), layers, grid };
}

/**
 * The boundary version that a request chooses.
 * @throws Problem not_found where none is valid then
 */
export function requireBoundary(
  geography: Geography,
  datetime: string | undefined,
  today: string,
): BoundaryVersion {
  const version = resolveBoundary(geography, datetime, today);
  if (version) return version;
  const versions = geography.boundaryVersions.map((other) => other.validFrom).join(', ');
  throw new Problem('not_found', `${geography.collection} has no boundary version at ${datetime}.`, [
    {
      code: 'unknown_boundary_version',
      field: 'datetime',
      got: datetime ?? '',
      expected: `valid from ${versions}`,
    },
  ]);
}
