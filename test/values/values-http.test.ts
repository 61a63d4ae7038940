import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import t from 'tap';
import { NO_JOIN } from '../../src/indicators/join.ts';
import { Problem } from '../../src/problem.ts';
import { refuseTooManyCells } from '../../src/values/values.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';
import type { SmallPackage } from '../support/small-package.ts';

t.test('values over HTTP', async (t) => {
  const service = await testService(t, 'demo');
  const { get, ask } = service;
  const path = '/collections/musterstadt-quartier/values';
  const url = `${path}?indicators=pov_child&period=2024`;

  t.test('Accept chooses the format, f overrides it', async (t) => {
    const typeOf = async (query: string, accept: string): Promise<[number, unknown]> => {
      const { statusCode, headers } = await get(url + query, { accept });
      return [statusCode, headers['content-type']];
    };
    const [json, arrow] = ['application/json', 'application/vnd.apache.arrow.stream'];
    t.match(await typeOf('', arrow), [200, arrow]);
    t.match(await typeOf('', `text/html, ${arrow};q=0.9, */*;q=0.1`), [200, arrow]);
    t.match(await typeOf('', '*/*'), [200, json]);
    t.match(await typeOf('&f=json', arrow), [200, json]);
    t.equal((await typeOf('', 'application/vnd.apache.arrow.file'))[0], 406);
  });

  t.test('each content coding has the same content and a tag of its own', async (t) => {
    const plain = await get(url);
    t.equal(plain.headers['content-encoding'], undefined);
    const tags = new Set([plain.headers.etag]);
    for (const [encoding, decode] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
      ['zstd', zstdDecompressSync],
    ] as const) {
      const response = await ask({
        url: `/v1${url}`,
        headers: { 'accept-encoding': encoding },
        method: 'HEAD',
      });
      t.equal(response.headers['content-encoding'], encoding);
      tags.add(response.headers.etag);
      // Not checked against the contract, which would read the compressed body as JSON.
      const coded = await service.app.server.inject({
        url: `/v1${url}`,
        headers: { 'accept-encoding': encoding },
      });
      t.equal(coded.headers.etag, response.headers.etag);
      t.equal(decode(coded.rawPayload).toString(), plain.body, encoding);
    }
    t.equal(tags.size, 4);
  });

  t.test('a tag answers 304 with the headers that caches need', async (t) => {
    for (const query of ['', '&f=arrow']) {
      const first = await get(url + query);
      const again = await get(url + query, { 'if-none-match': `W/${first.headers.etag}` });
      t.equal(again.statusCode, 304);
      for (const name of ['etag', 'vary', 'cache-control']) t.equal(again.headers[name], first.headers[name]);
    }
    t.not((await get(`${url}&f=arrow`)).headers.etag, (await get(`${url}&f=json`)).headers.etag);
    t.not((await get(url, { 'accept-language': 'en' })).headers.etag, (await get(url)).headers.etag);
    const swapped = `${path}?period=2024&indicators=pov_child`;
    t.equal((await get(swapped)).headers.etag, (await get(url)).headers.etag);
  });

  t.test('an address that names its release lasts', async (t) => {
    const policy = async (query: string): Promise<unknown> =>
      (await get(url + query)).headers['cache-control'];
    for (const query of ['&release=1', '&release=1&datetime=2024-12-31'])
      t.match(await policy(query), /immutable/);
    for (const query of ['', '&datetime=2024-12-31']) t.notMatch(await policy(query), /immutable/);
  });

  for (const [address, status, error] of [
    ['/collections/nowhere/values', 404, { code: 'unknown_collection' }],
    [`${path}?datetime=1990-01-01`, 404, { code: 'unknown_boundary_version', field: 'datetime' }],
    [`${path}?indicators=nothing`, 400, { code: 'unknown_indicator', field: 'indicators' }],
    [`${path}?f=csv`, 400, { field: 'f', expected: /json, arrow/ }],
    [`${path}?limit=10`, 400, { code: 'unknown_parameter', got: 'limit' }],
    [`${path}?indicators=pov_child&measures=class&classification=jenks`, 400, { field: 'classification' }],
    [`${path}?period=2024`, 400, { field: 'indicators' }],
    [`${path}?release=999`, 400, { field: 'release' }],
  ] as const) {
    t.test(`${address} is refused`, async (t) => {
      const response = await get(address);
      t.equal(response.statusCode, status);
      t.match(response.json().errors, [error]);
    });
  }
});

t.test('reasons have their labels; other words for one are another answer', async (t) => {
  const database = await testDatabase(t);
  const name = (label: string) => (pkg: SmallPackage) => {
    pkg.sozialraum.reasons[0]!.label = { de: label, en: 'too few' };
  };
  await importTown(t, database.db, { package: name('zu wenige') });
  const service = await serviceOn(t, database);
  const path = '/collections/klein-quarter/values?indicators=unemployed_share&period=2022&measures=reason';
  const ask = async (language: string) => {
    const response = await service.get(path, { 'accept-language': language });
    const { columns, values } = response.json();
    const reasons = columns.find(({ measure }: { measure: string }) => measure === 'reason').reasons;
    const codes = new Set(values.unemployed_share_reason.filter((code: string | null) => code !== null));
    t.same(Object.keys(reasons).sort(), [...codes].sort(), 'those that occur');
    return { reasons, tag: response.headers.etag };
  };
  const first = await ask('de');
  t.match(first.reasons, { small_number: 'zu wenige' });
  t.match((await ask('en')).reasons, { small_number: 'too few' });
  await importTown(t, database.db, { package: name('weniger als fünf') });
  await service.app.refresh();
  const second = await ask('de');
  t.match(second.reasons, { small_number: 'weniger als fünf' });
  t.not(second.tag, first.tag);
});

t.test('an answer of more than two million values is refused', async (t) => {
  const slots = Array.from({ length: 20 }, () => ({}) as (typeof NO_JOIN)['slots'][number]);
  const version = { districts: 10_997 } as Parameters<typeof refuseTooManyCells>[1];
  const plan = { ...NO_JOIN, slots };
  t.doesNotThrow(() => refuseTooManyCells({ ...plan, measures: ['value', 'status', 'class'] }, version));
  const all = ['value', 'status', 'reason', 'z', 'rank', 'percentile', 'class', 'change', 'release'] as const;
  t.doesNotThrow(() => refuseTooManyCells({ ...plan, measures: [...all] }, version));
  t.throws(
    () => refuseTooManyCells({ ...plan, measures: [...all, 'numerator'] }, version),
    new Problem('invalid_request', 'The answer would have too many values.'),
  );
});
