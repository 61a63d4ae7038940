/** HTTP of vector tiles. */
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, MEDIA } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { planJoin } from '../indicators/join.ts';
import { joinVersion, loadJoin } from '../indicators/load-join.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { describeTiles } from './describe-tiles.ts';
import { makeTileReader } from './read-tile.ts';
import { requireTile, requireTileMatrixSet } from './tile-matrix-set.ts';

/** Tiles carry no labels. */
const NO_LANGUAGE = '';

/** Handlers of the tiles slice. @param today ISO date of today */
export function tileHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'collection.vector.getTile' | 'collection.vector.getTileJson'> {
  const tiles = makeTileReader(reader);
  return {
    async 'collection.vector.getTile'(request, reply) {
      const { params, query } = request;
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const address = requireTile(
        requireTileMatrixSet(params.tileMatrixSetId),
        params.tileMatrix,
        params.tileRow,
        params.tileCol,
      );
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, NO_LANGUAGE))) {
        return reply.code(304).send();
      }
      const tile = await tiles.read(geography, version, plan, address);
      return tile === null ? reply.code(204).send() : reply.type(MEDIA.tile).send(Buffer.from(tile));
    },

    async 'collection.vector.getTileJson'(request, reply) {
      const { params, query } = request;
      const catalog = reader.catalog();
      const language = languageOf(request);
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const columns = await loadJoin(reader, geography, version, plan);
      return describeTiles(geography, version, columns, language, apiBase(request), joinQuery(request.url));
    },
  };
}

function requireBoundary(geography: Geography, datetime: string | undefined, today: string): BoundaryVersion {
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

/** The join parameters of the request, kept in the tile addresses. */
function joinQuery(url: string): string {
  const asked = new URLSearchParams(url.split('?', 2)[1] ?? '');
  asked.delete('f');
  const text = asked.toString();
  return text === '' ? '' : `?${text}`;
}
