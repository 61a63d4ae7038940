/** Tiles of the 10,997 German municipalities: scale. */
import t from 'tap';
import { testDatabase } from '../../support/database.ts';
import { skipWithoutShared } from '../../support/shared.ts';
import { checkCity } from './check-city.ts';
import { readMunicipalities } from './real-shapes.ts';

t.test('German municipalities', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  await checkCity(t, db, { shapes: readMunicipalities(), grid: 'WebMercatorQuad', whole: 6, tiles: 1 });
});
