import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PMTiles } from 'pmtiles';
import t from 'tap';
import { type AskApi, askApp } from '../../src/bundles/ask-api.ts';
import { type BundleRequest, exportPmtiles } from '../../src/bundles/export-pmtiles.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { testDatabase, testFolder } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { makeSmallPackage, writeSmallPackage } from '../support/small-package.ts';
import { startStaticHost } from '../support/static-host.ts';
import { decodeTile } from '../tiles/decode-tile.ts';

t.setTimeout(180_000);

const { app, get } = await testService(t, 'demo');

type Wish = Partial<BundleRequest> & { file: string };

function wish(parts: Wish): BundleRequest {
  return {
    collection: 'musterstadt-quartier',
    join: { indicators: 'pov_child,lab_employed', period: '2019,2024', measures: 'value,rank' },
    minzoom: undefined,
    maxzoom: undefined,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...parts,
  };
}

t.test('every tile of the archive is the API’s, and every tile that the API has is in it', async (t) => {
  const folder = testFolder(t);
  const file = join(folder, 'town.pmtiles');
  const said: string[] = [];
  const result = await exportPmtiles(
    askApp(app.server),
    wish({ file, maxzoom: '12', onProgress: (line) => said.push(line) }),
  );
  t.match(result, { minzoom: 0, maxzoom: 12, release: 1, bytes: readFileSync(file).length });
  t.equal(said.length, 13);

  const host = await startStaticHost(t, folder);
  const archive = new PMTiles(`${host.origin}/town.pmtiles`);
  const query = 'indicators=pov_child,lab_employed&period=2019,2024&measures=value,rank';
  const address = '/collections/musterstadt-quartier/tiles/WebMercatorQuad';
  const tileJson = (await get(`${address}/tilejson?${query}`, { 'accept-language': 'de' })).json();
  const [west, south, east, north] = tileJson.bounds as [number, number, number, number];
  const header = await archive.getHeader();
  for (const [got, expected] of [
    [header.minLon, west],
    [header.minLat, south],
    [header.maxLon, east],
    [header.maxLat, north],
  ] as const)
    t.ok(Math.abs(got - expected) < 1e-6, `${got} is ${expected}`);
  let compared = 0;
  for (let z = 0; z <= 12; z++) {
    // One tile more on each side: these must be absent in both, or hold the margin of a neighbour.
    const column = (lon: number): number => Math.floor(((lon + 180) / 360) * 2 ** z);
    const row = (lat: number): number =>
      Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
    for (let x = Math.max(0, column(west) - 1); x <= Math.min(2 ** z - 1, column(east) + 1); x++) {
      for (let y = Math.max(0, row(north) - 1); y <= Math.min(2 ** z - 1, row(south) + 1); y++) {
        const expected = await get(`${address}/${z}/${y}/${x}?${query}`);
        const got = await archive.getZxy(z, x, y);
        t.equal(got !== undefined, expected.statusCode === 200, `${z}/${x}/${y}`);
        if (!got) continue;
        t.same(decodeTile(new Uint8Array(got.data)), decodeTile(expected.rawPayload), `${z}/${x}/${y}`);
        compared++;
      }
    }
  }
  t.equal(compared, result.addressed);

  const metadata = (await archive.getMetadata()) as Record<string, unknown>;
  for (const name of ['name', 'attribution', 'version', 'release', 'boundaryVersion', 'columns'])
    t.same(metadata[name], tileJson[name], name);
  t.match(metadata, {
    collection: { id: 'musterstadt-quartier', synthetic: true },
    vector_layers: [{ id: 'musterstadt-quartier', maxzoom: 12, fields: { pov_child_2019: 'Number' } }],
    indicators: [
      { id: 'pov_child', unit: 'percent', polarity: -1 },
      { id: 'lab_employed', polarity: 1 },
    ],
  });
  const classed = await get(
    `${address}/tilejson?${query.replace('value,rank', 'class')}&classificationPeriods=all`,
  );
  for (const { name, classification } of classed.json().columns) {
    if (!classification) continue;
    t.equal(classification.breaks.length, 4, name);
    t.same(
      (metadata.classifications as Record<string, unknown>)[name.replace('_class', '')],
      classification,
      name,
    );
  }
  t.same(Object.keys(metadata.classifications as object), [
    'pov_child_2019',
    'pov_child_2024',
    'lab_employed_2019',
    'lab_employed_2024',
  ]);
  t.notMatch(JSON.stringify(metadata), /localhost/, 'no address of this host');
});

