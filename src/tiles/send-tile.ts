/** HTTP of one tile: validators, content coding, and the lane for the next ones. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CHANGING, IMMUTABLE, isCurrent } from '../http/caching.ts';
import { type ContentEncoding, chooseEncoding } from '../http/content-encoding.ts';
import type { FastLane } from '../http/fast-lane.ts';
import { MEDIA } from '../http/links.ts';
import { MOST_COLLECTIONS } from './plan-layers.ts';
import type { TileReader, TileSet } from './read-tile.ts';
import { isWithin, type TileAddress } from './tile-matrix-set.ts';

/** Of all answers, but of no use for bytes that no browser takes for a page, and that are fetched with CORS. */
const UNNEEDED = ['cross-origin-resource-policy', 'x-content-type-options', 'access-control-expose-headers'];

/**
 * Answers with a tile: 200, 204 where it is empty, 304 where the client has it.
 * @param immutable whether the address names a release
 */
export async function sendTile(
  request: FastifyRequest,
  reply: FastifyReply,
  tiles: TileReader,
  lane: FastLane,
  set: TileSet,
  address: TileAddress,
  immutable: boolean,
): Promise<FastifyReply> {
  const encoding = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
  const tag = tagOf(set, address, encoding);
  const policy = immutable ? IMMUTABLE : CHANGING;
  // A tile needs few headers, and there are many tiles.
  for (const name of UNNEEDED) reply.removeHeader(name);
  if (isCurrent(request, reply, { tag, policy, vary: 'Accept-Encoding' })) return reply.code(304).send();
  const body = tiles.readNow(set, address, encoding);
  const tile = body ? Buffer.concat(body.parts) : await tiles.read(set, address, encoding, request.signal);
  body?.release();
  if (tile.length === 0) return reply.code(204).send();
  reply.type(MEDIA.tile);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  // Of many layers the handler has to count those that meet in a tile.
  if (set.layers.length > MOST_COLLECTIONS) return reply.send(tile);
  lane.keep(request, reply, {
    tagOf: (z, y, x) => (isWithin(set.grid, { z, x, y }) ? tagOf(set, { z, x, y }, encoding) : null),
    bodyOf: (z, y, x) => tiles.readNow(set, { z, x, y }, encoding),
  });
  return reply.send(tile);
}

function tagOf({ key }: TileSet, { z, x, y }: TileAddress, encoding: ContentEncoding): string {
  const suffix = encoding === 'identity' ? '' : `-${encoding}`;
  return `"${key}-${z}-${y}-${x}${suffix}"`;
}
