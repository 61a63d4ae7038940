// Reads of the API; every other module works on what these return. archive.js has the same functions for a file.

const BASE = `${location.origin}/v1`;

/** Labels by code, learned from observations: columns of values have only the codes. */
const reasonLabels = new Map();

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

/**
 * Observations of all districts of a collection, following pages.
 * @param {Record<string, string>} query collection, indicators, and period or districts
 */
export async function readObservations(query, signal) {
  const rows = [];
  let page = await get('/observations', { ...query, limit: '10000' }, signal);
  rows.push(...page.observations);
  for (let next = nextOf(page); next; next = nextOf(page)) {
    page = await get('/observations', Object.fromEntries(new URL(next).searchParams), signal);
    rows.push(...page.observations);
  }
  for (const { reason, reasonLabel } of rows) if (reason !== null) reasonLabels.set(reason, reasonLabel);
  return rows;
}

function nextOf(page) {
  return page.links.find((link) => link.rel === 'next')?.href;
}

/**
 * Values of all districts in all periods of one boundary version: columns of the same order as `keys` and `names`.
 * @returns {Promise<object>} keys, names, columns, values by column name, and the labels of reasons known so far
 */
export async function readValues({ collection, indicator, boundary }, signal) {
  const path = `/collections/${encodeURIComponent(collection)}/values`;
  const measures = 'value,status,reason,numerator,denominator';
  const query = { indicators: indicator, period: '../..', measures, datetime: boundary };
  return { ...(await get(path, query, signal)), reasonLabels };
}

/** One district's properties with value, status and rank of one indicator and period. */
export async function readDistrict({ collection, key, indicator, period, boundary }, signal) {
  const path = `/collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(key)}`;
  const query = { indicators: indicator, period, measures: 'value,status,rank', datetime: boundary };
  return (await get(path, query, signal)).properties;
}

/** Tile source of a collection's shapes on a boundary version, as MapLibre takes it; values are joined in the page. */
export function shapesOf(collection, boundary) {
  const path = `/collections/${encodeURIComponent(collection)}/tiles/WebMercatorQuad/tilejson`;
  return { type: 'vector', url: `${BASE}${path}?${new URLSearchParams({ datetime: boundary })}` };
}
