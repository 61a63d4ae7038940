/**
 * A small valid data package of a made-up town, and the handle to break it.
 *
 *   y 5702000 +------+------+------+
 *             | 0201 | 0202 | 0203 |   area 02 Süd
 *   y 5701000 +------+------+------+
 *             | 0101 | 0102 | 0103 |   area 01 Nord
 *   y 5700000 +------+------+------+
 *          x 400000                403000      EPSG:25832, squares of 1 km
 *
 * Areas come as a shapefile (ISO-8859-1), quarters as GeoJSON, figures as a CSV with semicolons.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoundaryResource, Descriptor, ObservationResource } from '../../src/import/descriptor.ts';
import { encodeDbf, encodeShp, type ShapeRecord } from './encode-shapefile.ts';

/** Everything that becomes files; change any of it before writing. */
export interface SmallPackage {
  /** What the descriptor says about the package. */
  sozialraum: Descriptor['sozialraum'];
  areas: BoundaryResource;
  quarters: BoundaryResource;
  figures: ObservationResource;
  /** Records of areas.shp and areas.dbf. */
  areaRecords: ShapeRecord[];
  /** Text of areas.prj. */
  prj: string;
  /** Name in the `crs` member of quarters.geojson; null for none. */
  crsName: string | null;
  /** Features of quarters.geojson. */
  quarterFeatures: QuarterFeature[];
  /** Lines of figures.csv, the header first. */
  lines: string[];
  /** Files by path to write as given instead; null leaves a file out. */
  replace: Record<string, string | Uint8Array | null>;
}

/** A feature of the quarters file; the geometry may be spoiled. */
export interface QuarterFeature {
  type: 'Feature';
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown } | null;
}

/** WKT of ETRS89 / UTM zone 32N as ESRI writes it. */
export const UTM32_PRJ =
  'PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,' +
  '298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],' +
  'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],' +
  'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';

/** Corners of a rectangle, clockwise and closed. */
export function makeRing(x: number, y: number, width: number, height: number): [number, number][] {
  return [
    [x, y],
    [x, y + height],
    [x + width, y + height],
    [x + width, y],
    [x, y],
  ];
}

