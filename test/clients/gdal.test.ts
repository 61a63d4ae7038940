/** GDAL as a GIS team uses it: the collections through the OAPIF driver, a tile through the MVT driver. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FeatureCollection, MultiPolygon } from 'geojson';
import t from 'tap';
import { type Scope, testFolder } from '../support/database.ts';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { tileAt, tileBounds } from '../tiles/tile-bounds.ts';

type Properties = Record<string, string | number | null>;
type Features = FeatureCollection<MultiPolygon, Properties>;

interface Town {
  data: Prepared;
  collections: string[];
  /** Rows of the districts' wide table. */
  rows: number;
  collection: string;
  join: string;
  districts: number;
  /** A box in the middle of the town. */
  box: [number, number, number, number];
  skip: string | false;
}

const installed = ['ogrinfo', 'ogr2ogr'].every((name) => spawnSync(name, ['--version']).status === 0);
const skipWithoutGdal = installed ? false : 'ogrinfo and ogr2ogr are not on the PATH (Debian: gdal-bin)';

const TOWNS: Town[] = [
  {
    data: 'demo',
    collections: [
      'musterstadt-quartier',
      'musterstadt-stadtteil',
      'musterstadt-quartier-statistics',
      'musterstadt-stadtteil-statistics',
    ],
    rows: 600,
    collection: 'musterstadt-quartier',
    join: 'indicators=dem_pop,edu_gymnasium&period=2024&measures=value,status,z,rank',
    districts: 60,
    box: [7.71, 52.08, 7.75, 52.11],
    skip: false,
  },
  {
    data: 'berlin',
    collections: ['berlin-bzr', 'berlin-pgr', 'berlin-plr', 'berlin-plr-statistics'],
    rows: 10_160,
    collection: 'berlin-plr',
    join: 'indicators=mss_s1,mss_s4&period=2021&measures=value,status,z,rank',
    districts: 542,
    box: [13.37, 52.5, 13.42, 52.53],
    skip: skipWithoutShared,
  },
];

