import { sql } from 'kysely';
import t from 'tap';
import type { Db } from '../../src/db/database.ts';
import { Problem } from '../../src/problem.ts';
import { testDatabase } from '../support/database.ts';
import { makeRing, type SmallPackage } from '../support/small-package.ts';
import { type Change, countRows, importTown, onlyFigures, readCells, readDistricts } from './imported.ts';

t.setTimeout(120_000);

/** The town with parents from an attribute, and figures of 2021 that later deliveries do not repeat. */
const FIRST: Change = {
  package: (pkg) => {
    takeParentsFromAttribute(pkg);
    pkg.lines.push('0101;2021;1.100;55', '0203;2021;390;39');
  },
};

/** A corrected delivery, one change of each kind. */
const CORRECTED: Change = {
  package: (pkg) => {
    takeParentsFromAttribute(pkg);
    const [q0101, q0102, , , q0202] = pkg.quarterFeatures;
    const ring = makeRing(400000, 5700000, 1000, 1000);
    ring[2] = [400900, 5701000];
    q0101!.geometry!.coordinates = [ring];
    q0102!.properties.name = 'Neuer Name';
    q0202!.properties.area = '01';
    pkg.quarterFeatures.pop();
    pkg.lines = pkg.lines
      .filter((line) => !/^0203|^0101;2023/.test(line))
      .map((line) => line.replace('0102;2023;810;27', '0102;2023;820;27'));
  },
};

function takeParentsFromAttribute(pkg: SmallPackage): void {
  pkg.quarters.sozialraum.parents = [{ geography: 'klein-area', key: { field: 'area' } }];
  for (const { properties } of pkg.quarterFeatures) properties.area = String(properties.id).slice(0, 2);
}

/** Who is new with a release: districts by table, and cells. */
async function readRowsOf(db: Db, release: number) {
  const shapes = await sql<{ key: string }>`
    select d.key from district_version v join district d on d.id = v.district_id
    where lower(v.known) = ${release}::int order by d.key`.execute(db);
  const parents = await sql<{ key: string; parent: string }>`
    select d.key, p.key as parent from district_parent r
    join district d on d.id = r.district_id join district p on p.id = r.parent_id
    where lower(r.known) = ${release}::int order by d.key`.execute(db);
  const cells = await sql<{ cell: string }>`
    select concat_ws(' ', i.code, o.period, d.key, o.value, o.status, o.reason) as cell from observation o
    join district d on d.id = o.district_id join indicator i on i.id = o.indicator_id
    where o.release = ${release}::int order by cell`.execute(db);
  const columns = await sql<{ name: string }>`
    select i.code || ' ' || c.period as name from column_version c join indicator i on i.id = c.indicator_id
    where c.release = ${release}::int order by name`.execute(db);
  const boundaries = await sql<{ collection: string }>`
    select g.collection from boundary_version b join geography g on g.id = b.geography_id
    where b.release = ${release}::int order by collection`.execute(db);
  return {
    shapes: shapes.rows.map(({ key }) => key),
    parents: parents.rows.map(({ key, parent }) => `${key} in ${parent}`),
    cells: cells.rows.map(({ cell }) => cell),
    columns: columns.rows.map(({ name }) => name),
    boundaries: boundaries.rows.map(({ collection }) => collection),
  };
}

