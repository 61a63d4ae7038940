/** Use case: the tiles of a geography with joined indicators as one PMTiles archive. */
import { stat } from 'node:fs/promises';
import type { components } from '../../openapi/generated/types.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import { type AskApi, refuseProblem } from './ask-api.ts'; // where everything comes from
import { walkTiles } from './walk-tiles.ts'; // which tiles there are
import { type WrittenArchive, writeArchive } from './write-archive.ts'; // the file

type TileJson = components['schemas']['TileJson'];
type Collection = components['schemas']['Collection'];
type Indicator = components['schemas']['Indicator'];

/** A wish for an archive, as texts of the command line. */
export interface BundleRequest {
  collection: string;
  /** Parameters of the tiles as the API names them: indicators, period, measures, datetime, release … */
  join: Record<string, string>;
  /** Shallowest and deepest zoom; undefined for 0 and for one that suits the extent. */
  minzoom: string | undefined;
  maxzoom: string | undefined;
  /** The archive. */
  file: string;
  /** Told in one line about each step. */
  onProgress: (message: string) => void;
  /** Interrupts the export. */
  signal: AbortSignal;
}

/** What an export did. */
export interface BundleResult extends WrittenArchive {
  /** Newest release in the tiles. */
  release: number;
  minzoom: number;
  maxzoom: number;
}

/** Enough for a city at zoom 14, a state at 13 and Germany at 12. */
const MOST_TILES_DEEPEST = 20_000;

/** Clients enlarge from here; above it borders would look angular on a screen of one street. */
const LEAST_DEEPEST = 12;

/**
 * Writes the archive.
 * @throws Problem as the API for what it refuses; invalid_request for zooms, invalid_configuration for a file that cannot
 * be written; database_busy when the service that is asked ends
 */
export async function exportPmtiles(ask: AskApi, request: BundleRequest): Promise<BundleResult> {
  const { collection, file, onProgress, signal } = request;
  const join = withReasons(request.join);
  await requireWritable(file);
  const address = `/v1/collections/${encodeURIComponent(collection)}`;
  const readTileJson = (query: Record<string, string>): Promise<TileJson> =>
    readJson(ask, `${address}/tiles/WebMercatorQuad/tilejson?${new URLSearchParams(query)}`);
  const tileJson = await readTileJson(join);
  const zooms = chooseZooms(request, tileJson);
  const codes = [...new Set(tileJson.columns.map((column) => column.indicator))];
  const indicators = await Promise.all(
    codes.map((code) => readJson<Indicator>(ask, `/v1/indicators/${encodeURIComponent(code)}`)),
  );
  const metadata = {
    ...describeBundle(tileJson, await readJson<Collection>(ask, address), indicators, zooms),
    classifications: codes.length === 0 ? {} : classesOf(await readTileJson(classQuery(join, tileJson))),
  };

  const template = lastingTemplate(tileJson);
  const read = async (z: number, x: number, y: number): Promise<Uint8Array | null> => {
    signal.throwIfAborted();
    const path = template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));
    const answer = await ask(path);
    refuseProblem(answer);
    return answer.body.length === 0 ? null : answer.body;
  };
  async function* tiles() {
    let [zoom, count] = [zooms.minzoom, 0];
    for await (const tile of walkTiles(read, zooms.minzoom, zooms.maxzoom)) {
      if (tile.z > zoom) onProgress(`zoom ${zoom}: ${count} tiles`);
      if (tile.z > zoom) [zoom, count] = [tile.z, 0];
      count++;
      yield tile;
    }
    onProgress(`zoom ${zoom}: ${count} tiles`);
    signal.throwIfAborted();
  }
  const extent = { ...zooms, bounds: tileJson.bounds as Box, center: centerWithin(tileJson, zooms) };
  try {
    const written = await writeArchive(file, extent, metadata, tiles());
    return { ...written, ...zooms, release: tileJson.release };
  } catch (error) {
    throw describeFileError(error, file);
  }
}

/** Unless told otherwise, an archive says why values are missing: nobody can ask for it later. */
function withReasons(join: Record<string, string>): Record<string, string> {
  return join.indicators === undefined ? join : { measures: 'value,reason', ...join };
}

/**
 * Tile addresses name their release; with the boundary version named too, neither an import nor a new day in the middle of
 * an export puts tiles of two states into one archive.
 */
function lastingTemplate({ tiles: [template], boundaryVersion }: TileJson): string {
  const [path = '', query] = template!.replace(/^https?:\/\/[^/]+/, '').split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('datetime', boundaryVersion.validFrom);
  return `${path}?${parameters}`;
}

