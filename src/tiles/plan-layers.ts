/** Use case: which layers the tiles of a request have. */
import {
  type Catalog,
  columnsOf,
  districtLevels,
  type Geography,
  listed,
  requireGeography,
} from '../catalog/catalog.ts';
import { requireBoundary, resolveBoundary } from '../catalog/resolve-boundary.ts';
import { districtQueryables } from '../features/district-subject.ts';
import { type FilterParameters, readFilter } from '../features/filter.ts';
import { type JoinParameters, planJoin } from '../indicators/join.ts';
import { Problem } from '../problem.ts';
import type { TileLayer } from './read-tile.ts';
import { type TileAddress, type TileMatrixSet, touches } from './tile-matrix-set.ts';

/** What a request says of its layers, as validated by the contract. */
export interface LayerParameters extends JoinParameters, FilterParameters {
  datetime?: string | undefined;
}

/**
 * The one layer of a collection's tiles.
 * @param today ISO date of today
 * @throws Problem not_found for an unknown collection or no boundary version at the datetime, and as planJoin and readFilter
 */
export function planLayer(
  catalog: Catalog,
  collection: string,
  parameters: LayerParameters,
  today: string,
): TileLayer {
  const geography = requireGeography(catalog, collection);
  const version = requireBoundary(geography, parameters.datetime, today);
  const plan = planJoin(catalog, geography, version, parameters);
  return { geography, version, plan, filter: readFilter(districtQueryables(geography, plan), parameters) };
}

/**
 * The layers of tiles with several collections, in the catalogue's order whatever the request's. Indicators are joined to the
 * collections that have them; a filter has to fit each collection.
 * @param collections ids; undefined means all levels of districts that have a boundary version at the datetime, today without one
 * @param today ISO date of today
 * @throws Problem invalid_request for an unknown collection or an indicator that none has, and as planLayer
 */
export function planLayers(
  catalog: Catalog,
  collections: readonly string[] | undefined,
  parameters: LayerParameters,
  today: string,
): TileLayer[] {
  const all = districtLevels(catalog);
  const chosen = collections
    ? chooseCollections(catalog, collections)
    : all.filter((geography) => resolveBoundary(geography, parameters.datetime ?? today, today) !== null);
  requireIndicators(catalog, chosen, parameters.indicators ?? []);
  return chosen.map((geography) => {
    const indicators = parameters.indicators?.filter((code) => hasIndicator(catalog, geography, code));
    const joined = indicators?.length === 0 ? withoutJoin(parameters) : { ...parameters, indicators };
    return planLayer(catalog, geography.collection, joined, today);
  });
}

/** What is left for a collection that has none of the indicators. */
function withoutJoin(parameters: LayerParameters): LayerParameters {
  const { period: _, classification: _c, classificationPeriods: _p, changeFrom: _f, ...others } = parameters;
  return { ...others, indicators: undefined };
}

function chooseCollections(catalog: Catalog, collections: readonly string[]): Geography[] {
  const unknown = collections.find((id) => !catalog.geographies.has(id));
  if (unknown === undefined) {
    return [...catalog.geographies.values()].filter(({ collection }) => collections.includes(collection));
  }
  throw new Problem('invalid_request', `There is no collection ${unknown}.`, [
    {
      code: 'unknown_collection',
      field: 'collections',
      got: unknown,
      expected: listed(catalog.geographies.keys()),
    },
  ]);
}

function requireIndicators(catalog: Catalog, chosen: readonly Geography[], codes: readonly string[]): void {
  const unknown = codes.find((code) => !chosen.some((geography) => hasIndicator(catalog, geography, code)));
  if (unknown === undefined) return;
  const known = [...catalog.indicators.keys()].filter((code) =>
    chosen.some((geography) => hasIndicator(catalog, geography, code)),
  );
  throw new Problem('invalid_request', `None of the collections has an indicator ${unknown}.`, [
    { code: 'unknown_indicator', field: 'indicators', got: unknown, expected: listed(known) },
  ]);
}

function hasIndicator(catalog: Catalog, geography: Geography, code: string): boolean {
  const indicator = catalog.indicators.get(code);
  return indicator !== undefined && columnsOf(catalog, geography, indicator).length > 0;
}

/** Collections that a request can name, and that one tile can hold; each costs a read of its shapes. */
export const MOST_COLLECTIONS = 50;

/**
 * Checks that not too many layers have districts that can touch a tile.
 * @throws Problem invalid_request
 */
export function requireFewLayers(
  layers: readonly TileLayer[],
  grid: TileMatrixSet,
  address: TileAddress,
): void {
  const within = layers.filter(({ version }) => touches(grid, version.bbox, address));
  if (within.length <= MOST_COLLECTIONS) return;
  throw new Problem('invalid_request', 'Too many collections meet in this tile.', [
    {
      code: 'too_many_collections',
      field: 'collections',
      got: `${within.length} collections`,
      expected: `at most ${MOST_COLLECTIONS}, named with collections=…`,
    },
  ]);
}
