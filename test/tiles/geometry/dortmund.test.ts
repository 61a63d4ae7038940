/** Tiles of Dortmund’s 170 Unterbezirke, many of which overlap as delivered. */
import t from 'tap';
import { testDatabase } from '../../support/database.ts';
import { skipWithoutShared } from '../../support/shared.ts';
import { checkCity, repair } from './check-city.ts';
import { readDortmund } from './real-shapes.ts';

t.test('Dortmund’s 170 Unterbezirke in WebMercatorQuad', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  await checkCity(t, db, {
    shapes: await repair(db, readDortmund()),
    grid: 'WebMercatorQuad',
    whole: 13,
    tiles: 5,
  });
});

t.test('Dortmund’s 170 Unterbezirke in EU_25832', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  await checkCity(t, db, { shapes: await repair(db, readDortmund()), grid: 'EU_25832', whole: 8, tiles: 4 });
});
