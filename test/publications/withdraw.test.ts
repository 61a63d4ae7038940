/** A publication ends by a release: gone from then on, still there as of earlier ones, also after a restart. */
import t from 'tap';
import { preparedDatabase } from '../support/prepared.ts';
import { serviceOn } from '../support/service.ts';
import { itemsOf, publish, withdraw } from './publish.ts';

t.setTimeout(120_000);

const inputs = {
  collection: 'musterstadt-quartier',
  indicator: 'pov_child',
  period: '2024',
  permutations: 999,
};
const results = [{ process: 'local-moran', inputs }];
const REASON = 'Der Nenner war falsch.';

t.test('withdrawn analyses', async (t) => {
  const database = await preparedDatabase(t, 'demo');
  const service = await serviceOn(t, database, { publications: true });
  t.equal((await publish(service, 'lisa', results)).statusCode, 201);
  t.equal((await publish(service, 'kept', results)).statusCode, 201);
  const before = (await itemsOf(service, 'lisa')).items;
  const styleBefore = (await service.get('/collections/lisa/styles/class')).json();
  const tile = styleBefore.sources.districts.url.replace('http://localhost/v1', '');
  t.equal((await service.get(tile)).statusCode, 200);

  const ended = await withdraw(service, 'lisa', REASON);
  t.equal(ended.statusCode, 200);
  t.match(ended.json(), { id: 'lisa', release: 2, withdrawn: { release: 4, reason: REASON } });

  const restarted = await serviceOn(t, database, { publications: true });
  for (const [name, { get, ask }] of Object.entries({ service, restarted })) {
    t.test(name, async (t) => {
      const ids = (await get('/collections')).json().collections.map(({ id }: { id: string }) => id);
      t.strictSame(ids, [
        'kept',
        'musterstadt-quartier',
        'musterstadt-stadtteil',
        'musterstadt-quartier-statistics',
        'musterstadt-stadtteil-statistics',
      ]);
      t.notOk('/collections/lisa' in (await get('/api')).json().paths);
      for (const path of [
        ...[
          '',
          '/items',
          '/items/0101',
          '/items?f=csv',
          '/queryables',
          '/sortables',
          '/schema',
          '/feature-schema',
        ],
        ...[
          '/values',
          '/tiles',
          '/tiles/WebMercatorQuad',
          '/tiles/WebMercatorQuad/tilejson',
          '/styles',
          '/styles/class',
        ],
        ...['/tiles/WebMercatorQuad/12/1350/2136', '/masterportal', '/qgis'],
      ]) {
        const gone = await get(`/collections/lisa${path}`);
        t.equal(gone.statusCode, 410, path);
        t.match(gone.json(), {
          type: '/docs#withdrawn',
          detail: new RegExp(`^lisa was withdrawn on \\d{4}-\\d\\d-\\d\\d by release 4: ${REASON}$`),
          errors: [{ code: 'withdrawn', got: 'lisa', expected: /release=2 to 3/ }],
        });
      }
      t.equal((await get('/tiles?collections=lisa')).statusCode, 400);
      t.strictSame((await itemsOf({ get }, 'lisa', 'release=3')).items, before, 'as of an earlier release');
      t.equal(
        (await itemsOf({ get }, 'lisa', "release=2&filter=class='high-high'")).items.length,
        before.filter(({ properties }) => properties.class === 'high-high').length,
      );
      t.equal((await get('/collections/lisa/items?release=1')).statusCode, 404, 'before it was published');
      t.equal((await get('/collections/lisa/items?release=4')).statusCode, 410);
      t.equal((await get(tile)).statusCode, 200, 'addresses with a release never change');
      t.strictSame(
        (await get('/collections/lisa/styles/class?release=2')).json().metadata,
        styleBefore.metadata,
      );

      const { publications } = (await get('/publications')).json();
      t.match(publications, [
        { id: 'kept', withdrawn: null },
        { id: 'lisa', withdrawn: { reason: REASON } },
      ]);
      const one = (await get('/publications/lisa')).json();
      t.match(one, { withdrawn: { release: 4 }, results: [{ statement: { process: 'local-moran' } }] });
      t.notOk(one.links.some(({ rel }: { rel: string }) => rel === 'collection'));
      t.equal((await itemsOf({ get }, 'kept')).items.length, 60, 'others stay');

      const again = await ask({ method: 'DELETE', url: '/v1/publications/lisa?reason=noch+einmal' });
      t.equal(again.statusCode, 410);
      t.match(again.json().detail, REASON);
      const reused = await publish({ ask }, 'lisa', results);
      t.equal(reused.statusCode, 400);
      t.match(reused.json().errors, [{ code: 'id_withdrawn' }]);
      t.equal((await get('/')).json().release, 4);
    });
  }
});

t.test('a published result never changes, whatever is published beside it', async (t) => {
  const { db } = await preparedDatabase(t, 'demo');
  const service = await serviceOn(t, { db }, { publications: true });
  await publish(service, 'lisa', results);
  await withdraw(service, 'lisa', REASON);
  for (const change of [
    db.updateTable('publication').set({ content: '0'.repeat(64) }),
    db.updateTable('withdrawal').set({ reason: 'anders' }),
  ]) {
    await t.rejects(change.execute(), { message: /append-only/ });
  }
});
