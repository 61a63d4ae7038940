/** Imports beside published analyses: neither changes the other. */
import t from 'tap';
import { importPackage } from '../../src/import/import-package.ts';
import { importTown, writeTown } from '../import/imported.ts';
import { execute, pathOf, settle } from '../processes/ask-process.ts';
import { testDatabase } from '../support/database.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { serviceOn } from '../support/service.ts';
import { makeRing, type SmallPackage } from '../support/small-package.ts';
import { type Item, itemsOf, publish } from './publish.ts';

t.setTimeout(120_000);

const inputs = { collection: 'klein-quarter', indicator: 'residents', period: '2022', permutations: 99 };
const wanted = [{ process: 'local-moran', inputs }];

/** The town with a quarter that ends earlier, and with another figure. */
function correct(pkg: SmallPackage): void {
  pkg.quarterFeatures[5]!.geometry = {
    type: 'Polygon',
    coordinates: [makeRing(402_000, 5_701_000, 900, 1000)],
  };
  pkg.lines[2] = '0102;2022;850;20';
}

t.test('a correction leaves what was published as it is', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const service = await serviceOn(t, { db }, { publications: true });
  const { get, app } = service;
  const shapesOf = async (collection: string, query = ''): Promise<Record<string, Item['geometry']>> => {
    const { features } = (await get(`/collections/${collection}/items?${query}`)).json();
    return Object.fromEntries(features.map(({ id, geometry }: Item) => [id, geometry]));
  };
  t.equal((await publish(service, 'lisa', wanted)).statusCode, 201);
  const shapes = await shapesOf('lisa');
  t.strictSame(shapes, await shapesOf('klein-quarter'));
  const { items } = await itemsOf(service, 'lisa');
  const job = await execute(service, 'local-moran', { ...inputs, seed: 5 }, { prefer: 'respond-async' });
  t.match(await settle(service, job), { status: 'successful' });

  await importTown(t, db, { package: correct });
  await app.refresh();
  t.notSame(await shapesOf('klein-quarter'), shapes, 'there is a correction');
  t.strictSame(await shapesOf('lisa'), shapes);
  t.strictSame((await itemsOf(service, 'lisa')).items, items);
  const again = await publish(service, 'lisa', wanted);
  t.equal(again.statusCode, 400, 'the same request has another result now');
  t.match(again.json().errors, [{ code: 'id_taken' }]);

  const late = await publish(service, 'late', [{ job: pathOf(job).replace('/jobs/', '') }]);
  t.equal(late.statusCode, 201);
  t.strictSame(
    await shapesOf('late'),
    shapes,
    'a result is published with the shapes that it was computed on',
  );
  const value = (await itemsOf(service, 'late')).items.find(({ id }) => id === '0102')!.properties.value;
  t.equal(value, 800);
});

t.test('a package cannot take the id of a published analysis', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const service = await serviceOn(t, { db }, { publications: true });
  t.equal((await publish(service, 'klein-lisa', wanted)).statusCode, 201);
  await t.rejects(
    importTown(t, db, {
      package: ({ sozialraum }) => {
        sozialraum.geographies[1]!.id = 'klein-lisa';
        sozialraum.geographies[0]!.parent = 'klein-lisa';
      },
      resources: (resources) => resources.filter(({ name }) => name === 'figures'),
    }),
    {
      code: 'invalid_package',
      items: [{ code: 'geography_taken', got: 'klein-lisa, a published analysis' }],
    },
  );
});

t.test('what was published of the synthetic town goes with it', async (t) => {
  const database = await preparedDatabase(t, 'demo');
  const service = await serviceOn(t, database, { publications: true });
  const demo = { ...inputs, collection: 'musterstadt-quartier', indicator: 'dem_pop', period: '2024' };
  t.equal((await publish(service, 'lisa', [{ process: 'local-moran', inputs: demo }])).statusCode, 201);
  await importPackage(database.db, { packagePath: await writeTown(t), dataDir: null, dryRun: false });
  await service.app.refresh();
  t.equal((await service.get('/collections/lisa')).statusCode, 404);
  t.strictSame((await service.get('/publications')).json().publications, []);
  t.equal((await publish(service, 'lisa', wanted)).statusCode, 201, 'the id is free for real data');
  t.equal((await itemsOf(service, 'lisa')).items.length, 6);
});
