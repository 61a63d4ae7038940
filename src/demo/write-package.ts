import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Label } from '../label.ts';
import { type DrawnDistrict, drawTown } from './draw-town.ts'; // shapes
import { DEMO_INDICATORS, SOURCE } from './indicators.ts'; // what is counted
import { openRandom } from './random.ts'; // the only source of chance
import { COUNTS } from './simulate-figures.ts'; // names of the counts
import { MARKS, type Table, tabulateFigures } from './tabulate-figures.ts'; // figures

/** Everything about the town follows from this number. */
const SEED = 20151231;

/** Day from which the town's one set of boundaries is valid. */
const VALID_FROM = '2015-01-01';

/** Longitude and latitude that hold the whole town, with some kilometres to spare. */
const EXTENT = [7.6, 52.0, 7.9, 52.2];

/**
 * Writes the demo town as a data package: datapackage.json, shapes and figures of both levels.
 * The same bytes each time.
 *
 * @param directory folder to write to; made when absent
 */
export async function writeDemoPackage(directory: string): Promise<void> {
  const random = openRandom(SEED);
  const { quartiere, stadtteile } = drawTown(random);
  const tables = tabulateFigures(quartiere, stadtteile, random);
  await mkdir(directory, { recursive: true });
  const files: [string, string][] = [
    ['datapackage.json', `${JSON.stringify(describePackage(), null, 2)}\n`],
    ['quartiere.geojson', printShapes(quartiere)],
    ['stadtteile.geojson', printShapes(stadtteile)],
    ['quartiere.csv', printTable(tables.quartiere)],
    ['stadtteile.csv', printTable(tables.stadtteile)],
  ];
  for (const [name, text] of files) await writeFile(join(directory, name), text);
}

/** GeoJSON in EPSG:25832 with the `crs` member that GDAL reads and writes; one district per line. */
function printShapes(districts: readonly DrawnDistrict[]): string {
  const features = districts.map(({ key, name, geometry }) =>
    JSON.stringify({ type: 'Feature', properties: { key, name }, geometry }),
  );
  const crs = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25832"}}';
  return `{"type":"FeatureCollection","crs":${crs},"features":[\n${features.join(',\n')}\n]}\n`;
}

function printTable(table: Table): string {
  return `${table.map((row) => row.join(',')).join('\n')}\n`;
}

/** The words that no label of a made-up town may lack. */
function madeUp(de: string, en: string): Label {
  return { de: `${de} (Musterstadt, erfundene Daten)`, en: `${en} (Musterstadt, synthetic data)` };
}

function describePackage(): object {
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: 'musterstadt',
    title: 'Musterstadt (erfundene Daten)',
    version: '1.0.0',
    sources: [{ title: SOURCE.text }],
    licenses: [{ name: 'CC0-1.0', path: 'https://creativecommons.org/publicdomain/zero/1.0/' }],
    sozialraum: {
      authority: {
        id: 'musterstadt',
        kind: 'municipality',
        label: { de: 'Musterstadt (erfundene Daten)', en: 'Musterstadt (synthetic data)' },
        synthetic: true,
      },
      geographies: [
        { id: 'musterstadt-stadtteil', label: madeUp('Stadtteile', 'City districts'), extent: EXTENT },
        {
          id: 'musterstadt-quartier',
          label: madeUp('Quartiere', 'Quarters'),
          parent: 'musterstadt-stadtteil',
          extent: EXTENT,
        },
      ],
      indicators: DEMO_INDICATORS.map(
        ({ counts: _, description, numerator, denominator, categories, ...rest }) => ({
          ...rest,
          ...(description && { description }),
          ...(numerator && { numerator }),
          ...(denominator && { denominator }),
          ...(categories.length > 0 && { categories }),
          source: SOURCE,
        }),
      ),
      reasons: [
        {
          code: 'small_number',
          label: {
            de: 'weniger als fünf Personen oder Haushalte',
            en: 'fewer than five persons or households',
          },
        },
        {
          code: 'part_suppressed',
          label: {
            de: 'ein Quartier ist geheim, die Summe würde es verraten',
            en: 'one quarter is secret and the sum would disclose it',
          },
        },
        { code: 'nobody_to_count', label: { de: 'hier wohnt niemand', en: 'nobody lives here' } },
        { code: 'not_delivered', label: { de: 'nicht geliefert', en: 'not delivered' } },
      ],
    },
    resources: [
      ...describeLevel('stadtteile', 'musterstadt-stadtteil', '^[0-9]{2}$', 'part_suppressed', []),
      ...describeLevel('quartiere', 'musterstadt-quartier', '^[0-9]{4}$', 'small_number', [
        { geography: 'musterstadt-stadtteil', key: { prefix: 2 } },
      ]),
    ],
  };
}

function describeLevel(
  name: string,
  geography: string,
  pattern: string,
  secretReason: string,
  parents: object[],
): object[] {
  return [
    {
      name,
      path: `${name}.geojson`,
      format: 'geojson',
      encoding: 'utf-8',
      sozialraum: {
        kind: 'boundaries',
        geography,
        validFrom: VALID_FROM,
        validUntil: null,
        label: madeUp('Gebietsstand 2015', 'Boundaries of 2015'),
        crs: 'EPSG:25832',
        key: { field: 'key', pattern },
        name: { field: 'name' },
        parents,
        invalidGeometry: 'refuse',
        source: SOURCE,
      },
    },
    {
      name: `${name}-figures`,
      path: `${name}.csv`,
      format: 'csv',
      encoding: 'utf-8',
      dialect: { delimiter: ',', quoteChar: '"', header: true },
      schema: {
        fields: [
          { name: 'district', type: 'string' },
          { name: 'year', type: 'string' },
          ...COUNTS.map((count) => ({ name: count, type: 'number', decimalChar: '.', groupChar: '' })),
        ],
        missingValues: Object.values(MARKS),
      },
      sozialraum: {
        kind: 'observations',
        geography,
        boundary: VALID_FROM,
        period: { field: 'year' },
        provisional: false,
        key: { field: 'district' },
        missing: {
          [MARKS.secret]: { status: 'suppressed', reason: secretReason },
          [MARKS.impossible]: { status: 'not_applicable', reason: 'nobody_to_count' },
          [MARKS.missing]: { status: 'not_available', reason: 'not_delivered' },
        },
        columns: DEMO_INDICATORS.map(({ id, counts: { numerator, denominator } }) =>
          denominator
            ? { numerator, denominator, factor: 100, indicator: id }
            : { field: numerator, indicator: id },
        ),
      },
    },
  ];
}