t.test('corrections are new rows, and what was known before stays readable', async (t) => {
  const { db } = await testDatabase(t);
  const first = await importTown(t, db, FIRST);
  t.match(first, {
    release: 1,
    changed: true,
    districts: { added: 8, changed: 0, removed: 0 },
    cells: { added: 20, changed: 0, withdrawn: 0 },
  });
  const knownFirst = await readDistricts(db, 'klein-quarter', 1);
  const cellsFirst = await readCells(db, 'residents', '2023', 1);

  const second = await importTown(t, db, CORRECTED);
  t.match(second, {
    release: 2,
    changed: true,
    definitions: 0,
    districts: { added: 0, changed: 3, removed: 1 },
    cells: { added: 0, changed: 2, withdrawn: 4 },
  });
  t.strictSame(await readRowsOf(db, 2), {
    shapes: ['0101', '0102'],
    parents: ['0202 in 01'],
    cells: [
      'residents 2022 0203 not_available withdrawn',
      'residents 2023 0101 not_available withdrawn',
      'residents 2023 0102 820 ok',
      'unemployed_share 2022 0203 not_available withdrawn',
      'unemployed_share 2023 0101 not_available withdrawn',
      `unemployed_share 2023 0102 ${(100 * 27) / 820} ok`,
    ],
    columns: ['residents 2022', 'residents 2023', 'unemployed_share 2022', 'unemployed_share 2023'],
    boundaries: ['klein-quarter'],
  });

  t.strictSame(await readDistricts(db, 'klein-quarter', 1), knownFirst, 'as known at release 1');
  t.strictSame(await readCells(db, 'residents', '2023', 1), cellsFirst);
  const known = await readDistricts(db, 'klein-quarter', 2);
  t.strictSame(
    known.map(({ key, name, parent }) => `${key} ${name} ${parent}`),
    [
      '0101 Quartier 0101 01',
      '0102 Neuer Name 01',
      '0103 Quartier 0103 01',
      '0201 Quartier 0201 02',
      '0202 Quartier 0202 01',
    ],
  );
  t.match(known[0]!.shape, '400900 5701000');
  t.strictSame(await readCells(db, 'residents', '2023', 2), { '0102': 820 });
  t.strictSame(
    await readCells(db, 'residents', '2021', 2),
    { '0101': 1100, '0203': 390 },
    'not in the package',
  );

  const again = await importTown(t, db, CORRECTED);
  t.match(again, { release: null, changed: false });

  const restored = await importTown(t, db, FIRST);
  t.match(restored, {
    release: 3,
    districts: { added: 1, changed: 3, removed: 0 },
    cells: { added: 4, changed: 2, withdrawn: 0 },
  });
  t.strictSame(await readDistricts(db, 'klein-quarter', 3), knownFirst);
  t.strictSame(await readDistricts(db, 'klein-quarter', 2), known);
  t.strictSame(await readCells(db, 'residents', '2023', 3), cellsFirst);
});

t.test('a new boundary version ends the one before, whatever the order of files', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const before = await readDistricts(db, 'klein-quarter', 1);
  const result = await importTown(t, db, {
    package: (pkg) => {
      pkg.quarters.sozialraum.validUntil = '2024-01-01';
    },
    resources: ([areas, quarters, figures]) => {
      const newer = { ...quarters!, name: 'quarters-2024', sozialraum: { ...quarters!.sozialraum } };
      Object.assign(newer.sozialraum, { validFrom: '2024-01-01', validUntil: null });
      return [newer as never, quarters!, areas!, figures!];
    },
  });
  t.match(result, {
    release: 2,
    definitions: 2,
    districts: { added: 6, changed: 6, removed: 0 },
    cells: { added: 0, changed: 0, withdrawn: 0 },
  });
  t.strictSame(await readDistricts(db, 'klein-quarter', 1), before);
  t.strictSame(
    (await readDistricts(db, 'klein-quarter', 2)).map(
      ({ key, valid, parent }) => `${key} ${valid} ${parent}`,
    ),
    before.flatMap(({ key, parent }) => [
      `${key} [2020-01-01,2024-01-01) ${parent}`,
      `${key} [2024-01-01,) ${parent}`,
    ]),
  );
});

t.test('a change of a licence alone is a release', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const change: Change = {
    package: ({ quarters }) => {
      quarters.sozialraum.source = { ...quarters.sozialraum.source, licence: 'CC-BY-4.0' };
    },
  };
  t.match(await importTown(t, db, change), {
    release: 2,
    definitions: 1,
    districts: { added: 0, changed: 0, removed: 0 },
  });
  t.match(await importTown(t, db, change), { changed: false, release: null });
  const versions = await db
    .selectFrom('boundary_version')
    .select(['licence', 'release'])
    .orderBy('release')
    .execute();
  t.strictSame(versions, [
    { licence: 'CC0-1.0', release: 1 },
    { licence: 'CC-BY-4.0', release: 2 },
  ]);
});

