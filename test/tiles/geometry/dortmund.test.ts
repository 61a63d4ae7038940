/** Tiles of Dortmund’s 170 Unterbezirke, many of which cross themselves or overlap as delivered. */
import t from 'tap';
import { testDatabase } from '../../support/database.ts';
import { skipWithoutShared } from '../../support/shared.ts';
import { checkCity, repair } from './check-city.ts';
import { readDortmund } from './real-shapes.ts';

t.test('Dortmund’s Unterbezirke', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  const shapes = await repair(db, readDortmund());
  await t.test('WebMercatorQuad', (t) =>
    checkCity(t, db, { shapes, grid: 'WebMercatorQuad', whole: 13, tiles: 5 }),
  );
  await t.test('EU_25832', (t) => checkCity(t, db, { shapes, grid: 'EU_25832', whole: 8, tiles: 3 }));
});
