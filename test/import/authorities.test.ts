import { sql } from 'kysely';
import t from 'tap';
import type { Db } from '../../src/db/database.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { testDatabase, testFolder } from '../support/database.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { makeSmallPackage, writeSmallPackage } from '../support/small-package.ts';
import { type Change, countRows, importTown } from './imported.ts';

t.setTimeout(120_000);

t.test('the synthetic town goes completely with the first real package', async (t) => {
  const { db } = await preparedDatabase(t, 'demo');
  const progress: string[] = [];
  const packagePath = await writeSmallPackage(testFolder(t), {
    ...makeSmallPackage(),
    sozialraum: {
      ...makeSmallPackage().sozialraum,
      authority: { id: 'klein', kind: 'municipality', label: { de: 'Klein' } },
    },
  });
  const onProgress = (message: string): void => void progress.push(message);
  const tried = await importPackage(db, { packagePath, dataDir: null, dryRun: true });
  t.equal(tried.changed, true);
  t.equal((await countRows(db)).district, 72, 'a dry run leaves the town in place');

  const result = await importPackage(db, { packagePath, dataDir: null, dryRun: false, onProgress });
  t.equal(result.release, 2, 'numbers only go up');
  t.ok(progress.some((message) => message.includes('synthetic town goes')));

  const { db: fresh } = await testDatabase(t);
  await importTown(t, fresh);
  t.strictSame(await countRows(db), await countRows(fresh), 'nothing of the town is left in any table');
  const reasons = async (of: Db) => of.selectFrom('reason').selectAll().orderBy('code').execute();
  t.strictSame(await reasons(db), await reasons(fresh));
  const { rows } = await sql<{ collection: string }>`select collection from geography order by 1`.execute(db);
  t.strictSame(rows, [{ collection: 'klein-area' }, { collection: 'klein-quarter' }]);
});

t.test('who alone uses a definition or a reason may word it anew', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const reworded: Change = {
    package: ({ sozialraum: { indicators, reasons } }) => {
      indicators[1]!.label = { de: 'Arbeitslosigkeit' };
      reasons[0]!.label = { de: 'geheim', en: 'secret' };
    },
  };
  t.match(await importTown(t, db, reworded), { release: 2, definitions: 2 });
  t.match(await importTown(t, db, reworded), { changed: false });
  const read = async (code: string) =>
    db.selectFrom('reason').where('code', '=', code).selectAll().executeTakeFirst();
  t.strictSame(await read('small_number'), { code: 'small_number', label_de: 'geheim', label_en: 'secret' });
  t.strictSame(
    await read('not_delivered'),
    { code: 'not_delivered', label_de: 'nicht geliefert', label_en: 'not delivered' },
    'the same German without English leaves the English of the service',
  );
  t.match(await importTown(t, db), { release: 3, definitions: 2 });
  t.strictSame(
    await read('small_number'),
    { code: 'small_number', label_de: 'Zahl zu klein', label_en: 'Zahl zu klein' },
    'other German does not keep English that it no longer means',
  );
});

const ASSOCIATION: Change = {
  package: (pkg) => {
    Object.assign(pkg.sozialraum.authority, {
      kind: 'association',
      members: [
        { id: 'dorf', label: { de: 'Dorf', en: 'Village' } },
        { id: 'markt', label: { de: 'Markt' } },
      ],
    });
  },
};

/** A member publishes itself, with geographies of its own. */
const MEMBER: Change = {
  package: (pkg) => {
    Object.assign(pkg.sozialraum, {
      authority: { id: 'dorf', kind: 'municipality', label: { de: 'Gemeinde Dorf' } },
      geographies: [{ id: 'dorf-area', label: { de: 'Ortsteile' }, extent: [7.4, 51.3, 7.8, 51.6] }],
    });
    pkg.areas.sozialraum.geography = 'dorf-area';
  },
  resources: ([areas]) => [areas!],
};

async function readMembers(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('authority_member as m')
    .innerJoin('authority as a', 'a.id', 'm.member_id')
    .select(['m.authority_id', 'a.id', 'a.label_de', 'a.kind'])
    .orderBy('a.id')
    .execute();
  return rows.map((row) => `${row.authority_id}: ${row.id} ${row.label_de} ${row.kind}`);
}

t.test('an association has members, which keep the name that they publish under', async (t) => {
  const { db } = await testDatabase(t);
  const first = await importTown(t, db, ASSOCIATION);
  t.equal(first.release, 1);
  t.strictSame(await readMembers(db), ['klein: dorf Dorf municipality', 'klein: markt Markt municipality']);
  t.match(await importTown(t, db, ASSOCIATION), { changed: false });

  t.match(await importTown(t, db, MEMBER), { release: 2, districts: { added: 2 } });
  t.match(await importTown(t, db, ASSOCIATION), { changed: false }, 'the association does not take it back');
  t.match(await importTown(t, db, MEMBER), { changed: false });
  t.strictSame(await readMembers(db), [
    'klein: dorf Gemeinde Dorf municipality',
    'klein: markt Markt municipality',
  ]);
  const sources = await db
    .selectFrom('indicator_source')
    .select((eb) => ['authority_id', eb.fn.countAll<number>().as('count')])
    .groupBy('authority_id')
    .orderBy('authority_id')
    .execute();
  t.strictSame(
    sources,
    [
      { authority_id: 'dorf', count: 2 },
      { authority_id: 'klein', count: 2 },
    ],
    'both use the same indicators, each with a source of its own',
  );

  const left: Change = {
    package: (pkg) => {
      ASSOCIATION.package?.(pkg);
      pkg.sozialraum.authority.members?.pop();
    },
  };
  t.match(await importTown(t, db, left), { release: 3, definitions: 1, cells: { changed: 0 } });
  t.strictSame(await readMembers(db), ['klein: dorf Gemeinde Dorf municipality']);
});
