/** OGC API Common Parts 1 and 2 (19-072, 20-024): landing page, JSON, HTML, OpenAPI 3.0 and 3.1, collections. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';

type Link = components['schemas']['Link'];
type TapTest = typeof t;

const PAGES = ['/', '/conformance', '/collections', '/collections/musterstadt-quartier'];
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

const { get, ask } = await testService(t, 'demo');

t.test('landing page: every link is absolute and works, with the type that it says', async (t) => {
  const { links }: { links: Link[] } = (await get('/')).json();
  for (const { href, type } of links) {
    const url = new URL(href);
    const response = await ask({ url: url.pathname + url.search, headers: { accept: type } });
    t.equal(response.statusCode, 200, href);
    t.ok(String(response.headers['content-type']).startsWith(type), href);
  }
  const rels = links.map(({ rel }) => rel);
  for (const rel of ['self', 'alternate', 'service-desc', 'service-doc', 'conformance', 'data']) {
    t.ok(rels.includes(rel), rel);
  }
});

for (const path of PAGES) {
  t.test(`${path} is JSON or HTML, as the client likes it`, async (t) => {
    const table: [Record<string, string>, string, string][] = [
      [{}, '', 'application/json'],
      [{ accept: '*/*' }, '', 'application/json'],
      [{ accept: 'application/json' }, '', 'application/json'],
      [{ accept: BROWSER }, '', 'text/html'],
      [{ accept: BROWSER }, '?f=json', 'application/json'],
      [{ accept: 'application/json' }, '?f=html', 'text/html'],
      [{ accept: 'text/html;q=0.1, application/json;q=0.2' }, '', 'application/json'],
    ];
    for (const [headers, query, type] of table) {
      const response = await get(path + query, headers);
      t.equal(String(response.headers['content-type']).split(';')[0], type, `${headers.accept} ${query}`);
      t.match(response.headers.vary, /\bAccept\b/);
    }
    t.equal((await get(path, { accept: 'image/png' })).statusCode, 406);
    t.equal((await get(`${path}?unknown=1`)).statusCode, 400);
  });

  t.test(`${path} as a page: language, one heading, skip link, no inline scripts or styles`, async (t) => {
    const { body } = await get(path, { accept: BROWSER, 'accept-language': 'en' });
    t.match(body, /<html lang="en">/);
    t.match(body, /<meta name="viewport"/);
    t.equal(body.match(/<h1>/g)?.length, 1);
    t.match(body, /<a class="skip" href="#content">/);
    t.match(body, /<main id="content">/);
    t.match(body, /<nav aria-label=/);
    t.notMatch(body, /<script(?![^>]* src=)| style=| on\w+="|<style/);
    for (const [, file] of body.matchAll(/(?:src|rel="stylesheet" href)="(\/[^"]+)"/g)) {
      t.equal((await ask({ url: file! })).statusCode, 200, file!);
    }
    t.match(body, /<link rel="alternate" type="application\/json"/);
    expectTables(t, body);
    t.match((await get(path, { accept: BROWSER })).body, /<html lang="de">/);
  });
}

/** Tables are scrolled by the keyboard, and every row and column has a header. */
function expectTables(t: Pick<TapTest, 'equal' | 'match'>, body: string): void {
  for (const [table] of body.matchAll(/<table>.*?<\/table>/gs)) {
    const rows = table.match(/<tbody>.*<\/tbody>/s)?.[0] ?? '';
    t.equal(rows.match(/<tr>/g)?.length, rows.match(/<th scope="row">/g)?.length, 'rows');
    t.match(table, /<th scope="col">/);
  }
  t.equal(
    body.match(/<table>/g)?.length,
    body.match(/role="region" tabindex="0" aria-label="[^"]+"><table>/g)?.length,
  );
}