/** A fresh valid package. */
export function makeSmallPackage(): SmallPackage {
  const source = { text: 'Erfundene Stadt', licence: 'CC0-1.0', attribution: 'Sozialraum' };
  return {
    sozialraum: {
      authority: { id: 'klein', kind: 'municipality', label: { de: 'Klein' }, synthetic: true },
      geographies: [
        {
          id: 'klein-quarter',
          label: { de: 'Quartiere', en: 'Quarters' },
          parent: 'klein-area',
          extent: [7.4, 51.3, 7.8, 51.6],
        },
        { id: 'klein-area', label: { de: 'Bezirke', en: 'Areas' }, extent: [7.4, 51.3, 7.8, 51.6] },
      ],
      indicators: [
        {
          id: 'residents',
          label: { de: 'Bevölkerung', en: 'Residents' },
          unit: 'persons',
          decimals: 0,
          aggregation: 'sum',
          polarity: 0,
          theme: 'population',
          lifeCycle: 'in_use',
          protectionClass: 'P1',
          source,
        },
        {
          id: 'unemployed_share',
          label: { de: 'Arbeitslosenanteil', en: 'Share of unemployed people' },
          unit: 'percent',
          decimals: 1,
          numerator: { de: 'Arbeitslose' },
          denominator: { de: 'Bevölkerung' },
          aggregation: 'ratio',
          polarity: -1,
          theme: 'labour',
          lifeCycle: 'in_use',
          protectionClass: 'P2',
          source,
        },
      ],
      reasons: [
        { code: 'small_number', label: { de: 'Zahl zu klein' } },
        { code: 'not_delivered', label: { de: 'nicht geliefert' } },
        { code: 'uninhabited', label: { de: 'unbewohnt' } },
      ],
    },
    areas: {
      name: 'areas',
      path: 'areas.shp',
      format: 'shp',
      encoding: 'ISO-8859-1',
      sozialraum: {
        kind: 'boundaries',
        geography: 'klein-area',
        validFrom: '2020-01-01',
        validUntil: null,
        label: { de: 'Stand 2020' },
        crs: 'EPSG:25832',
        key: { field: 'AREA', pattern: '^[0-9]{2}$' },
        name: { field: 'NAME' },
        invalidGeometry: 'refuse',
        source,
      },
    },
    quarters: {
      name: 'quarters',
      path: 'quarters.geojson',
      format: 'geojson',
      sozialraum: {
        kind: 'boundaries',
        geography: 'klein-quarter',
        validFrom: '2020-01-01',
        validUntil: null,
        label: { de: 'Stand 2020' },
        crs: 'EPSG:25832',
        key: { field: 'id', pattern: '^[0-9]{4}$' },
        name: { field: 'name' },
        parents: [{ geography: 'klein-area', key: { prefix: 2 } }],
        invalidGeometry: 'refuse',
        source,
      },
    },
    figures: {
      name: 'figures',
      path: 'figures.csv',
      format: 'csv',
      encoding: 'utf-8',
      dialect: { delimiter: ';' },
      schema: {
        fields: [
          { name: 'quarter', type: 'string' },
          { name: 'year', type: 'string' },
          { name: 'residents', type: 'integer', groupChar: '.' },
          { name: 'unemployed', type: 'integer' },
        ],
      },
      sozialraum: {
        kind: 'observations',
        geography: 'klein-quarter',
        boundary: '2020-01-01',
        period: { field: 'year' },
        provisional: false,
        key: { field: 'quarter' },
        missing: {
          '': { status: 'not_available', reason: 'not_delivered' },
          x: { status: 'suppressed', reason: 'small_number' },
        },
        rows: [{ when: { field: 'residents', below: 1 }, status: 'not_applicable', reason: 'uninhabited' }],
        columns: [
          { field: 'residents', indicator: 'residents' },
          { numerator: 'unemployed', denominator: 'residents', factor: 100, indicator: 'unemployed_share' },
        ],
      },
    },
    areaRecords: [
      { attributes: { AREA: '01', NAME: 'Nord' }, ring: makeRing(400000, 5700000, 3000, 1000) },
      { attributes: { AREA: '02', NAME: 'Süd' }, ring: makeRing(400000, 5701000, 3000, 1000) },
    ],
    prj: UTM32_PRJ,
    crsName: 'urn:ogc:def:crs:EPSG::25832',
    quarterFeatures: ['0101', '0102', '0103', '0201', '0202', '0203'].map((id, index) => ({
      type: 'Feature',
      properties: { id, name: `Quartier ${id}` },
      geometry: {
        type: 'Polygon',
        coordinates: [
          makeRing(400000 + (index % 3) * 1000, 5700000 + Math.floor(index / 3) * 1000, 1000, 1000),
        ],
      },
    })),
    lines: [
      'quarter;year;residents;unemployed',
      '0101;2022;1.200;60',
      '0102;2022;800;20',
      '0103;2022;0;0',
      '0201;2022;2.000;x',
      '0202;2022;500;',
      '0203;2022;400;40',
      '0101;2023;1.250;50',
      '0102;2023;810;27',
    ],
    replace: {},
  };
}

/**
 * Writes the package.
 *
 * @param directory existing or new folder, e.g. t.testdir()
 * @returns the folder, for readPackage's packagePath
 */
export async function writeSmallPackage(directory: string, pkg: SmallPackage): Promise<string> {
  const { sozialraum, areas, quarters, figures } = pkg;
  const descriptor = {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: 'klein',
    title: 'Klein',
    sozialraum,
    resources: [areas, quarters, figures],
  };
  const crs = pkg.crsName === null ? {} : { crs: { type: 'name', properties: { name: pkg.crsName } } };
  const files: SmallPackage['replace'] = {
    'datapackage.json': JSON.stringify(descriptor, null, 2),
    'areas.shp': encodeShp(pkg.areaRecords),
    'areas.dbf': encodeDbf(pkg.areaRecords.map(({ attributes }) => attributes)),
    'areas.prj': pkg.prj,
    'areas.cpg': '88591',
    'quarters.geojson': JSON.stringify({ type: 'FeatureCollection', ...crs, features: pkg.quarterFeatures }),
    'figures.csv': `${pkg.lines.join('\r\n')}\r\n`,
    ...pkg.replace,
  };
  await mkdir(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    if (content !== null) await writeFile(join(directory, path), content);
  }
  return directory;
}
