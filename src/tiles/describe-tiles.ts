/** TileJSON 3.0 of a joined tile set. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { describeBoundary, describeColumn, newestRelease } from '../features/feature.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { type Language, textOf } from '../label.ts';
import { MAX_ZOOM } from './tile-index.ts';

type TileJson = components['schemas']['TileJson'];

/**
 * Describes the tiles of a boundary version with joined columns.
 * @param base address of the API
 * @param query join parameters as a query string with its question mark, kept in the tile addresses
 */
export function describeTiles(
  geography: Geography,
  version: BoundaryVersion,
  columns: readonly JoinedColumn[],
  language: Language,
  base: string,
  query: string,
): TileJson {
  const [west, south, east, north] = version.bbox;
  const title = textOf(geography.label, language);
  const template = `${base}/collections/${geography.collection}/tiles/WebMercatorQuad/{z}/{y}/{x}`;
  const release = newestRelease(version, columns);
  return {
    tilejson: '3.0.0',
    name: title,
    description: `${title}, ${textOf(version.label, language)}`,
    attribution: attributionOf(version, columns),
    version: `${release}.0.0`,
    scheme: 'xyz',
    tiles: [template + query],
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
  return column.kind === 'text' ? 'String' : 'Number';
}