t.test('the landing page says which part of it is English', async (t) => {
  const { body } = await get('/', { accept: BROWSER });
  t.match(body, /<html lang="de">.*<title>Sozialraum<\/title>.*<p lang="en">Indicator API/s);
  t.match(body, />Problemlagen<.*>Karte</s);
  t.match((await get('/', { 'accept-language': 'en' })).json().links, [
    { title: 'JSON' },
    {},
    { title: /^API def/ },
  ]);
});

t.test('collections: each is listed as it describes itself', async (t) => {
  const { collections } = (await get('/collections')).json();
  for (const collection of collections) {
    const { links: listed, ...rest } = collection;
    const { links, ...own } = (await get(`/collections/${collection.id}`)).json();
    t.strictSame(own, rest);
    t.strictSame(links, listed);
    for (const rel of ['queryables', 'sortables', 'schema']) {
      const link = links.find((each: Link) => each.rel === `http://www.opengis.net/def/rel/ogc/1.0/${rel}`);
      t.equal(link?.type, 'application/schema+json', rel);
    }
    t.ok(
      links.some(({ rel, type }: Link) => rel === 'describedBy' && type === 'application/schema+json'),
      'for GDAL',
    );
    t.notMatch(links.find(({ rel }: Link) => rel === 'items').href, /\?/, 'GDAL appends a path to it');
  }
});

t.test('the API document is 3.0 or 3.1, by Accept or f, and valid', async (t) => {
  const table: [Record<string, string>, string, string][] = [
    [{}, '', '3.0'],
    [{ accept: 'application/vnd.oai.openapi+json;version=3.0' }, '', '3.0'],
    [{ accept: 'application/vnd.oai.openapi+json' }, '', '3.0'],
    [{ accept: 'application/vnd.oai.openapi+json;version=3.1' }, '', '3.1'],
    [{ accept: 'application/json' }, '', '3.0'],
    // QGIS
    [
      {
        accept:
          'application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json',
      },
      '',
      '3.0',
    ],
    // Java, in which OGC's test suites read the document
    [{ accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' }, '', '3.0'],
    [{}, '?f=openapi31', '3.1'],
    [{ accept: 'application/vnd.oai.openapi+json;version=3.1' }, '?f=json', '3.0'],
  ];
  for (const [headers, query, version] of table) {
    const response = await get(`/api${query}`, headers);
    t.equal(response.headers['content-type'], `application/vnd.oai.openapi+json;version=${version}`);
    t.match(response.json().openapi, new RegExp(`^${version}`), `${headers.accept} ${query}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-api-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const f of ['json', 'openapi31']) {
    const file = join(folder, `${f}.json`);
    writeFileSync(file, (await get(`/api?f=${f}`)).body);
    const { status, stdout, stderr } = spawnSync('redocly', ['lint', '--extends', 'spec', file], {
      encoding: 'utf8',
    });
    t.equal(status, 0, `${f}: ${stdout}${stderr}`);
  }
  t.notMatch((await get('/api?f=openapi31')).body, /"nullable"/);
});

t.test('every collection has its own paths with its queryables as parameters', async (t) => {
  const api = (await get('/api')).json();
  for (const id of ['musterstadt-quartier', 'musterstadt-stadtteil']) {
    const names = api.paths[`/collections/${id}/items`].get.parameters.map(
      ({ $ref }: { $ref: string }) => api.components.parameters[$ref.split('/').at(-1)!].name,
    );
    for (const name of ['key', 'name', 'parent', 'filter', 'crs', 'sortby', 'properties'])
      t.ok(names.includes(name));
  }
  for (const name of ['key', 'name', 'parent']) {
    t.match(api.components.parameters[name], { style: 'form', explode: false, schema: { type: 'string' } });
  }
  t.match(api.components.parameters.limit.schema, { maximum: 10_000, default: 1000 });
});

t.test('documents take the parameters of the join, as GDAL appends them to every address', async (t) => {
  const join = 'indicators=pov_child&period=2024&measures=value,rank';
  for (const path of [...PAGES.filter((path) => path !== '/conformance'), '/api']) {
    t.equal((await get(`${path}?${join}`)).statusCode, 200, path);
  }
});
