/** Tiles of Berlin’s 542 Planungsräume. */
import t from 'tap';
import { testDatabase } from '../../support/database.ts';
import { skipWithoutShared } from '../../support/shared.ts';
import { checkCity } from './check-city.ts';
import { readBerlin } from './real-shapes.ts';

t.test('Berlin’s Planungsräume', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  const shapes = readBerlin();
  await t.test('WebMercatorQuad', (t) =>
    checkCity(t, db, { shapes, grid: 'WebMercatorQuad', whole: 12, tiles: 5 }),
  );
  await t.test('AdV_25833', (t) => checkCity(t, db, { shapes, grid: 'AdV_25833', whole: 7, tiles: 3 }));
});
