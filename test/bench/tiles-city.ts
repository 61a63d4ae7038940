/** What the tile benchmark cuts: made-up cities and the German municipalities, as data packages. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import proj4 from 'proj4';
import { parseShp } from 'shpjs';
import { openRandom } from '../../src/demo/random.ts';
import { SHARED_DATA } from '../support/shared.ts';
import { drawVoronoiCity } from './voronoi-city.ts';

/** A partition with its tiles. */
export interface City {
  name: string;
  n: number;
  /** In longitude and latitude, in the order of their keys. */
  shapes: MultiPolygon[];
  /** A tile of each zoom from 8 to 14. */
  tiles: { z: number; x: number; y: number }[];
}

/** Everything follows from this number. */
const SEED = 20211231;

const ZOOMS = [8, 9, 10, 11, 12, 13, 14];

/** Columns of figures. */
export const INDICATORS = ['first', 'second'];
export const PERIODS = ['2018', '2019', '2020', '2021'];

/** Of a hundred districts, so many are not assessed in a period. */
const GAPS_PERCENT = 2;

/** A made-up city of n districts. */
export function madeUpCity(n: number): City {
  const shapes = drawVoronoiCity(n, SEED).map(({ geometry }) => geometry);
  return { name: `city-${n}`, n, shapes, tiles: tilesAt(13.44, 52.52) };
}

/** DHDN in Gauss-Krüger's third zone, EPSG:31467. */
const GAUSS_KRUEGER =
  '+proj=tmerc +lat_0=0 +lon_0=9 +k=1 +x_0=3500000 +y_0=0 +ellps=bessel ' +
  '+towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7 +units=m +no_defs';

/** The 10,997 German municipalities of VG5000. */
export function germanMunicipalities(): City {
  const { forward } = proj4(GAUSS_KRUEGER, 'EPSG:4326');
  const place = (position: Position): Position =>
    forward(position as [number, number]).map((degrees) => Math.round(degrees * 1e7) / 1e7);
  const file = readFileSync(join(SHARED_DATA, 'vg5000/VG5000_GEM.shp'));
  const shapes = parseShp(file).map((geometry): MultiPolygon => {
    const { type, coordinates } = geometry as Polygon | MultiPolygon;
    const polygons = type === 'MultiPolygon' ? coordinates : [coordinates];
    return {
      type: 'MultiPolygon',
      coordinates: polygons.map((rings) => rings.map((ring) => ring.map(place))),
    };
  });
  // Near Frankfurt, where municipalities are of middling size.
  return { name: 'municipalities', n: shapes.length, shapes, tiles: tilesAt(8.66, 50.2) };
}

function tilesAt(lon: number, lat: number): City['tiles'] {
  const x = lon / 360 + 0.5;
  const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return ZOOMS.map((z) => ({ z, x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z) }));
}

/** Key of the district at position i. */
export function keyOf(i: number): string {
  return String(i).padStart(6, '0');
}

/** Made-up figures by indicator and period, with two decimals; NaN where a district is not assessed. */
export function figuresOf({ n }: City): Float64Array[][] {
  const random = openRandom(SEED);
  const figure = (): number =>
    random.uniform() * 100 < GAPS_PERCENT ? Number.NaN : Math.round(random.uniform() * 10_000) / 100;
  return INDICATORS.map(() => PERIODS.map(() => Float64Array.from({ length: n }, figure)));
}

/** Writes the city as a data package. */
export function writeCityPackage(
  { name, shapes }: City,
  columns: readonly Float64Array[][],
  folder: string,
): void {
  mkdirSync(folder, { recursive: true });
  const features = shapes.map((geometry, i) =>
    JSON.stringify({ type: 'Feature', properties: { key: keyOf(i), name: `Bezirk ${i}` }, geometry }),
  );
  writeFileSync(
    join(folder, 'shapes.geojson'),
    `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`,
  );
  const write = (value: number): string => (Number.isNaN(value) ? '.' : String(value));
  const rows = PERIODS.flatMap((period, p) =>
    shapes.map((_, i) => [period, keyOf(i), ...columns.map((periods) => write(periods[p]![i]!))].join(',')),
  );
  writeFileSync(
    join(folder, 'figures.csv'),
    `${['period', 'key', ...INDICATORS].join(',')}\n${rows.join('\n')}\n`,
  );
  writeFileSync(join(folder, 'datapackage.json'), JSON.stringify(describe(name)));
}

const SOURCE = { text: 'made up', licence: 'CC0-1.0', attribution: 'nobody' };

function describe(name: string): object {
  const label = { de: name, en: name };
  const key = { field: 'key', pattern: '^[0-9]{6}$' };
  const missing = { '.': { status: 'not_assessed', reason: 'too_small' } };
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name,
    title: name,
    version: '1.0.0',
    sozialraum: {
      authority: { id: name, kind: 'municipality', label },
      geographies: [{ id: name, label, extent: [5, 47, 16, 56] }],
      indicators: INDICATORS.map((id) => ({
        id,
        label: { de: id, en: id },
        unit: 'percent',
        decimals: 2,
        aggregation: 'none',
        polarity: -1,
        theme: 'labour',
        targetGroups: [],
        lifeCycle: 'in_use',
        protectionClass: 'P0',
        source: SOURCE,
      })),
      reasons: [{ code: 'too_small', label: { de: 'zu wenige Einwohner', en: 'too few residents' } }],
    },
    resources: [
      {
        name: 'shapes',
        path: 'shapes.geojson',
        format: 'geojson',
        encoding: 'utf-8',
        sozialraum: {
          kind: 'boundaries',
          geography: name,
          validFrom: '2015-01-01',
          validUntil: null,
          label,
          crs: 'EPSG:4326',
          key,
          name: { field: 'name' },
          invalidGeometry: 'repair',
          source: SOURCE,
        },
      },
      {
        name: 'figures',
        path: 'figures.csv',
        format: 'csv',
        encoding: 'utf-8',
        dialect: { delimiter: ',', header: true },
        schema: {
          fields: [
            { name: 'period', type: 'string' },
            { name: 'key', type: 'string' },
            ...INDICATORS.map((id) => ({ name: id, type: 'number' })),
          ],
        },
        sozialraum: {
          kind: 'observations',
          geography: name,
          boundary: '2015-01-01',
          period: { field: 'period' },
          referenceDate: '2021-12-31',
          provisional: false,
          key,
          missing,
          columns: INDICATORS.map((id) => ({ field: id, indicator: id })),
        },
      },
    ],
  };
}
