// Reads of the API; every other module works on what these return. archive.js has the same functions for a file.

const BASE = `${location.origin}/v1`;

/** A problem document of the service, as an error with a sentence for people. */
class ApiError extends Error {}

/** The page is German whatever the browser prefers. */
const HEADERS = { 'accept-language': 'de' };

/**
 * @param {string} path below /v1
 * @param {Record<string, string>} [query]
 */
async function get(path, query = {}) {
  return await ask(`${BASE}${path}?${new URLSearchParams(query)}`, {});
}

async function ask(url, options) {
  const response = await fetch(url, { ...options, headers: { ...HEADERS, ...options.headers } });
  const body = await response.json();
  if (response.ok) return body;
  const errors = (body.errors ?? []).map(
    (error) => `${error.field ?? ''} ${error.got}, erwartet ${error.expected}`,
  );
  throw new ApiError([`${response.status} ${body.detail ?? body.title ?? ''}`, ...errors].join('; '));
}

/** Answers that are kept: those of the periods of a long series, played back and forth. */
const MOST_KEPT = 60;

const kept = new Map();

/**
 * Answers an equal question once; failures are asked again. What is kept is never aborted, since others may wait for it.
 * @param {string} key the whole question
 * @param {() => Promise<object>} read
 */
function keep(key, read) {
  const known = kept.get(key);
  if (known) return known;
  const answer = read();
  answer.catch(() => kept.delete(key));
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value);
  kept.set(key, answer);
  return answer;
}

function getKept(path, query) {
  return keep(`${path} ${new URLSearchParams(query)}`, () => get(path, query));
}

/** All collections of districts; published analyses have styles of their own, wide tables no tiles. */
export async function readCollections() {
  return (await get('/collections')).collections.filter(({ kind }) => kind === 'districts');
}

/** Indicators with values in a collection. */
export async function readIndicators(collection) {
  return (await get('/indicators', { collection })).indicators;
}

/** Index methods, each with whether and for which periods it applies to a collection. */
export async function readIndices(collection) {
  return (await get('/indices', { collection })).indices;
}

/** Problem situations, each with whether and for which periods it applies to a collection. */
export async function readSituations(collection) {
  return (await get('/problem-situations', { collection })).situations;
}

/** Observations of one district in all periods on all boundary versions, oldest first. */
export async function readSeries({ collection, indicator, district }) {
  const query = { collection, indicators: indicator.id, districts: district, limit: '10000' };
  return (await getKept('/observations', query)).observations;
}

const MEASURES = 'value,status,reason,rank,class,numerator,denominator';

/**
 * Values of all districts on one boundary version: columns of the same order as `keys` and `names`.
 * @param {{ period: string | null }} at null for all periods, which then have the same classes
 * @returns {Promise<object>} keys, names, columns, and values by column name
 */
export async function readValues({ collection, indicator, period, boundary }) {
  return await getKept(`/collections/${encodeURIComponent(collection)}/values`, {
    indicators: indicator.id,
    period: period ?? '../..',
    measures: MEASURES,
    classificationPeriods: period === null ? 'all' : 'each',
    datetime: boundary,
  });
}

/** Index and class of all districts, with the statement of method. */
export async function readIndexResults(index, at) {
  return await getKept(`/indices/${encodeURIComponent(index)}/results`, where(at));
}

/** Why a district has its class. */
export async function readExplanation(index, at, district) {
  return await getKept(`/indices/${encodeURIComponent(index)}/explain`, { ...where(at), district });
}

/** Problem situations of all districts with their evidence, and the statement of the rules. */
export async function readSituationDistricts(at) {
  return await getKept('/problem-situations/districts', where(at));
}

/** Outlines of the clusters as GeoJSON. */
export async function readClusters(at) {
  return await getKept('/clusters', { ...where(at), f: 'geojson' });
}

/** What the search for clusters says about each district. */
export async function readClusterDistricts(at) {
  return await getKept('/clusters', { ...where(at), f: 'json' });
}

/** A cluster in all its periods. @param {{ links: { rel: string, href: string }[] }} cluster of `readClusters` */
export async function readClusterHistory({ links }) {
  const address = new URL(links.find(({ rel }) => rel === 'self').href);
  // By the host that this page came from, whatever name the service gives itself.
  const path = address.pathname.slice(address.pathname.indexOf('/clusters/'));
  return await getKept(path, { ...Object.fromEntries(address.searchParams), f: 'json' });
}

/** The result of a process, computed at once. */
export async function execute(process, inputs) {
  const body = JSON.stringify({ inputs });
  const url = `${BASE}/processes/${process}/execution`;
  const headers = { 'content-type': 'application/json' };
  return await keep(`${process} ${body}`, () => ask(url, { method: 'POST', headers, body }));
}

function where({ collection, period, boundary }) {
  return { collection, period, datetime: boundary };
}

/**
 * Tile source of a collection's shapes on a boundary version, as MapLibre takes it; values are joined in the page. The tiles'
 * addresses name their release, so that the browser keeps them for good.
 */
export function shapesOf(collection, boundary) {
  const path = `/collections/${encodeURIComponent(collection)}/tiles/WebMercatorQuad/tilejson`;
  return { type: 'vector', url: `${BASE}${path}?${new URLSearchParams({ datetime: boundary })}` };
}
