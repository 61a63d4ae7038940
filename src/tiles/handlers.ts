/** HTTP of vector tiles, their sets and grids. */
import type { FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import type { FastLane } from '../http/fast-lane.ts';
import { apiBase, MEDIA, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { joinVersion } from '../indicators/load-join.ts';
import type { Language } from '../label.ts';
import type { Reader } from '../reader.ts';
import { loadLayers } from './describe-layers.ts';
import {
  describeTileMatrixSet,
  describeTileSet,
  listTileMatrixSets,
  listTileSets,
} from './describe-tile-set.ts';
import { describeDatasetTileJson, describeTileJson } from './describe-tilejson.ts';
import type { GeometryStore } from './geometry/geometry-store.ts';
import { planLayer, planLayers, requireFewLayers } from './plan-layers.ts';
import { makeTileReader, type TileLayer } from './read-tile.ts';
import { sendTile } from './send-tile.ts';
import { requireMercator, requireTile, requireTileMatrixSet } from './tile-matrix-set.ts';
import { resolveTileSet } from './tile-set.ts';
import type { TileSetAddress } from './tile-set-address.ts';

type TileHandlers = Pick<
  Handlers,
  | 'getTileMatrixSetsList'
  | 'getTileMatrixSet'
  | `${'collection' | 'dataset'}.vector.${'getTileSetsList' | 'getTileSet' | 'getTileJson' | 'getTile'}`
>;

/**
 * Handlers of the tiles slice.
 * @param today ISO date of today
 * @param cacheBytes of finished tiles that are kept, from 1
 */
export function tileHandlers(
  reader: Reader,
  geometries: GeometryStore,
  today: () => string,
  lane: FastLane,
  cacheBytes: number,
): TileHandlers {
  const tiles = makeTileReader(reader, geometries, { tiles: cacheBytes });
  return {
    async getTileMatrixSetsList(request, reply) {
      if (isFresh(request, reply, [])) return reply.code(304).send();
      return {
        tileMatrixSets: listTileMatrixSets(apiBase(request)),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getTileMatrixSet(request, reply) {
      const set = requireTileMatrixSet(request.params.tileMatrixSetId);
      if (isFresh(request, reply, [])) return reply.code(304).send();
      return describeTileMatrixSet(set, apiBase(request));
    },

    async 'collection.vector.getTileSetsList'(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const layers = [planLayer(catalog, params.collectionId, query, day)];
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      return {
        tilesets: listTileSets(layers, language, addressOf(request, params.collectionId)),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async 'dataset.vector.getTileSetsList'(request, reply) {
      const { query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const layers = planLayers(catalog, query.collections, query, day);
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      return {
        tilesets: listTileSets(layers, language, addressOf(request)),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async 'collection.vector.getTileSet'(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const set = requireTileMatrixSet(params.tileMatrixSetId);
      const layers = [planLayer(catalog, params.collectionId, query, day)];
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      const address = addressOf(request, params.collectionId);
      return describeTileSet(await loadLayers(reader, layers), set, language, address);
    },

    async 'dataset.vector.getTileSet'(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const set = requireTileMatrixSet(params.tileMatrixSetId);
      const layers = planLayers(catalog, query.collections, query, day);
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      return describeTileSet(await loadLayers(reader, layers), set, language, addressOf(request));
    },

    async 'collection.vector.getTileJson'(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const set = requireMercator(params.tileMatrixSetId);
      const layers = [planLayer(catalog, params.collectionId, query, day)];
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      const [layer] = await loadLayers(reader, layers);
      return describeTileJson(layer!, set, language, addressOf(request, params.collectionId));
    },

    async 'dataset.vector.getTileJson'(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const set = requireMercator(params.tileMatrixSetId);
      const layers = planLayers(catalog, query.collections, query, day);
      if (isFresh(request, reply, versionOf(catalog, layers, language))) return reply.code(304).send();
      return describeDatasetTileJson(await loadLayers(reader, layers), set, language, addressOf(request));
    },

    async 'collection.vector.getTile'(request, reply) {
      const { params, query } = request;
      const grid = requireTileMatrixSet(params.tileMatrixSetId);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const text = queryText(request.url);
      const set = resolveTileSet(catalog, params.collectionId, grid, query, text, day);
      const address = requireTile(grid, params.tileMatrix, params.tileRow, params.tileCol);
      return await sendTile(request, reply, tiles, lane, set, address, query.release !== undefined);
    },

    async 'dataset.vector.getTile'(request, reply) {
      const { params, query } = request;
      const grid = requireTileMatrixSet(params.tileMatrixSetId);
      const { catalog, day } = await reader.stateAt(query.release, today());
      const set = resolveTileSet(catalog, null, grid, query, queryText(request.url), day);
      const address = requireTile(grid, params.tileMatrix, params.tileRow, params.tileCol);
      requireFewLayers(set.layers, grid, address);
      return await sendTile(request, reply, tiles, lane, set, address, query.release !== undefined);
    },
  };
}

/** All that documents of these layers depend on beside the address. */
function versionOf(catalog: Catalog, layers: readonly TileLayer[], language: Language): (string | number)[] {
  return layers.flatMap(({ geography, version, plan }) =>
    joinVersion(catalog, geography, version, plan, language),
  );
}

/** Where the tile sets are, with the parameters of the request. @param collection of all where it is absent */
function addressOf(request: FastifyRequest, collection?: string): TileSetAddress {
  const base = apiBase(request);
  const resource = collection === undefined ? base : `${base}/collections/${collection}`;
  const asked = new URLSearchParams(queryText(request.url));
  asked.delete('f');
  return { base, tiles: `${resource}/tiles`, asked, several: collection === undefined };
}

function queryText(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
