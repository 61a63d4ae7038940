/** Where tile sets are, and with which parameters. */
import { type LoadedLayer, releaseOf } from './describe-layers.ts';
import { MOST_COLLECTIONS } from './plan-layers.ts';
import type { TileLayer } from './read-tile.ts';

/** Where the tile sets of a resource are. */
export interface TileSetAddress {
  /** Address of the API. */
  base: string;
  /** Address of the tile sets: `…/tiles`. */
  tiles: string;
  /** Join parameters of the request. */
  asked: URLSearchParams;
  /** Whether they are tile sets of several collections. */
  several: boolean;
}

/** The join parameters as a query string with its question mark. */
export function plainQuery({ asked }: TileSetAddress): string {
  return toQuery(asked);
}

/**
 * The same with what the request left to the day it is asked on: release, boundary versions and, for tiles of several
 * collections, which ones. So the tiles never change, and may be kept for good. Where no day has all the boundary versions, or
 * there are more collections than can be named, nothing is added: such tiles are asked for anew.
 */
export function pinnedQuery({ asked, several }: TileSetAddress, layers: readonly LoadedLayer[]): string {
  const day = commonDay(layers);
  if (day === null || layers.length > MOST_COLLECTIONS) return toQuery(asked);
  const pinned = new URLSearchParams(asked);
  if (several) pinned.set('collections', layers.map(({ geography }) => geography.collection).join(','));
  if (!pinned.has('datetime')) pinned.set('datetime', day);
  pinned.set('release', String(releaseOf(layers)));
  return toQuery(pinned);
}

/** First day on which all boundary versions are valid; null if there is none. */
function commonDay(layers: readonly TileLayer[]): string | null {
  const versions = layers.map(({ version }) => version);
  const day = versions
    .map(({ validFrom }) => validFrom)
    .sort()
    .at(-1);
  const holds = versions.every(({ validUntil }) => validUntil === null || day! < validUntil);
  return day !== undefined && holds ? day : null;
}

function toQuery(parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
