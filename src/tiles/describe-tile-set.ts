/** Tile matrix sets and tile sets as OGC's Two Dimensional Tile Matrix Set 2.0 (17-083r4) writes them. */
import type { components } from '../../openapi/generated/types.ts';
import type { Attribute } from '../districts/attribute.ts';
import { CRS84 } from '../districts/crs.ts';
import { describeBoundary, describeColumn } from '../features/feature.ts';
import { type Link, MEDIA, OGC_REL } from '../http/links.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { STATUSES } from '../indicators/status.ts';
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
import { labelLayer, type TileLayer } from './read-tile.ts';
import {
  type Box,
  fittingMatrix,
  limitsOf,
  TILE_MATRIX_SETS,
  type TileMatrixLimits,
  type TileMatrixSet,
  tileMatrices,
} from './tile-matrix-set.ts';
import { pinnedQuery, plainQuery, type TileSetAddress } from './tile-set-address.ts';

type Schemas = components['schemas'];
type TileSetLinks = Schemas['TileSet']['links'];
type LayerDocument = Schemas['TileSet']['layers'][number];
type PropertySchemas = LayerDocument['propertiesSchema']['properties'];

/** All grids. @param base address of the API */
export function listTileMatrixSets(base: string): Schemas['TileMatrixSets']['tileMatrixSets'] {
  return [...TILE_MATRIX_SETS.values()].map((set) => ({
    id: set.id,
    title: set.title,
    uri: uriOf(set, base),
    crs: set.crs,
    links: [{ href: matrixSetHref(set, base), rel: 'self', type: MEDIA.json, title: set.title }],
  }));
}

/** Definition of a grid. @param base address of the API */
export function describeTileMatrixSet(set: TileMatrixSet, base: string): Schemas['TileMatrixSet'] {
  return {
    id: set.id,
    title: set.title,
    uri: uriOf(set, base),
    crs: set.crs,
    orderedAxes: [...set.orderedAxes],
    ...(set.wellKnownScaleSet === null ? {} : { wellKnownScaleSet: set.wellKnownScaleSet }),
    tileMatrices: tileMatrices(set).map((matrix) => ({ ...matrix, cornerOfOrigin: 'topLeft' })),
    links: [{ href: matrixSetHref(set, base), rel: 'self', type: MEDIA.json, title: set.title }],
  };
}

/** The tile sets of a resource: one for each grid that its districts lie in. */
export function listTileSets(
  layers: readonly TileLayer[],
  language: Language,
  address: TileSetAddress,
): Schemas['TileSets']['tilesets'] {
  const box = boxOf(layers);
  return [...TILE_MATRIX_SETS.values()]
    .filter((set) => box === null || limitsOf(set, box, 0) !== null)
    .map((set) => ({
      ...headOf(layers, set, language, address),
      links: mainLinks(set, address, plainQuery(address)),
    }));
}

/** Metadata of one tile set; the addresses of its tiles name the state that it describes. */
export function describeTileSet(
  layers: readonly LoadedLayer[],
  set: TileMatrixSet,
  language: Language,
  address: TileSetAddress,
): Schemas['TileSet'] {
  const box = boxOf(layers);
  return {
    ...headOf(layers, set, language, address),
    description: describeLayers(layers, language),
    attribution: attributionOf(layers),
    tileMatrixSetLimits: box === null ? [] : allLimits(set, box),
    ...(box === null ? {} : extentOf(set, box)),
    layers: layers.flatMap((layer) => [
      describeAreas(layer, set, language),
      describeLabels(layer, set, language),
    ]),
    release: releaseOf(layers),
    links: [...mainLinks(set, address, pinnedQuery(address, layers)), ...tileJsonLinks(set, address)],
  };
}

function headOf(
  layers: readonly TileLayer[],
  set: TileMatrixSet,
  language: Language,
  { base }: TileSetAddress,
): Pick<Schemas['TileSet'], 'title' | 'dataType' | 'crs' | 'tileMatrixSetId' | 'tileMatrixSetURI'> {
  return {
    title: titleOf(layers, language),
    dataType: 'vector',
    crs: set.crs,
    tileMatrixSetId: set.id,
    tileMatrixSetURI: uriOf(set, base),
  };
}

/** @param tileQuery query string of the tiles' addresses */
function mainLinks(set: TileMatrixSet, address: TileSetAddress, tileQuery: string): TileSetLinks {
  const { base, tiles } = address;
  return [
    { href: `${tiles}/${set.id}${plainQuery(address)}`, rel: 'self', type: MEDIA.json },
    { href: matrixSetHref(set, base), rel: `${OGC_REL}/tiling-scheme`, type: MEDIA.json, title: set.title },
    {
      href: `${tiles}/${set.id}/{tileMatrix}/{tileRow}/{tileCol}${tileQuery}`,
      rel: 'item',
      type: MEDIA.tile,
      templated: true,
    },
  ];
}

