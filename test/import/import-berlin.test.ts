import { join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import { importPackage } from '../../src/import/import-package.ts';
import { BERLIN_DATA, preparedDatabase } from '../support/prepared.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { countRows } from './imported.ts';

t.setTimeout(120_000);

// Expected numbers: ../shared/data/README.md sections 1, 4 and 5.
t.test('Berlin imported', { skip: skipWithoutShared }, async (t) => {
  const { db } = await preparedDatabase(t, 'berlin');

  t.test('1191 valid shapes of four boundary versions, delivered coordinates kept', async (t) => {
    const { rows } = await sql`
      select g.collection, lower(b.valid)::text as valid_from, upper(b.valid)::text as valid_until,
        count(*) as districts,
        bool_and(st_isvalid(v.geom) and geometrytype(v.geom) = 'MULTIPOLYGON' and st_srid(v.geom) = 4326) as valid,
        bool_and(v.geom @ st_makeenvelope(13.05, 52.3, 13.8, 52.7, 4326)) as inside,
        bool_and(st_isvalid(v.geom_delivered)) as delivered_valid,
        min(st_srid(v.geom_delivered)) as srid, max(st_srid(v.geom_delivered)) as same_srid, min(b.srid) as declared
      from district_version v
      join boundary_version b on b.id = v.boundary_version_id
      join geography g on g.id = b.geography_id
      group by g.collection, b.valid order by g.collection, b.valid`.execute(db);
    const valid = { valid: true, inside: true, delivered_valid: true };
    const utm = { srid: 25833, same_srid: 25833, declared: 25833 };
    const degrees = { srid: 4326, same_srid: 4326, declared: 4326 };
    const since2021 = { valid_from: '2021-01-01', valid_until: null };
    t.strictSame(rows, [
      { collection: 'berlin-bzr', ...since2021, districts: 143, ...valid, ...utm },
      { collection: 'berlin-pgr', ...since2021, districts: 58, ...valid, ...utm },
      {
        collection: 'berlin-plr',
        valid_from: '2006-01-01',
        valid_until: '2021-01-01',
        districts: 448,
        ...valid,
        ...degrees,
      },
      { collection: 'berlin-plr', ...since2021, districts: 542, ...valid, ...utm },
    ]);
    t.match(await countRows(db), { district: 1191, district_version: 1191, observation: 24064, release: 1 });
  });

  t.test('the hierarchy is complete and lies inside', async (t) => {
    const { rows } = await sql`
      select g.collection, p.collection as parent, count(*) as relations,
        count(distinct r.district_id) as districts, count(distinct r.parent_id) as parents,
        bool_and(above.key = left(below.key, length(above.key))) as prefixes,
        bool_and(st_area(st_intersection(v.geom_delivered, w.geom_delivered)) > 0.99 * st_area(v.geom_delivered))
          as inside
      from district_parent r
      join district below on below.id = r.district_id join geography g on g.id = below.geography_id
      join district above on above.id = r.parent_id join geography p on p.id = above.geography_id
      join district_version v on v.district_id = below.id
      join district_version w on w.district_id = above.id
      group by 1, 2 order by 1`.execute(db);
    t.strictSame(rows, [
      {
        collection: 'berlin-bzr',
        parent: 'berlin-pgr',
        relations: 143,
        districts: 143,
        parents: 58,
        prefixes: true,
        inside: true,
      },
      {
        collection: 'berlin-plr',
        parent: 'berlin-bzr',
        relations: 542,
        districts: 542,
        parents: 143,
        prefixes: true,
        inside: true,
      },
    ]);
  });

  t.test('every cell is published once, with its value, or with the reason why not', async (t) => {
    const { rows } = await sql`
      select i.code, o.period, count(*) as cells, count(o.value) as assessed,
        count(*) filter (where o.value is null and o.reason is null) as silent, min(o.value) as least
      from observation o join indicator i on i.id = o.indicator_id
      where i.code in ('mss_s1', 'mss_s2') group by 1, 2 order by 1, 2`.execute(db);
    t.match(rows, [
      { code: 'mss_s1', period: '2013', cells: 447, assessed: 434, silent: 0 },
      { code: 'mss_s1', period: '2019', cells: 447, assessed: 436, silent: 0 },
      { code: 'mss_s1', period: '2021', cells: 542, assessed: 536, silent: 0 },
      { code: 'mss_s2', period: '2013', cells: 447, assessed: 434, silent: 0, least: 0 },
      { code: 'mss_s2', period: '2019', cells: 447, assessed: 0, silent: 0 },
      { code: 'mss_s2', period: '2021', cells: 542, assessed: 0, silent: 0 },
    ]);
  });

  t.test('a second import changes nothing, says so and makes no release', async (t) => {
    const before = await countRows(db);
    const packagePath = join(import.meta.dirname, '../packages/berlin');
    const result = await importPackage(db, { packagePath, dataDir: BERLIN_DATA, dryRun: false });
    t.strictSame(result, {
      package: 'berlin',
      release: null,
      dryRun: false,
      changed: false,
      definitions: 0,
      districts: { added: 0, changed: 0, removed: 0 },
      cells: { added: 0, changed: 0, withdrawn: 0 },
      protection: { method: 'none', cells: 24064, changed: 0 },
    });
    t.strictSame(await countRows(db), before);
  });
});
