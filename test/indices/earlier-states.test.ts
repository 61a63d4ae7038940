/** A decision can be read again as it was taken: indices, situations and clusters of an earlier release. */
import t from 'tap';
import { drawWorld } from '../clusters/draw-world.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn } from '../support/service.ts';
import type { SmallPackage } from '../support/small-package.ts';

t.setTimeout(120_000);

const FIGURES = { '■': '60', '·': '20' };
const THEN = { '2022': ['■■··■■', '■■··■■', '······', '······', '······'] };
/** A correction: the right one was never there. */
const NOW = { '2022': ['■■····', '■■····', '······', '······', '······'] };

const withIndex =
  (world: Record<string, string[]>, version: string) =>
  (pkg: SmallPackage): void => {
    drawWorld(world, FIGURES)(pkg);
    pkg.sozialraum.indices = [
      {
        id: 'own-index',
        version,
        label: { de: 'Eigener Index' },
        method: { scoring: 'z' },
        indicators: [{ indicator: 'unemployed_share', polarity: -1 }],
        classes: { kind: 'quantile', count: 2 },
      },
    ];
  };

t.test('earlier states', async (t) => {
  const database = await testDatabase(t);
  await importTown(t, database.db, { package: withIndex(THEN, '1.0.0') });
  const service = await serviceOn(t, database);
  const { get } = service;
  const paths = [
    '/indices/own-index/results?collection=klein-quarter',
    '/indices/own-index/explain?collection=klein-quarter&district=0115',
    '/indices/own-index/robustness?collection=klein-quarter&draws=20',
    '/problem-situations/districts?collection=klein-quarter&situations=many-unemployed',
    '/clusters?collection=klein-quarter&situations=many-unemployed&minSituations=1',
    '/clusters?collection=klein-quarter&situations=many-unemployed&minSituations=1&method=ward&regions=3',
  ];
  const read = async (query: string): Promise<Record<string, unknown>[]> =>
    await Promise.all(
      paths.map(async (path) => {
        const { links: _links, ...body } = (await get(`${path}${query}`)).json();
        // Addresses keep the state that was asked for.
        return JSON.parse(JSON.stringify(body).replaceAll(/[?&]release=\d+/g, ''));
      }),
    );
  const then = await read('');
  await importTown(t, database.db, { package: withIndex(NOW, '1.1.0') });
  await service.app.refresh();

  t.test('are what they were, beside the newest', async (t) => {
    const now = await read('');
    t.same(await read('&release=1'), then);
    t.same(await read('&release=2'), now);
    for (const [k, path] of paths.entries()) t.notSame(now[k], then[k], path);
  });

  t.test('know the methods of their time', async (t) => {
    const version = async (query: string) => (await get(`${paths[0]}${query}`)).json().statement?.version;
    t.equal(await version(''), '1.1.0');
    t.equal(await version('&release=1'), '1.0.0');
    t.equal((await get(`${paths[0]}&release=1&version=1.1.0`)).statusCode, 404, 'not defined yet');
    t.equal(await version('&version=1.0.0'), '1.0.0', 'an old method on new figures');
  });

  t.test('are named by a day, too', async (t) => {
    const today = new Date().toISOString().slice(0, 10);
    for (const path of paths) {
      t.equal((await get(`${path}&asOf=${today}`)).statusCode, 200, path);
      const early = await get(`${path}&asOf=2001-01-01`);
      t.match([early.statusCode, early.json()], [400, { errors: [{ code: 'unknown_release' }] }]);
      const both = await get(`${path}&asOf=${today}&release=1`);
      t.match(both.json(), { errors: [{ code: 'parameter_conflict' }] });
      t.equal((await get(`${path}&asOf=yesterday`)).statusCode, 400);
      const later = await get(`${path}&release=3`);
      t.match(later.json(), { errors: [{ code: 'unknown_release', field: 'release' }] });
    }
  });
});