t.test('unless told otherwise an archive says in words why values are missing', async (t) => {
  const folder = testFolder(t);
  const file = join(folder, 'town.pmtiles');
  const joined = { indicators: 'pov_child', period: '2024' };
  await exportPmtiles(askApp(app.server), wish({ file, join: joined, maxzoom: '0' }));
  const host = await startStaticHost(t, folder);
  const archive = new PMTiles(`${host.origin}/town.pmtiles`);
  const { columns } = (await archive.getMetadata()) as { columns: { name: string; reasons?: object }[] };
  t.strictSame(columns.find(({ name }) => name === 'pov_child_reason')?.reasons, {
    nobody_to_count: 'hier wohnt niemand',
  });
  const [layer] = decodeTile(new Uint8Array((await archive.getZxy(0, 0, 0))!.data));
  const reasons = layer!.features.map(({ properties }) => properties.pov_child_reason);
  t.strictSame([...new Set(reasons.filter((reason) => reason !== undefined))], ['nobody_to_count']);
});

t.test('the same release gives the same bytes', async (t) => {
  const folder = testFolder(t);
  const files = ['a.pmtiles', 'b.pmtiles'].map((name) => join(folder, name));
  for (const file of files)
    await exportPmtiles(askApp(app.server), wish({ file, minzoom: '9', maxzoom: '11' }));
  const [one, two] = files.map((file) => readFileSync(file));
  t.ok(one!.equals(two!));
  t.same([...one!.subarray(100, 102)], [9, 11]);
});

/** What is refused, with the items that say why. */
const REFUSED: [string, Wish, string, { field: string; got: string }[]][] = [
  [
    'unknown indicator',
    { file: 'a.pmtiles', join: { indicators: 'pov_chlid' } },
    'invalid_request',
    [{ field: 'indicators', got: 'pov_chlid' }],
  ],
  [
    'unknown period',
    { file: 'a.pmtiles', join: { indicators: 'pov_child', period: '1999' } },
    'invalid_request',
    [{ field: 'period', got: '1999' }],
  ],
  [
    'unknown measure',
    { file: 'a.pmtiles', join: { indicators: 'pov_child', measures: 'vlaue' } },
    'invalid_request',
    [{ field: 'measures', got: 'vlaue' }],
  ],
  [
    'unknown collection',
    { file: 'a.pmtiles', collection: 'muster stadt' },
    'not_found',
    [{ field: 'collectionId', got: 'muster stadt' }],
  ],
  [
    'day before the first boundary version',
    { file: 'a.pmtiles', join: { datetime: '1900-01-01' } },
    'not_found',
    [{ field: 'datetime', got: '1900-01-01' }],
  ],
  [
    'zooms',
    { file: 'a.pmtiles', minzoom: '3.5', maxzoom: '99' },
    'invalid_request',
    [
      { field: 'minzoom', got: '3.5' },
      { field: 'maxzoom', got: '99' },
    ],
  ],
  [
    'zooms the wrong way round',
    { file: 'a.pmtiles', minzoom: '9', maxzoom: '8' },
    'invalid_request',
    [{ field: 'maxzoom', got: '8' }],
  ],
  ['another ending', { file: 'a.csv' }, 'invalid_configuration', [{ field: 'file', got: 'a.csv' }]],
  ['a folder', { file: 'folder.pmtiles' }, 'invalid_configuration', [{ field: 'file', got: 'no file' }]],
  ['no folder', { file: 'none/a.pmtiles' }, 'invalid_configuration', [{ field: 'file', got: 'ENOENT' }]],
];