t.test('a package of figures alone adds to boundaries imported before', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const before = await countRows(db);
  const result = await importTown(t, db, {
    package: (pkg) => {
      pkg.lines = ['quarter;year;residents;unemployed', '0101;2024;1.300;65', '0203;2024;410;x'];
    },
    resources: onlyFigures,
  });
  t.match(result, {
    release: 2,
    definitions: 0,
    districts: { added: 0, changed: 0, removed: 0 },
    cells: { added: 4, changed: 0, withdrawn: 0 },
  });
  t.strictSame(await readCells(db, 'unemployed_share', '2024', 2), { '0101': 5, '0203': 'suppressed' });
  t.strictSame(await countRows(db), {
    ...before,
    release: 2,
    period: before.period! + 1,
    observation: before.observation! + 4,
    column_version: before.column_version! + 2,
  });
});

t.test('a dry run writes nothing and counts the same', async (t) => {
  const { db } = await testDatabase(t);
  const empty = await countRows(db);
  const tried = await importTown(t, db, {}, true);
  t.strictSame(await countRows(db), empty);
  const done = await importTown(t, db);
  t.equal(tried.release, null);
  t.equal(done.release, 1);
  t.strictSame({ ...tried, dryRun: false, release: 1 }, done);
});

t.test('the release record names files, importer, protection and counts', async (t) => {
  const { db } = await testDatabase(t);
  const result = await importTown(t, db);
  const release = await db.selectFrom('release').selectAll().executeTakeFirstOrThrow();
  t.match(release, {
    number: 1,
    authority_id: 'klein',
    package: 'klein',
    title: 'Klein',
    importer_version: /^\d+\.\d+\.\d+$/,
    protection: { method: 'none', cells: 16, changed: 0 },
    summary: { definitions: result.definitions, districts: result.districts, cells: result.cells },
  });
  t.match(
    (release.files as { path: string; sha256: string }[]).map(
      ({ path, sha256 }) => `${path} ${sha256.length}`,
    ),
    [
      'datapackage.json',
      'areas.shp',
      'areas.dbf',
      'areas.prj',
      'areas.cpg',
      'quarters.geojson',
      'figures.csv',
    ].map((path) => `${path} 64`),
  );
});

t.test('the database itself refuses to overwrite a figure', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const before = await sql`select * from observation order by 1, 2, 3, 4, 5, 6`.execute(db);
  await t.rejects(sql`update observation set value = 0 where value is not null`.execute(db));
  t.strictSame(
    (await sql`select * from observation order by 1, 2, 3, 4, 5, 6`.execute(db)).rows,
    before.rows,
  );
});

t.test('the database itself refuses two truths at once', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const cases: [string, ReturnType<typeof sql>][] = [
    [
      'shapes of one district',
      sql`insert into district_version (district_id, boundary_version_id, name, valid, known, geom_delivered, geom)
        select district_id, boundary_version_id, name, '[2030-01-01,)', '[5,)', geom_delivered, geom
        from district_version limit 1`,
    ],
    [
      'parents of one district in one geography',
      sql`insert into district_parent (district_id, parent_id, parent_geography_id, boundary_version_id, valid, known)
        select district_id, parent_id, parent_geography_id, boundary_version_id, valid, '[5,)'
        from district_parent limit 1`,
    ],
    [
      'boundary versions of one geography',
      sql`insert into boundary_version (geography_id, valid, label_de, srid, source, licence, attribution, release)
        select geography_id, '[2030-01-01,2031-01-01)', label_de, srid, source, licence, attribution, release
        from boundary_version limit 1`,
    ],
  ];
  for (const [name, statement] of cases) {
    const error = await statement.execute(db).catch((thrown: unknown) => thrown);
    t.ok(error instanceof Problem, name);
    t.equal((error as Problem).items[0]?.code, '23P01', `${name}: exclusion_violation`);
  }
  const moved = await sql`
    with ended as (
      update district_version set known = int4range(lower(known), 2)
      where id = (select min(id) from district_version) returning *)
    select count(*) from ended`.execute(db);
  t.equal(moved.rows.length, 1);
  await sql`insert into district_version (district_id, boundary_version_id, name, valid, known, geom_delivered, geom)
    select district_id, boundary_version_id, name, valid, '[2,)', geom_delivered, geom
    from district_version order by id limit 1`.execute(db);
  t.equal((await countRows(db)).district_version, 9, 'one after the other is no contradiction');
});
