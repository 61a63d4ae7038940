// Reads of the API; every other module works on what these return. archive.js has the same functions for a file.

const BASE = `${location.origin}/v1`;

/** A problem document of the service, as an error with a sentence for people. */
class ApiError extends Error {}

/**
 * @param {string} path below /v1
 * @param {Record<string, string>} [query]
 * @param {AbortSignal} [signal]
 */
async function get(path, query = {}, signal) {
  const url = `${BASE}${path}?${new URLSearchParams(query)}`;
  // The page is German whatever the browser prefers.
  const response = await fetch(url, { headers: { 'accept-language': 'de' }, signal });
  const body = await response.json();
  if (response.ok) return body;
  const errors = (body.errors ?? []).map(
    (error) => `${error.field ?? ''} ${error.got}, erwartet ${error.expected}`,
  );
  throw new ApiError([`${response.status} ${body.detail ?? body.title ?? ''}`, ...errors].join('; '));
}

/** All collections. */
export async function readCollections() {
  return (await get('/collections')).collections;
}

/** Indicators with values in a collection. */
export async function readIndicators(collection) {
  return (await get('/indicators', { collection })).indicators;
}

/** Observations of one district in all periods on all boundary versions, oldest first. */
export async function readSeries({ collection, indicator, district }, signal) {
  const query = { collection, indicators: indicator.id, districts: district, limit: '10000' };
  return (await get('/observations', query, signal)).observations;
}

const MEASURES = 'value,status,reason,rank,class,numerator,denominator';

/**
 * Values of all districts on one boundary version: columns of the same order as `keys` and `names`.
 * @param {{ period: string | null }} at null for all periods, which then have the same classes
 * @returns {Promise<object>} keys, names, columns, and values by column name
 */
export async function readValues({ collection, indicator, period, boundary }, signal) {
  const query = {
    indicators: indicator.id,
    period: period ?? '../..',
    measures: MEASURES,
    classificationPeriods: period === null ? 'all' : 'each',
    datetime: boundary,
  };
  return await get(`/collections/${encodeURIComponent(collection)}/values`, query, signal);
}

/**
 * Tile source of a collection's shapes on a boundary version, as MapLibre takes it; values are joined in the page. The tiles'
 * addresses name their release, so that the browser keeps them for good.
 */
export function shapesOf(collection, boundary) {
  const path = `/collections/${encodeURIComponent(collection)}/tiles/WebMercatorQuad/tilejson`;
  return { type: 'vector', url: `${BASE}${path}?${new URLSearchParams({ datetime: boundary })}` };
}