/** TileJSON knows Web Mercator only. */
function tileJsonLinks(set: TileMatrixSet, address: TileSetAddress): Link[] {
  if (set.id !== 'WebMercatorQuad') return [];
  return [
    {
      href: `${address.tiles}/${set.id}/tilejson${plainQuery(address)}`,
      rel: 'describedby',
      type: MEDIA.json,
      title: 'TileJSON',
    },
  ];
}

/** What names a grid, the same in every document, since clients compare it: in OGC's register, else its address here. */
function uriOf(set: TileMatrixSet, base: string): string {
  return set.uri ?? matrixSetHref(set, base);
}

function matrixSetHref(set: TileMatrixSet, base: string): string {
  return `${base}/tileMatrixSets/${set.id}`;
}

function allLimits(set: TileMatrixSet, box: Box): TileMatrixLimits[] {
  return Array.from({ length: set.deepest + 1 }, (_, z) => limitsOf(set, box, z)).filter(
    (limits) => limits !== null,
  );
}

function extentOf(set: TileMatrixSet, box: Box): Pick<Schemas['TileSet'], 'boundingBox' | 'centerPoint'> {
  const [west, south, east, north] = box;
  return {
    boundingBox: { lowerLeft: [west, south], upperRight: [east, north], crs: CRS84.uri },
    centerPoint: {
      coordinates: centreOf(box),
      crs: CRS84.uri,
      tileMatrix: String(fittingMatrix(set, box)),
    },
  };
}

function describeAreas(layer: LoadedLayer, set: TileMatrixSet, language: Language): LayerDocument {
  const { geography, version, columns } = layer;
  return {
    id: geography.collection,
    title: textOf(geography.label, language),
    description: textOf(version.label, language),
    dataType: 'vector',
    geometryDimension: 2,
    ...matricesOf(set),
    propertiesSchema: {
      type: 'object',
      properties: {
        ...OWN_PROPERTIES[language],
        ...Object.fromEntries(
          (geography.publication?.attributes ?? []).map((own) => [
            own.name,
            describeAttribute(own, language),
          ]),
        ),
        ...Object.fromEntries(
          columns.map((column) => [column.name, describeProperty(column, layer, language)]),
        ),
      },
    },
    collection: geography.collection,
    boundaryVersion: describeBoundary(version, language),
    columns: columns.map((column) => describeColumn(column, version, language)),
  };
}

function describeLabels({ geography }: TileLayer, set: TileMatrixSet, language: Language): LayerDocument {
  const title = textOf(geography.label, language);
  return {
    id: labelLayer(geography),
    title: { de: `${title}: Beschriftung`, en: `${title}: labels` }[language],
    dataType: 'vector',
    geometryDimension: 0,
    ...matricesOf(set),
    propertiesSchema: { type: 'object', properties: OWN_PROPERTIES[language] },
    collection: geography.collection,
  };
}

function matricesOf(set: TileMatrixSet): Pick<LayerDocument, 'minTileMatrix' | 'maxTileMatrix'> {
  return { minTileMatrix: '0', maxTileMatrix: String(set.deepest) };
}

const OWN_PROPERTIES: Record<Language, PropertySchemas> = {
  de: { key: { type: 'string', title: 'Schlüssel' }, name: { type: 'string', title: 'Name' } },
  en: { key: { type: 'string', title: 'Key' }, name: { type: 'string', title: 'Name' } },
};

/** Of classes the values are named, as the tiles have them. */
function describeAttribute(
  { type, title, unit, values }: Attribute,
  language: Language,
): PropertySchemas[string] {
  const words = values?.map((own) => `${own.value}: ${textOf(own.title, language)}`).join('; ');
  const description = [unit, words].filter(Boolean).join('; ');
  return {
    type: type === 'string' ? 'string' : 'number',
    title: textOf(title, language),
    ...(description === '' ? {} : { description }),
    ...(type === 'string' && values ? { enum: values.map(({ value }) => String(value)) } : {}),
  };
}

function describeProperty(
  column: JoinedColumn,
  { version }: TileLayer,
  language: Language,
): PropertySchemas[string] {
  const { label, unit, period } = describeColumn(column, version, language);
  return {
    type: column.kind === 'text' ? 'string' : 'number',
    title: label,
    description: `${column.measure}, ${unit}, ${period}`,
    ...(column.measure === 'status' ? { enum: [...STATUSES] } : {}),
  };
}
