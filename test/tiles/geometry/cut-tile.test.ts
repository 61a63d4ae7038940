/** The geometry engine on made-up cities, without the data of real towns. */
import t from 'tap';
import { cutTile } from '../../../src/tiles/geometry/cut-tile.ts';
import { WEB_MERCATOR_QUAD } from '../../../src/tiles/geometry/grid.ts';
import { prepareGeometry } from '../../../src/tiles/geometry/prepare-geometry.ts';
import { flattenShapes } from '../../../src/tiles/geometry/source-shapes.ts';
import { drawVoronoiCity } from '../../bench/voronoi-city.ts';
import { tileAt } from '../tile-bounds.ts';

const city = prepareGeometry(flattenShapes(drawVoronoiCity(200, 7)), WEB_MERCATOR_QUAD);

t.test('a tile that no district touches has no geometry', async (t) => {
  t.equal(cutTile(city, 10, 0, 0), null);
});

t.test('every district is in the one tile of zoom 0, in the order of the columns', async (t) => {
  const cut = cutTile(city, 0, 0, 0)!;
  t.strictSame(
    [...cut.positions],
    Array.from({ length: 200 }, (_, d) => d),
  );
  t.strictSame(
    [...cut.ids],
    Array.from({ length: 200 }, (_, d) => d + 1),
  );
  t.equal(cut.offsets.at(-1), cut.bytes.length);
  t.strictSame([...cut.labels.positions], [...cut.positions]);
});

t.test('a tile inside the city has districts and labels', async (t) => {
  const { x, y } = tileAt(11, [13.4, 52.5]);
  const cut = cutTile(city, 11, x, y)!;
  t.ok(cut.ids.length > 5);
  t.ok(cut.labels.ids.length > 0 && cut.labels.ids.length < cut.ids.length);
});
