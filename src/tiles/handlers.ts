/** HTTP of vector tiles. */
import { LRUCache } from 'lru-cache';
import { type BoundaryVersion, type Geography, requireGeography } from '../catalog/catalog.ts';
import { resolveBoundary } from '../catalog/resolve-boundary.ts';
import { describeBoundary, describeColumn, newestRelease } from '../features/feature.ts';
import { loadJoin } from '../features/read-items.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, MEDIA } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { type JoinedColumn, planJoin } from '../indicators/join.ts';
import { textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { encodeTile, type TileFeature } from './encode-tile.ts';
import { requireTile } from './tile-grid.ts';
import { buildTileIndex, MAX_ZOOM, type TileIndex } from './tile-index.ts';

const INDEX_CACHE_BYTES = 512 * 1024 * 1024;

/** Handlers of the tiles slice. @param today ISO date of today */
export function tileHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'collection.vector.getTile' | 'collection.vector.getTileJson'> {
  const indices = new LRUCache<string, TileIndex, [Geography, BoundaryVersion]>({
    maxSize: INDEX_CACHE_BYTES,
    sizeCalculation: (index) => index.bytes + 1,
    fetchMethod: async (_key, _stale, { context: [geography, version] }) => {
      const table = await reader.districts(geography, version);
      return buildTileIndex(await reader.shapes(version, [...table.ids]));
    },
  });

  return {
    async 'collection.vector.getTile'(request, reply) {
      const { params, query } = request;
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, params.collectionId);
      const { z, x, y } = requireTile(params.tileMatrix, params.tileRow, params.tileCol);
      const version = requireBoundary(geography, query.datetime, today());
      const plan = planJoin(catalog, geography, version, query);
      const releases = plan.slots.map((slot) => `${slot.name}@${slot.entry?.release ?? 0}`);
      if (isFresh(request, reply, [version.id, version.release, ...releases])) return reply.code(304).send();
      const index = await indices.forceFetch(`${version.id}@${version.release}`, {
        context: [geography, version],
      });
      const shapes = index.cut(z, x, y);
      if (shapes.length === 0) return reply.code(204).send();
      const table = await reader.districts(geography, version);
      const columns = await loadJoin(reader, geography, version, plan);
      const features = shapes
        .map((shape) => ({ ...shape, position: table.positions.get(shape.id)! }))
        .sort((a, b) => a.position - b.position)
        .map(({ id, polygons, position }): TileFeature => {
          const joined = columns.map((column) => [column.name, column.at(position)] as const);
          const own = [['key', table.keys[position]!] as const, ['name', table.names[position]!] as const];
          return { id, polygons, attributes: [...own, ...joined] };
        });
      return reply.type(MEDIA.tile).send(Buffer.from(encodeTile(geography.collection, features)));
    },

    async 'collection.vector.getTileJson'(request) {
      const { params, query } = request;
      const catalog = reader.catalog();
      const language = languageOf(request);
      const geography = requireGeography(catalog, params.collectionId);
      const version = requireBoundary(geography, query.datetime, today());
      const columns = await loadJoin(
        reader,
        geography,
        version,
        planJoin(catalog, geography, version, query),
      );
      const [west, south, east, north] = version.bbox;
      const title = textOf(geography.label, language);
      const template = `${apiBase(request)}/collections/${geography.collection}/tiles/WebMercatorQuad/{z}/{y}/{x}`;
      const release = newestRelease(geography, version, columns);
      return {
        tilejson: '3.0.0',
        name: title,
        description: `${title}, ${textOf(version.label, language)}`,
        attribution: attributionOf(version, columns),
        version: `${release}.0.0`,
        scheme: 'xyz',
        tiles: [template + joinQuery(request.url)],
        minzoom: 0,
        maxzoom: MAX_ZOOM,
        bounds: [west, south, east, north],
        center: [(west + east) / 2, (south + north) / 2, zoomFor(version.bbox)],
        vector_layers: [
          {
            id: geography.collection,
            description: title,
            minzoom: 0,
            maxzoom: MAX_ZOOM,
            fields: {
              key: 'String',
              name: 'String',
              ...Object.fromEntries(columns.map((column) => [column.name, fieldType(column)])),
            },
          },
        ],
        boundaryVersion: describeBoundary(version, language),
        release,
        columns: columns.map((column) => describeColumn(column, version, language)),
      };
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

function attributionOf(version: BoundaryVersion, columns: readonly JoinedColumn[]): string {
  const texts = [version.source.attribution, ...columns.map((column) => column.slot.source.attribution)];
  return [...new Set(texts.filter((text) => text !== ''))].join('; ');
}

/** Zoom at which a box fills about one screen of two tiles. */
function zoomFor([west, south, east, north]: BoundaryVersion['bbox']): number {
  const span = Math.max(east - west, (north - south) * 1.6, 1e-6);
  return Math.max(0, Math.min(MAX_ZOOM, Math.floor(Math.log2(360 / span) + 1)));
}

function fieldType(column: JoinedColumn): 'Number' | 'String' {
  return column.measure === 'status' || column.measure === 'reason' ? 'String' : 'Number';
}