t.test('what the API refuses is refused with its words, and nothing is written', async (t) => {
  const folder = testFolder(t);
  mkdirSync(join(folder, 'folder.pmtiles'));
  for (const [name, parts, code, items] of REFUSED) {
    const exporting = exportPmtiles(askApp(app.server), wish({ ...parts, file: join(folder, parts.file) }));
    const problem = await exporting.then(
      () => t.fail(name),
      (error) => error,
    );
    t.match(problem, { name: 'Problem', code, items: items.map(({ field }) => ({ field })) }, name);
    items.forEach(({ got }, i) => {
      t.ok(problem.items[i].got.includes(got), `${name}: ${problem.items[i].got}`);
    });
  }
  const answer = await get('/collections/musterstadt-quartier/items?indicators=pov_chlid');
  const file = join(folder, 'a.pmtiles');
  await t.rejects(exportPmtiles(askApp(app.server), wish({ file, join: { indicators: 'pov_chlid' } })), {
    message: answer.json().detail,
    items: answer.json().errors,
  });
});

t.test('an import in the middle changes nothing, and the release can be had later', async (t) => {
  const database = await testDatabase(t);
  const folder = testFolder(t);
  const figures = makeSmallPackage();
  const publish = async (): Promise<void> => {
    const packagePath = await writeSmallPackage(testFolder(t), figures);
    await importPackage(database.db, { packagePath, dataDir: null, dryRun: false });
  };
  await publish();
  const town = await serviceOn(t, database);
  const ask = askApp(town.app.server);
  const write = async (name: string, way: AskApi, release?: string): Promise<Buffer> => {
    const file = join(folder, name);
    const joined = { indicators: 'residents', period: '2023', ...(release ? { release } : {}) };
    const small = { file, collection: 'klein-quarter', join: joined, maxzoom: '12' };
    const result = await exportPmtiles(way, wish(small));
    t.equal(result.release, name === 'second.pmtiles' ? 2 : 1, name);
    return readFileSync(file);
  };
  const first = await write('first.pmtiles', ask);
  figures.lines = figures.lines.map((line) => line.replace('1.250', '1.300'));
  let asked = 0;
  const disturbed = await write('disturbed.pmtiles', async (path) => {
    if (++asked === 8) {
      await publish();
      await town.app.refresh();
    }
    return await ask(path);
  });
  t.ok(asked > 8);
  t.ok(disturbed.equals(first));
  t.notOk((await write('second.pmtiles', ask)).equals(first), 'the import did change a figure');
  t.ok((await write('again.pmtiles', ask, '1')).equals(first));
});

t.test('an interruption ends the export without a file', async (t) => {
  const ask = askApp(app.server);
  const file = join(testFolder(t), 'a.pmtiles');
  const interruption = new AbortController();
  let asked = 0;
  const interrupted: AskApi = async (path) => {
    if (++asked === 12) interruption.abort(new Error('enough'));
    return ask(path);
  };
  await t.rejects(exportPmtiles(interrupted, wish({ file, signal: interruption.signal })), {
    message: 'enough',
  });
  t.ok(asked < 15);
  t.throws(() => readFileSync(file));
});

t.test('Berlin’s planning areas with the social monitoring', { skip: skipWithoutShared }, async (t) => {
  const berlin = await testService(t, 'berlin');
  const folder = testFolder(t);
  const file = join(folder, 'berlin.pmtiles');
  const joined = { indicators: 'mss_s1,mss_s4', period: '2021' };
  const result = await exportPmtiles(
    askApp(berlin.app.server),
    wish({ file, collection: 'berlin-plr', join: joined }),
  );
  t.equal(result.maxzoom, 14, 'a city goes down to the deepest zoom');
  const host = await startStaticHost(t, folder);
  const archive = new PMTiles(`${host.origin}/berlin.pmtiles`);
  const whole = await archive.getZxy(0, 0, 0);
  const [layer] = decodeTile(new Uint8Array(whole!.data));
  t.equal(layer!.features.length, 542);
  t.equal(new Set(layer!.features.map(({ properties }) => properties.key)).size, 542);
});
