import t from 'tap';
import { requireGeography } from '../../src/catalog/catalog.ts';
import { readCatalog } from '../../src/catalog/store.ts';
import { requireTileMatrixSet } from '../../src/tiles/tile-matrix-set.ts';
import { resolveTileSet } from '../../src/tiles/tile-set.ts';
import { preparedDatabase } from '../support/prepared.ts';
import { TODAY } from '../support/service.ts';

const GRID = requireTileMatrixSet('WebMercatorQuad');

t.test('a collection called null is not taken for the set of all collections', async (t) => {
  const known = await readCatalog((await preparedDatabase(t, 'demo')).db);
  const quarters = { ...requireGeography(known, 'musterstadt-quartier'), collection: 'null' };
  const catalog = { ...known, geographies: new Map([...known.geographies, ['null', quarters]]) };
  const resolve = (collection: string | null) =>
    resolveTileSet(catalog, collection, GRID, { measures: ['value'] }, '', TODAY);
  const [all, one] = [resolve(null), resolve('null')];
  t.strictSame([all.layers.length, one.layers.length], [catalog.geographies.size, 1]);
  t.not(all.key, one.key);
  t.equal(resolve('null'), one, 'what was resolved is remembered');
});