type Box = [number, number, number, number];

async function readJson<T>(ask: AskApi, path: string): Promise<T> {
  const answer = await ask(path);
  refuseProblem(answer);
  return JSON.parse(answer.body.toString()) as T;
}

/** The archive says of itself what the API says of its tiles, without addresses of this host. */
function describeBundle(
  { name, description, attribution, version, boundaryVersion, release, columns, ...tileJson }: TileJson,
  { id, title, authority, synthetic }: Collection,
  indicators: readonly Indicator[],
  zooms: Zooms,
): object {
  return {
    name,
    description,
    attribution,
    version,
    type: 'overlay',
    vector_layers: tileJson.vector_layers.map((layer) => ({ ...layer, ...zooms })),
    collection: { id, title, authority, synthetic },
    boundaryVersion,
    release,
    columns,
    indicators: indicators.map(describeIndicator),
  };
}

/** What the map needs to name, order and colour values. */
function describeIndicator({
  id,
  label,
  description,
  unit,
  decimals,
  numerator,
  denominator,
  polarity,
  theme,
  categories,
}: Indicator): object {
  return { id, label, description, unit, decimals, numerator, denominator, polarity, theme, categories };
}

/** Asks for the classes of the same columns; unless told otherwise they are those of all periods together. */
function classQuery(
  join: Record<string, string>,
  { release, boundaryVersion }: TileJson,
): Record<string, string> {
  const { changeFrom: _, ...columns } = join;
  const state = { release: String(release), datetime: boundaryVersion.validFrom };
  return { classificationPeriods: 'all', ...columns, ...state, measures: 'class' };
}

/** Breaks, counts and colours by the name of the value column, so that a map needs no figures to make its legend. */
function classesOf({ columns }: TileJson): object {
  const classed = columns.filter(({ measure }) => measure === 'class');
  return Object.fromEntries(
    classed.map(({ name, classification }) => [name.replace(/_class$/, ''), classification]),
  );
}

interface Zooms {
  minzoom: number;
  maxzoom: number;
}

function chooseZooms(request: BundleRequest, { minzoom: least, maxzoom: most, bounds }: TileJson): Zooms {
  const items: ProblemItem[] = [];
  const read = (field: 'minzoom' | 'maxzoom', otherwise: number, from: number): number => {
    const text = request[field];
    if (text === undefined) return otherwise;
    const zoom = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
    if (zoom >= from && zoom <= most) return zoom;
    const expected = `a whole number from ${from} to ${most}`;
    items.push({ code: 'invalid_value', field, got: text, expected });
    return otherwise;
  };
  const minzoom = read('minzoom', least, least);
  const maxzoom = read('maxzoom', Math.max(minzoom, suitableZoom(bounds as Box, most)), minzoom);
  if (items.length > 0) throw new Problem('invalid_request', 'The zooms are not valid.', items);
  return { minzoom, maxzoom };
}

/** The deepest zoom at which a box does not have too many tiles. */
function suitableZoom([west, south, east, north]: Box, most: number): number {
  const height = Math.asinh(Math.tan(toRadians(north))) - Math.asinh(Math.tan(toRadians(south)));
  const share = ((east - west) / 360) * (height / (2 * Math.PI));
  const zoom = Math.floor(Math.log(MOST_TILES_DEEPEST / share) / Math.log(4));
  return Math.min(most, Math.max(zoom, LEAST_DEEPEST));
}

function toRadians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function centerWithin({ center }: TileJson, { minzoom, maxzoom }: Zooms): [number, number, number] {
  const [lon, lat, zoom] = center as [number, number, number];
  return [lon, lat, Math.min(Math.max(zoom, minzoom), maxzoom)];
}

/** A wrong name is noticed before the work, not after it. */
async function requireWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (file.endsWith('.pmtiles') && (found === null || found.isFile())) return;
  throw refuseFile(found === null || found.isFile() ? file : `${file}, which is no file`);
}

function describeFileError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (!['ENOENT', 'EACCES', 'ENOTDIR', 'EROFS', 'ENOSPC', 'EISDIR'].includes(code ?? '')) return error;
  return refuseFile(`${code} at ${file}`, error);
}

function refuseFile(got: string, cause?: unknown): Problem {
  const expected = 'a name that ends in .pmtiles, in a folder where this user may write';
  const item = { code: 'invalid_value', field: 'file', got, expected };
  return new Problem('invalid_configuration', 'The archive cannot be written.', [item], { cause });
}
