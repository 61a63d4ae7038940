import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import t from 'tap';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';
import { decodeTile } from './decode-tile.ts';
import { tileAt } from './tile-bounds.ts';

const UNDO = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

t.test('tiles of the demo town', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const { x, y } = tileAt(12, [7.735, 52.1]);
  const set = '/collections/musterstadt-quartier/tiles/WebMercatorQuad';
  const tile = `${set}/12/${y}/${x}`;
  const join = 'indicators=dem_pop,edu_gymnasium&period=2020';

  t.test('each coding unpacks to the same bytes and has an entity tag of its own', async (t) => {
    const plain = await get(`${tile}?${join}`);
    t.notOk(plain.headers['content-encoding']);
    const tags = new Set([plain.headers.etag]);
    for (const [coding, undo] of Object.entries(UNDO)) {
      const packed = await get(`${tile}?${join}`, { 'accept-encoding': coding });
      t.equal(packed.headers['content-encoding'], coding);
      t.match(packed.headers, {
        vary: 'Accept-Encoding',
        'content-length': String(packed.rawPayload.length),
      });
      t.ok(undo(packed.rawPayload).equals(plain.rawPayload), coding);
      tags.add(packed.headers.etag);
      const again = await get(`${tile}?${join}`, { 'accept-encoding': coding });
      t.ok(again.rawPayload.equals(packed.rawPayload), 'the second time from what was kept');
      const unchanged = await get(`${tile}?${join}`, {
        'accept-encoding': coding,
        'if-none-match': `W/${packed.headers.etag}`,
      });
      t.equal(unchanged.statusCode, 304);
      for (const name of ['etag', 'vary', 'cache-control'])
        t.equal(unchanged.headers[name], packed.headers[name], name);
      t.notOk(unchanged.headers['content-encoding']);
    }
    t.equal(tags.size, 4);
  });

  t.test('the order of parameters and of indicators changes neither bytes nor tag', async (t) => {
    const first = await get(`${tile}?indicators=dem_pop,edu_gymnasium&period=2019,2020&measures=z,value`);
    const other = await get(
      `${tile}?measures=value,z&period=2020,2019&indicators=edu_gymnasium,dem_pop&f=mvt`,
    );
    t.ok(first.rawPayload.equals(other.rawPayload));
    t.equal(first.headers.etag, other.headers.etag);
    const defaults = await get(`${tile}?indicators=dem_pop&period=latest&measures=value,status`);
    t.equal(defaults.headers.etag, (await get(`${tile}?indicators=dem_pop`)).headers.etag);
  });

  t.test('an address with a release may be kept for good, one without for a moment', async (t) => {
    const changing = await get(`${tile}?${join}`);
    t.match(changing.headers['cache-control'], /max-age=\d\d?,.*stale-while-revalidate/);
    const lasting = await get(`${tile}?${join}&release=1`);
    t.match(lasting.headers['cache-control'], /max-age=31536000.*immutable/);
    t.ok(lasting.rawPayload.equals(changing.rawPayload));
    const early = await get(`${tile}?${join}&release=99`);
    t.equal(early.statusCode, 400);
    t.match(early.json().errors, [
      { code: 'unknown_release', field: 'release', got: '99', expected: '1 to 1' },
    ]);
    const empty = await get(`${set}/12/0/0?release=1`);
    t.equal(empty.statusCode, 204);
    t.match(empty.headers['cache-control'], /immutable/);
  });

  t.test('the TileJSON leads to tiles that may be kept for good', async (t) => {
    const [template] = (await get(`${set}/tilejson?${join}`)).json().tiles as [string];
    t.equal(new URL(template).searchParams.get('release'), '1');
    const url = new URL(template.replace('{z}', '12').replace('{y}', `${y}`).replace('{x}', `${x}`));
    const response = await ask({ url: url.pathname + url.search });
    t.match(response.headers['cache-control'], /immutable/);
  });

  t.test('HEAD answers as GET in each coding', async (t) => {
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding };
      const got = await get(`${tile}?${join}`, headers);
      const head = await ask({ method: 'HEAD', url: `/v1${tile}?${join}`, headers });
      t.equal(head.body, '');
      for (const name of ['content-type', 'content-length', 'content-encoding', 'etag', 'vary'])
        t.equal(head.headers[name], got.headers[name], name);
    }
  });
});

t.test(
  'a tile of one period has no reason of another, though most districts lack a value in both',
  async (t) => {
    const database = await testDatabase(t);
    await importTown(t, database.db, {
      package: (pkg) => {
        pkg.figures.sozialraum.missing = {
          '': { status: 'not_available', reason: 'not_delivered' },
          x: { status: 'not_available', reason: 'small_number' },
        };
        pkg.lines = [
          pkg.lines[0]!,
          ...pkg.quarterFeatures.flatMap(({ properties: { id } }, i, { length }) => [
            `${id};2022;1.000;${i < length - 1 ? '' : '50'}`,
            `${id};2023;1.000;${i < length - 1 ? 'x' : '50'}`,
          ]),
        ];
      },
    });
    const { get } = await serviceOn(t, database);
    for (const [period, reason] of [
      ['2022', 'not_delivered'],
      ['2023', 'small_number'],
      ['2022', 'not_delivered'],
    ] as const) {
      const query = `indicators=unemployed_share&period=${period}&measures=value,reason`;
      const path = `/collections/klein-quarter/tiles/WebMercatorQuad/0/0/0?${query}`;
      const [layer] = decodeTile((await get(path)).rawPayload);
      const reasons = layer!.features.map(({ properties }) => properties.unemployed_share_reason);
      t.strictSame(reasons, [...Array.from({ length: 5 }, () => reason), undefined], period);
    }
  },
);

t.test(
  'after an import the same address has new tiles, and a named release keeps the old ones',
  async (t) => {
    const database = await testDatabase(t);
    await importTown(t, database.db);
    const { app } = await serviceOn(t, database);
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.server.address() as AddressInfo;
    const path = `http://127.0.0.1:${port}/v1/collections/klein-quarter/tiles/WebMercatorQuad/0/0/0?indicators=residents&period=2022`;
    const read = async (query = ''): Promise<{ tag: string; districts: Record<string, unknown> }> => {
      const response = await fetch(path + query);
      t.equal(response.status, 200);
      const [layer] = decodeTile(new Uint8Array(await response.arrayBuffer()));
      return {
        tag: response.headers.get('etag')!,
        districts: Object.fromEntries(
          layer!.features.map(({ properties }) => [properties.key, properties.residents]),
        ),
      };
    };
    const before = await read();
    t.strictSame(await read(), before, 'the second time from the fast lane');
    t.equal(before.districts['0101'], 1200);
    t.ok('0203' in before.districts);
    await importTown(t, database.db, {
      package: (pkg) => {
        pkg.quarterFeatures = pkg.quarterFeatures.filter((feature) => feature.properties.id !== '0203');
        pkg.lines = pkg.lines
          .filter((line) => !line.startsWith('0203'))
          .map((line) => line.replace('0101;2022;1.200', '0101;2022;1.300'));
      },
    });
    await app.refresh();
    const after = await read();
    t.equal(after.districts['0101'], 1300);
    t.notOk('0203' in after.districts);
    t.not(after.tag, before.tag);
    t.strictSame((await read('&release=1')).districts, before.districts);
    t.strictSame(await read('&release=2'), after);
  },
);
