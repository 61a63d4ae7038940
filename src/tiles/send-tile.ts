/** HTTP of one tile: validators, content coding, and the lane for the next request. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CHANGING, IMMUTABLE, isCurrent } from '../http/caching.ts';
import { chooseEncoding } from '../http/content-encoding.ts';
import type { FastLane } from '../http/fast-lane.ts';
import { MEDIA } from '../http/links.ts';
import type { TileReader, TileSet } from './read-tile.ts';
import type { TileAddress } from './tile-matrix-set.ts';

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
  const suffix = encoding === 'identity' ? '' : `-${encoding}`;
  const tag = `"${set.key}-${address.z}-${address.y}-${address.x}${suffix}"`;
  const policy = immutable ? IMMUTABLE : CHANGING;
  if (isCurrent(request, reply, { tag, policy, vary: 'Accept-Encoding' })) return reply.code(304).send();
  const tile = await tiles.read(set, address, encoding, request.signal);
  if (tile.length === 0) return reply.code(204).send();
  reply.type(MEDIA.tile);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  lane.keep(request, reply, tile);
  return reply.send(tile);
}
