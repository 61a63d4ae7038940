import type { MultiPolygon } from 'geojson';
import { sql } from 'kysely';
import t from 'tap';
import { findProjection } from '../../src/districts/project-metres.ts';
import { testDatabase } from '../support/database.ts';

t.setTimeout(240_000);

/** Corners of Germany and the middle of Berlin. */
const PLACES = [
  [5.87, 51.05],
  [15.04, 51.27],
  [8.42, 55.06],
  [10.18, 47.27],
  [13.404954, 52.520008],
];

t.test('metres are those of PostGIS to a micrometre', async (t) => {
  const { db } = await testDatabase(t);
  for (const from of [4326, 4258, 3857, 25832, 25833])
    for (const to of [25832, 25833]) {
      const { rows } = await sql<{ x: number; y: number; east: number; north: number }>`
        select st_x(p) as x, st_y(p) as y, st_x(st_transform(p, ${to}::int)) as east, st_y(st_transform(p, ${to}::int)) as north
        from (select st_transform(st_setsrid(st_makepoint(x, y), 4326), ${from}::int) as p
          from unnest(${PLACES.map(([x]) => x)}::float8[], ${PLACES.map(([, y]) => y)}::float8[]) as place(x, y)) as given`.execute(
        db,
      );
      const shape: MultiPolygon = { type: 'MultiPolygon', coordinates: [[rows.map(({ x, y }) => [x, y])]] };
      const projected = findProjection(from, to)!(shape).coordinates[0]![0]!;
      rows.forEach(({ east, north }, i) => {
        const distance = Math.hypot(projected[i]![0]! - east, projected[i]![1]! - north);
        t.ok(distance < 1e-6, `${from} to ${to}, place ${i}: ${distance} m`);
      });
    }
});

t.test('nothing is computed where nothing changes, and other datums are left to PostGIS', async (t) => {
  const shape: MultiPolygon = { type: 'MultiPolygon', coordinates: [] };
  t.equal(findProjection(31467, 31467)!(shape), shape);
  t.equal(findProjection(31467, 25832), null);
  t.equal(findProjection(4326, 31467), null);
});