for (const town of TOWNS) {
  t.test(`GDAL reads ${town.collection}`, { skip: skipWithoutGdal || town.skip }, async (t) => {
    const { collection } = town;
    const { base, items, ogrinfo, toGeoJson, folder } = await openTown(t, town);
    const source = `OAPIF:${base}`;
    const all = await items('limit=10000');

    t.test('the OAPIF driver lists the collections', async (t) => {
      const { text } = await ogrinfo(source);
      const listed = [...text.matchAll(/^\d+: (\S+) .*\(Multi Polygon\)$/gm)].map(([, name]) => name);
      t.strictSame(listed, town.collections);
    });

    t.test('a summary has the number of features, text for keys and the geometry type', async (t) => {
      const { text } = await ogrinfo('-al', '-so', source, collection);
      t.match(text, `Feature Count: ${town.districts}`);
      t.match(text, 'Geometry: Multi Polygon');
      t.match(text, /^key: String/m);
    });

    for (const size of [7, 1000]) {
      t.test(`pages of ${size} yield every district once, with its key and shape`, async (t) => {
        const { features, requests } = await toGeoJson(source, collection, '-oo', `PAGE_SIZE=${size}`);
        t.strictSame(
          features.map(({ properties }) => properties.key),
          all.features.map(({ id }) => id),
          'leading zeros are kept',
        );
        t.strictSame(features[0]?.geometry, all.features[0]?.geometry);
        const pages = new Set(requests.filter((url) => url.includes('/items?')));
        t.equal(pages.size, Math.ceil(town.districts / size));
      });
    }

    t.test('all geometries are valid', async (t) => {
      const file = join(folder, 'all.gpkg');
      await run('ogr2ogr', [file, source, collection, '-oo', 'PAGE_SIZE=1000']);
      const valid = `select count(*) as n, sum(ST_IsValid(geom)) as valid from "${collection}"`;
      const { text } = await ogrinfo('-q', file, '-dialect', 'sqlite', '-sql', valid);
      t.match(text, `n (Integer) = ${town.districts}`);
      t.match(text, `valid (Integer) = ${town.districts}`);
    });

    t.test('a spatial filter is evaluated here, on every page', async (t) => {
      const spat = town.box.map(String);
      const { features, requests } = await toGeoJson(
        source,
        collection,
        '-spat',
        ...spat,
        '-oo',
        'PAGE_SIZE=5',
      );
      const within = await items(`limit=10000&bbox=${spat.join(',')}`);
      t.strictSame(
        features.map(({ properties }) => properties.key),
        within.features.map(({ id }) => id),
      );
      const pages = new Set(requests.filter((url) => url.includes('bbox=')));
      t.equal(pages.size, Math.ceil(within.features.length / 5));
      t.ok(pages.size > 1 && features.length < town.districts, `${features.length} districts`);
    });

    t.test('compound filters are evaluated here, as CQL text', async (t) => {
      const middle = String(all.features[Math.floor(town.districts / 2)]?.id);
      const where = `(key >= '${middle}' AND name > 'M') OR name LIKE '%a'`;
      const { features, requests } = await toGeoJson(source, collection, '-where', where);
      t.strictSame(
        features.map(({ properties }) => properties.key),
        all.features.flatMap(({ id, properties }) => {
          const name = String(properties.name);
          return (String(id) >= middle && name > 'M') || name.endsWith('a') ? [id] : [];
        }),
      );
      t.ok(
        requests.some((url) => /filter=.*&filter-lang=cql-text/.test(url)),
        requests.join(' '),
      );
    });

    t.test('one district by its id', async (t) => {
      const id = String(all.features[0]?.id);
      const { features, requests } = await toGeoJson(source, collection, '-where', `id = '${id}'`);
      t.match(features, [{ properties: { key: id } }]);
      t.ok(requests.some((url) => url.endsWith(`/items/${id}`)));
    });

    t.test('a joined view of the service: the query of the connection goes into every address', async (t) => {
      const [, indicators] = town.join.split(/[=&]/);
      const { text } = await ogrinfo('-al', '-so', `OAPIF:${base}?${town.join}`, collection);
      for (const name of indicators!.split(',')) {
        t.match(text, new RegExp(`^${name}: Real`, 'm'), 'from the schema, whatever the first values are');
        t.match(text, new RegExp(`^${name}_rank: Integer`, 'm'));
      }
      const joined = await items(`limit=10000&${town.join}`);
      for (const address of [`${base}?${town.join}`, `${base}/collections/${collection}?${town.join}`]) {
        const { features } = await toGeoJson(`OAPIF:${address}`, collection, '-oo', 'PAGE_SIZE=1000');
        t.strictSame(
          features.map(({ properties: { id: _, ...properties } }) => properties),
          joined.features.map(({ properties }) => properties),
        );
      }
    });

    t.test('joined columns: the items themselves through the GeoJSON driver', async (t) => {
      const url = `${base}/collections/${collection}/items?limit=10000&${town.join}`;
      const { features } = await toGeoJson(url);
      const joined = await items(`limit=10000&${town.join}`);
      t.strictSame(
        features.map(({ properties: { id: _, ...properties } }) => properties),
        joined.features.map(({ properties }) => properties),
      );
      const { text } = await ogrinfo('-al', '-so', url);
      for (const name of town.join.split(/[=,&]/).slice(1, 3)) {
        t.match(text, new RegExp(`^${name}: (Real|Integer)`, 'm'));
        t.match(text, new RegExp(`^${name}_status: String`, 'm'));
      }
    });

    t.test('the wide table: all rows once, and a filter by day and key evaluated here', async (t) => {
      const table = `${collection}-statistics`;
      const { text } = await ogrinfo('-al', '-so', source, table);
      t.match(text, `Feature Count: ${town.rows}`);
      t.match(text, /^key: String/m);
      const [indicator] = town.join.split(/[=,&]/).slice(1);
      t.match(text, new RegExp(`^${indicator}: Real`, 'm'));
      const day = '2021-12-31';
      const ofDay = `OAPIF:${base}?datetime=${day}`;
      const { features } = await toGeoJson(ofDay, table, '-oo', 'PAGE_SIZE=100', '-select', 'key');
      t.equal(new Set(features.map(({ properties: { key } }) => key)).size, town.districts);
      const { key } = features.at(-1)!.properties;
      const where = `date = '2021/12/31' AND key = '${key}'`;
      const chosen = await toGeoJson(source, table, '-where', where);
      t.match(chosen.features, [{ properties: { key }, geometry: features.at(-1)!.geometry }]);
      t.ok(
        chosen.requests.some((url) => /[?&](filter|key)=/.test(url)),
        chosen.requests.join(' '),
      );
    });

    for (const z of [5, 12]) {
      t.test(`the MVT driver reads a tile of zoom ${z} with the values of the items`, async (t) => {
        const [west, south, east, north] = town.box;
        const { x, y } = tileAt(z, [(west + east) / 2, (south + north) / 2]);
        const tile = `${base}/collections/${collection}/tiles/WebMercatorQuad/${z}/${y}/${x}?${town.join}`;
        const file = join(folder, `${z}.mvt`);
        writeFileSync(file, Buffer.from(await (await fetch(tile)).arrayBuffer()));
        const address = ['-oo', `X=${x}`, '-oo', `Y=${y}`, '-oo', `Z=${z}`];
        t.match((await ogrinfo(`MVT:${file}`, ...address)).text, `1: ${collection}`);
        const { features } = await toGeoJson(`MVT:${file}`, collection, ...address);
        const within = await items(`limit=10000&bbox=${tileBounds(z, x, y).join(',')}&${town.join}`);
        const read = new Map(features.map(({ properties }) => [properties.key, properties]));
        t.ok(within.features.length > 0);
        for (const { properties } of within.features) {
          const { parent: _, ...expected } = properties;
          t.match(read.get(expected.key!), expected);
        }
      });
    }
  });
}

