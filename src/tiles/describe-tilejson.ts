/** TileJSON 3.0 of joined tile sets. */
import type { components } from '../../openapi/generated/types.ts';
import { describeBoundary, describeColumn } from '../features/feature.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { type Language, textOf } from '../label.ts';
import {
  attributionOf,
  boxOf,
  centreOf,
  describeLayers,
  type LoadedLayer,
  releaseOf,
  titleOf,
} from './describe-layers.ts';
import { labelLayer } from './read-tile.ts';
import { fittingMatrix, type TileMatrixSet } from './tile-matrix-set.ts';
import { pinnedQuery, type TileSetAddress } from './tile-set-address.ts';

type TileJson = components['schemas']['TileJson'];
type DatasetTileJson = components['schemas']['DatasetTileJson'];
type VectorLayer = components['schemas']['VectorLayer'];

/**
 * Describes the tiles of one collection.
 * @param set a grid in Web Mercator, the only one that TileJSON knows
 */
export function describeTileJson(
  layer: LoadedLayer,
  set: TileMatrixSet,
  language: Language,
  address: TileSetAddress,
): TileJson {
  const { version, columns } = layer;
  const { bbox } = version;
  return {
    ...describeTiles([layer], set, language, address),
    bounds: bbox,
    center: [...centreOf(bbox), fittingMatrix(set, bbox)],
    boundaryVersion: describeBoundary(version, language),
    columns: columns.map((column) => describeColumn(column, version, language)),
  };
}

/** Describes the tiles of several collections; parameters as for one. */
export function describeDatasetTileJson(
  layers: readonly LoadedLayer[],
  set: TileMatrixSet,
  language: Language,
  address: TileSetAddress,
): DatasetTileJson {
  const document = describeTiles(layers, set, language, address);
  const box = boxOf(layers);
  if (box === null) return document;
  return { ...document, bounds: [...box], center: [...centreOf(box), fittingMatrix(set, box)] };
}

function describeTiles(
  layers: readonly LoadedLayer[],
  set: TileMatrixSet,
  language: Language,
  address: TileSetAddress,
): Omit<DatasetTileJson, 'bounds' | 'center'> {
  const release = releaseOf(layers);
  return {
    tilejson: '3.0.0',
    name: titleOf(layers, language),
    description: describeLayers(layers, language),
    attribution: attributionOf(layers),
    version: `${release}.0.0`,
    scheme: 'xyz',
    tiles: [`${address.tiles}/${set.id}/{z}/{y}/{x}${pinnedQuery(address, layers)}`],
    minzoom: 0,
    maxzoom: set.deepest,
    vector_layers: layers.flatMap((layer) => vectorLayers(layer, set.deepest, language)),
    release,
  };
}

function vectorLayers(layer: LoadedLayer, maxzoom: number, language: Language): VectorLayer[] {
  const { geography, columns } = layer;
  const zooms = { description: textOf(geography.label, language), minzoom: 0, maxzoom };
  const own = { key: 'String', name: 'String' };
  const stored = Object.fromEntries(
    (geography.publication?.attributes ?? []).map(({ name, type }) => [
      name,
      type === 'string' ? 'String' : 'Number',
    ]),
  );
  const joined = Object.fromEntries(columns.map((column) => [column.name, fieldType(column)]));
  return [
    { id: geography.collection, ...zooms, fields: { ...own, ...stored, ...joined } },
    { id: labelLayer(geography), ...zooms, fields: own },
  ];
}

function fieldType(column: JoinedColumn): 'Number' | 'String' {
  return column.kind === 'text' ? 'String' : 'Number';
}
