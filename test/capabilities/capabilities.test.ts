import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn, testService } from '../support/service.ts';

type Link = components['schemas']['Link'];

t.test('a client finds everything from the landing page', async (t) => {
  const { get, ask } = await testService(t, 'demo');

  t.test('every link of the landing page and of the collections works and is absolute', async (t) => {
    const landing = (await get('/')).json();
    const { collections } = (await get('/collections')).json();
    const links: Link[] = [
      ...landing.links,
      ...collections.flatMap((collection: { links: Link[] }) => collection.links),
    ];
    t.ok(links.length > 10);
    for (const link of links.filter((entry) => entry.rel !== 'via')) {
      const url = new URL(link.href);
      const response = await ask({ url: url.pathname + url.search });
      t.equal(response.statusCode, 200, link.href);
      t.equal(
        String(response.headers['content-type']).replace(/; (charset|header)=[\w-]+/g, ''),
        link.type,
        link.href,
      );
    }
  });

  t.test('the API document names this address and a path for every collection', async (t) => {
    const response = await get('/api', { host: 'example.org:8080' });
    t.equal(response.headers['content-type'], 'application/vnd.oai.openapi+json;version=3.0');
    const document = response.json();
    t.equal(document.openapi, '3.0.3');
    t.equal(document.servers[0].url, 'http://example.org:8080/v1');
    t.ok(document.paths['/collections/musterstadt-quartier/items'].get.parameters.length > 5);
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((operations) =>
      Object.values(operations).map((operation) => operation.operationId),
    );
    t.equal(new Set(ids).size, ids.length, 'operation ids are unique');
    t.notMatch(JSON.stringify(document), /"\$ref":"(?!#)/, 'no reference leads out of the document');
  });

  t.test('a collection says its extent, boundary versions, parent and that it is made up', async (t) => {
    const collection = (await get('/collections/musterstadt-quartier')).json();
    t.match(collection, { parent: 'musterstadt-stadtteil', synthetic: true, itemType: 'feature' });
    t.match(collection.boundaryVersions, [{ districts: 60 }]);
    const [west, south, east, north] = collection.extent.spatial.bbox[0];
    t.ok(west < east && south < north && west > 5 && north < 56);
  });

  t.test('files that hold a whole collection are enclosures', async (t) => {
    const { links } = (await get('/collections/musterstadt-quartier')).json();
    const files = links.filter(({ rel }: { rel: string }) => rel === 'enclosure');
    t.strictSame(
      files.map(({ type }: { type: string }) => type),
      ['text/csv', 'application/flatgeobuf', 'application/geopackage+sqlite3'],
    );
    for (const { href, type } of files) {
      const { statusCode, headers } = await ask({ url: href });
      t.equal(statusCode, 200);
      t.match(headers, {
        'ogc-numberreturned': 60,
        'content-type': type,
        'content-disposition': /^attachment/,
      });
    }
    const page = (await get('/collections/musterstadt-quartier?f=html')).body;
    t.equal(page.split('f=gpkg"').length, 2, 'listed once on the page');
  });

  t.test('labels follow Accept-Language', async (t) => {
    const title = async (language: string): Promise<string> =>
      (await get('/collections/musterstadt-quartier', { 'accept-language': language })).json().title;
    t.not(await title('en'), await title('de'));
    t.equal(await title('fr, en;q=0.5'), await title('en'));
    t.equal(await title(''), await title('de'));
  });

  t.test('every document takes f=json and tolerates a slash at the end', async (t) => {
    for (const path of [
      '/',
      '/api',
      '/conformance',
      '/collections',
      '/collections/musterstadt-quartier',
      '/indicators',
    ]) {
      t.equal((await get(`${path}?f=json`)).statusCode, 200, path);
      t.equal((await get(`${path === '/' ? '' : path}/`)).statusCode, 200, `${path}/`);
    }
  });

  t.test('other pages may read the API', async (t) => {
    const response = await get('/collections', { origin: 'https://example.org' });
    t.equal(response.headers['access-control-allow-origin'], '*');
    t.match(response.headers['access-control-expose-headers'], /Link, Content-Crs, ETag/);
  });

  t.test('the service says that it is healthy', async (t) => {
    t.match((await ask({ url: '/healthz' })).json(), { release: 1 });
  });
});

t.test('an empty database is served as empty', async (t) => {
  const { get } = await serviceOn(t, await testDatabase(t));
  t.equal((await get('/')).json().release, 0);
  t.strictSame((await get('/collections')).json().collections, []);
  t.strictSame((await get('/indicators')).json().indicators, []);
  t.match((await get('/observations')).json(), { observations: [], numberMatched: 0, release: 0 });
  t.equal((await get('/collections/x/items')).statusCode, 404);
});
