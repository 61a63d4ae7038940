/** Tiles of Berlin’s 542 Planungsräume. */
import t from 'tap';
import { testDatabase } from '../../support/database.ts';
import { skipWithoutShared } from '../../support/shared.ts';
import { checkCity } from './check-city.ts';
import { readBerlin } from './real-shapes.ts';

t.test('Berlin’s 542 Planungsräume in WebMercatorQuad', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  await checkCity(t, db, { shapes: readBerlin(), grid: 'WebMercatorQuad', whole: 12, tiles: 5 });
});

t.test('Berlin’s 542 Planungsräume in AdV_25833', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  await checkCity(t, db, { shapes: readBerlin(), grid: 'AdV_25833', whole: 7, tiles: 4 });
});
