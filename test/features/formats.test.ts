/** The same districts in every format, read by the clients that people use. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import type { Feature, FeatureCollection, MultiPolygon } from 'geojson';
import t from 'tap';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';

type Features = FeatureCollection<MultiPolygon, Record<string, string | number | null>>;

const skipWithoutGdal =
  spawnSync('ogr2ogr', ['--version']).status === 0 ? false : 'ogr2ogr is not on the PATH (Debian: gdal-bin)';

const ITEMS = '/collections/musterstadt-quartier/items';
const JOIN = 'indicators=pov_child,dem_pop&period=2024&measures=value,rank';

t.test('items in every format', async (t) => {
  const { get, ask, app } = await testService(t, 'demo');
  const folder = testFolder(t);
  const json: Features = (await get(`${ITEMS}?${JOIN}`)).json();
  const rows = json.features.map(({ properties }) => properties);
  const download = async (query: string, name: string): Promise<string> => {
    const file = join(folder, name);
    writeFileSync(file, (await get(`${ITEMS}?${query}`)).rawPayload);
    return file;
  };

  t.test('CSV has the properties, a header and null as an empty cell', async (t) => {
    const response = await get(`${ITEMS}?${JOIN}&f=csv&sortby=-pov_child`);
    t.equal(response.headers['content-type'], 'text/csv; charset=utf-8; header=present');
    t.match(response.headers['content-disposition'], /filename="musterstadt-quartier.csv"/);
    const [header, ...lines] = response.body.trimEnd().split('\r\n');
    t.equal(header, Object.keys(rows[0]!).join(','));
    const sorted: Features = (await get(`${ITEMS}?${JOIN}&sortby=-pov_child`)).json();
    t.strictSame(
      lines.map((line) => line.split(',')[0]),
      sorted.features.map(({ id }) => id),
    );
    t.equal(response.headers['ogc-numbermatched'], '60');
    t.ok(lines.includes('0401,Industriehafen,04,,not_applicable,,0,ok,60'));
    const limited = await get(`${ITEMS}?f=csv&limit=7`);
    t.equal(limited.body.trimEnd().split('\r\n').length, 8);
    t.match(limited.headers.link, /cursor=[^>]*>; rel="next"; type="text\/csv"/);
  });

  for (const [f, driver] of [
    ['flatgeobuf', 'FlatGeobuf'],
    ['gpkg', 'GPKG'],
  ] as const) {
    t.test(
      `${driver} opens in GDAL with the same values and shapes`,
      { skip: skipWithoutGdal },
      async (t) => {
        const file = await download(`${JOIN}&f=${f}`, `all.${f === 'gpkg' ? 'gpkg' : 'fgb'}`);
        const read = readWithGdal(file);
        t.strictSame(
          read.features.map(({ properties }) => withoutNulls(properties)),
          rows.map(withoutNulls),
        );
        t.strictSame(
          read.features.map(({ geometry }) => geometry.coordinates),
          json.features.map(({ geometry }) => geometry.coordinates),
        );
        const summary = gdal('ogrinfo', ['-al', '-so', file]);
        t.match(summary, `using driver \`${driver}'`);
        t.match(summary, 'Layer name: musterstadt-quartier');
        t.match(summary, /^pov_child: Real/m);
        t.match(summary, /^pov_child_rank: Integer/m);
        t.match(summary, 'ID["EPSG",4326]]');
      },
    );

    t.test(`${driver} in metres names its reference system`, { skip: skipWithoutGdal }, async (t) => {
      const file = await download(`f=${f}&crs=EPSG:25832&limit=3`, `metres.${f === 'gpkg' ? 'gpkg' : 'fgb'}`);
      t.match(gdal('ogrinfo', ['-al', '-so', file]), 'ID["EPSG",25832]]');
      const metres: Features = (await get(`${ITEMS}?crs=EPSG:25832&limit=3`)).json();
      const read = readWithGdal(file, ['-lco', 'RFC7946=NO']);
      t.strictSame(
        read.features.map(({ geometry }) => geometry.coordinates),
        metres.features.map(({ geometry }) => geometry.coordinates),
      );
    });

    t.test(`${driver} keeps x before y where the authority puts latitude first`, async (t) => {
      const [plain, latitudeFirst] = await Promise.all(
        ['EPSG:4326', 'OGC:CRS84'].map(
          async (crs) => (await get(`${ITEMS}?f=${f}&crs=${crs}&limit=2`)).rawPayload,
        ),
      );
      t.ok(plain!.equals(latitudeFirst!));
    });

    t.test(`${driver} without shapes is refused, without districts it is empty`, async (t) => {
      t.match((await get(`${ITEMS}?f=${f}&skipGeometry=true`)).json().errors, [{ code: 'geometry_needed' }]);
      const empty = await get(`${ITEMS}?f=${f}&key=none`);
      t.equal(empty.statusCode, 200);
      if (skipWithoutGdal) return;
      const file = await download(`f=${f}&key=none`, `empty.${f === 'gpkg' ? 'gpkg' : 'fgb'}`);
      t.equal(readWithGdal(file).features.length, 0);
    });

    t.test(`${driver} is served in ranges of bytes`, async (t) => {
      const url = `/v1${ITEMS}?f=${f}`;
      const whole = await ask({ url });
      t.equal(whole.headers['accept-ranges'], 'bytes');
      t.notOk(whole.headers['content-encoding']);
      const etag = String(whole.headers.etag);
      const cases: [string, Record<string, string>, number, number, number][] = [
        ['the beginning', { range: 'bytes=0-99' }, 206, 0, 100],
        ['from somewhere on', { range: 'bytes=500-' }, 206, 500, whole.rawPayload.length],
        ['the end', { range: 'bytes=-10' }, 206, whole.rawPayload.length - 10, whole.rawPayload.length],
        ['beyond the end', { range: 'bytes=5-99999999' }, 206, 5, whole.rawPayload.length],
        ['of this version', { range: 'bytes=0-9', 'if-range': etag }, 206, 0, 10],
        ['of another version', { range: 'bytes=0-9', 'if-range': '"x"' }, 200, 0, whole.rawPayload.length],
        ['several', { range: 'bytes=0-1,5-6' }, 200, 0, whole.rawPayload.length],
        ['another unit', { range: 'rows=0-1' }, 200, 0, whole.rawPayload.length],
      ];
      for (const [name, headers, status, from, to] of cases) {
        const part = await ask({ url, headers: { ...headers, 'accept-encoding': 'gzip, br' } });
        t.equal(part.statusCode, name === 'of this version' ? 200 : status, name);
        if (name === 'of this version') continue;
        t.ok(part.rawPayload.equals(whole.rawPayload.subarray(from, to)), name);
        t.equal(Number(part.headers['content-length']), to - from, name);
        if (status === 206)
          t.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/${whole.rawPayload.length}`, name);
      }
      const same = await ask({ url, headers: { range: 'bytes=0-9', 'if-range': etag } });
      t.equal(same.statusCode, 206, 'the tag of the same content coding');
      const behind = await ask({ url, headers: { range: 'bytes=99999999-' } });
      t.equal(behind.statusCode, 416);
      t.equal(behind.headers['content-range'], `bytes */${whole.rawPayload.length}`);
      t.match(behind.json().errors, [{ code: 'range_not_satisfiable' }]);
      const head = await ask({ method: 'HEAD', url });
      t.equal(Number(head.headers['content-length']), whole.rawPayload.length);
      t.equal(head.body, '');
    });
  }

  t.test('FlatGeobuf is searched by its index, also over HTTP', async (t) => {
    const base = await app.server.listen({ host: '127.0.0.1', port: 0 });
    const [west, south, east, north] = [7.71, 52.08, 7.73, 52.1];
    const rect = { minX: west!, minY: south!, maxX: east!, maxY: north! };
    const expected = json.features.filter(({ geometry }) =>
      touches(geometry, [west!, south!, east!, north!]),
    );
    t.ok(expected.length > 1 && expected.length < 60, `${expected.length}`);
    const bytes = new Uint8Array((await get(`${ITEMS}?f=flatgeobuf`)).rawPayload);
    const quiet = console.debug;
    console.debug = () => {};
    t.teardown(() => {
      console.debug = quiet;
    });
    for (const source of [bytes, `${base}/v1${ITEMS}?f=flatgeobuf`]) {
      const keys: string[] = [];
      for await (const feature of deserialize(source as Uint8Array, { rect })) {
        keys.push(String((feature as unknown as Feature).properties?.key));
      }
      t.strictSame(keys.sort(), expected.map(({ id }) => id).sort());
    }
  });

  t.test('GeoPackage leaves no temporary files, and is the same each time', async (t) => {
    const [first, second] = [await get(`${ITEMS}?f=gpkg`), await get(`${ITEMS}?f=gpkg`)];
    t.ok(first.rawPayload.equals(second.rawPayload));
    const left = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`sozialraum-gpkg-${process.pid}-`));
    // They go when their streams are closed, which is soon after the answer.
    for (let i = 0; i < 500 && left().length > 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    t.strictSame(left(), []);
  });

  t.test('HTML is a page with a table of some districts and no inline scripts', async (t) => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const page = await get(`${ITEMS}?${JOIN}&limit=5`, { accept });
    t.match(page.headers['content-type'], /^text\/html/);
    t.equal(page.body.match(/<tr data-key=/g)?.length, 5);
    t.match(page.body, /<html lang="de">/);
    t.match(page.body, /rel="next"/);
    t.match(page.body, /<th scope="col">[^<]*2024, Rang<\/th>/);
    t.notMatch(page.body, /<script(?![^>]*src=)/, 'scripts only from files');
    t.notMatch(page.body, / style=| on\w+=/);
    t.equal(page.body.match(/<tr data-key="\d+"><th scope="row"><a href=/g)?.length, 5, 'rows have a header');
    t.match(page.body, /<div class="scroll" role="region" tabindex="0" aria-label="Gebiete"><table>/);
    t.match(page.body, /<div id="map" role="region" aria-label="Karte: /, 'the map has controls of its own');
    const one = await get(`${ITEMS}/${json.features[0]!.id}`, { accept, 'accept-language': 'en' });
    t.match(one.body, /<html lang="en">[\s\S]*<dt>Key<\/dt><dd>0101<\/dd>/);
    t.equal(
      (await get(`${ITEMS}?name=%3Cscript%3Ealert(1)%3C/script%3E&f=html`)).body.includes('<script>'),
      false,
    );
  });

  t.test('each format links to the others, in the body and in the Link header', async (t) => {
    const types = ['geo+json', 'text/html', 'text/csv', 'flatgeobuf', 'geopackage'];
    for (const f of ['geojson', 'html', 'csv', 'flatgeobuf', 'gpkg']) {
      const { headers } = await get(`${ITEMS}?f=${f}&limit=1`);
      for (const type of types)
        t.match(headers.link, new RegExp(`type="[^"]*${type.replace('+', '\\+')}`), f);
    }
    const none = await get(ITEMS, { accept: 'image/png' });
    t.equal(none.statusCode, 406);
  });
});

/** FlatGeobuf leaves out what is null. */
function withoutNulls(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function touches({ coordinates }: MultiPolygon, [west, south, east, north]: number[]): boolean {
  const corners = coordinates.flat(2);
  const [xs, ys] = [corners.map(([x]) => x!), corners.map(([, y]) => y!)];
  return (
    Math.min(...xs) <= east! &&
    Math.max(...xs) >= west! &&
    Math.min(...ys) <= north! &&
    Math.max(...ys) >= south!
  );
}

function gdal(command: string, options: string[]): string {
  return execFileSync(command, options, { maxBuffer: 64 * 1024 * 1024 }).toString();
}

function readWithGdal(file: string, options: string[] = []): Features {
  const output = gdal('ogr2ogr', [
    '-f',
    'GeoJSON',
    '-lco',
    'COORDINATE_PRECISION=9',
    ...options,
    '/vsistdout/',
    file,
  ]);
  return JSON.parse(output) as Features;
}
