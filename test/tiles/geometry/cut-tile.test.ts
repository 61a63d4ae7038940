/** The geometry engine on made-up cities, without the data of real towns. */
import t from 'tap';
import { cutTile } from '../../../src/tiles/geometry/cut-tile.ts';
import { prepareGeometry } from '../../../src/tiles/geometry/prepare-geometry.ts';
import { flattenShapes } from '../../../src/tiles/geometry/source-shapes.ts';
import { requireTileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import { drawVoronoiCity } from '../../bench/voronoi-city.ts';
import { tileAt } from '../tile-bounds.ts';

const GRID = requireTileMatrixSet('WebMercatorQuad');
const city = prepareGeometry(flattenShapes(drawVoronoiCity(200, 7)), GRID, GRID.deepest);

t.test('a tile that no district touches has no geometry', async (t) => {
  t.equal(cutTile(city, { z: 10, x: 0, y: 0 }), null);
});

t.test('every district is in the one tile of zoom 0, in the order of the columns', async (t) => {
  const cut = cutTile(city, { z: 0, x: 0, y: 0 })!;
  t.strictSame(
    [...cut.areas.positions],
    Array.from({ length: 200 }, (_, d) => d),
  );
  t.strictSame(
    [...cut.areas.ids],
    Array.from({ length: 200 }, (_, d) => d + 1),
  );
  t.equal(cut.areas.offsets.at(-1), cut.areas.bytes.length);
  t.strictSame([...cut.labels.positions], [...cut.areas.positions]);
});

t.test('a tile inside the city has districts and labels', async (t) => {
  const { x, y } = tileAt(11, [13.4, 52.5]);
  const cut = cutTile(city, { z: 11, x, y })!;
  t.ok(cut.areas.ids.length > 5);
  t.ok(cut.labels.ids.length > 0 && cut.labels.ids.length < cut.areas.ids.length);
});