interface OpenTown {
  base: string;
  folder: string;
  items(query: string): Promise<Features>;
  ogrinfo(...options: string[]): Promise<Output>;
  /** The features that GDAL reads from a source, and the addresses it asked for. */
  toGeoJson(...options: string[]): Promise<{ features: Features['features']; requests: string[] }>;
}

async function openTown(t: Scope, { data, collection }: Town): Promise<OpenTown> {
  const { app } = await testService(t, data);
  const base = `${await app.server.listen({ host: '127.0.0.1', port: 0 })}/v1`;
  return {
    base,
    folder: testFolder(t),
    items: async (query) =>
      (await (await fetch(`${base}/collections/${collection}/items?${query}`)).json()) as Features,
    ogrinfo: async (...options) => await run('ogrinfo', ['-ro', ...options]),
    toGeoJson: async (...options) => {
      const { text, requests } = await run('ogr2ogr', [
        '-f',
        'GeoJSON',
        '-lco',
        'COORDINATE_PRECISION=7',
        '/vsistdout/',
        ...options,
      ]);
      return { features: (JSON.parse(text) as Features).features, requests };
    },
  };
}

interface Output {
  text: string;
  requests: string[];
}

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs a command that must say nothing about errors: GDAL goes on after some of them and exits with 0. */
async function run(command: string, options: readonly string[]): Promise<Output> {
  const { stdout, stderr } = await promisify(execFile)(command, options, {
    env: { ...process.env, CPL_DEBUG: 'HTTP', CPL_LOG: '' },
    maxBuffer: MAX_OUTPUT,
    timeout: 60_000,
  });
  const errors = stderr.split('\n').filter((line) => /^(ERROR|FAILURE)/.test(line));
  if (errors.length > 0) throw new Error(`${command} ${options.join(' ')}: ${errors.join('; ')}`);
  return { text: stdout, requests: [...stderr.matchAll(/Fetch\((.*?)\)/g)].map(([, url]) => url!) };
}
