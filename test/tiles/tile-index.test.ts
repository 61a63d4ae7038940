import type { MultiPolygon, Position } from 'geojson';
import t from 'tap';
import { encodeTile } from '../../src/tiles/encode-tile.ts';
import { buildTileIndex } from '../../src/tiles/tile-index.ts';
import { requireTileMatrixSet } from '../../src/tiles/tile-matrix-set.ts';
import { decodeTile, doubleArea } from './decode-tile.ts';
import { tileAt } from './tile-bounds.ts';

const MERCATOR = requireTileMatrixSet('WebMercatorQuad');

/** An anticlockwise square of the given side in degrees. */
function square(west: number, south: number, side: number): Position[] {
  return [
    [west, south],
    [west + side, south],
    [west + side, south + side],
    [west, south + side],
    [west, south],
  ];
}

function shape(districtId: number, coordinates: MultiPolygon['coordinates']) {
  return { districtId, geometry: { type: 'MultiPolygon' as const, coordinates } };
}

t.test('parts of a district are one feature, each with its own holes', async (t) => {
  const index = buildTileIndex(
    [
      shape(7, [[square(10, 50, 1), square(10.2, 50.2, 0.2)], [square(9, 50, 0.5)]]),
      shape(8, [[square(10.2, 50.2, 0.2)]]),
    ],
    MERCATOR,
  );
  const cut = index.cut(5, ...address(5, 10.3, 50.3));
  t.strictSame(
    cut.map(({ id, polygons }) => [id, polygons.map((rings) => rings.length)]),
    [
      [7, [2, 1]],
      [8, [1]],
    ],
  );
  const [layer] = decodeTile(
    encodeTile(
      'districts',
      cut.map((part) => ({ ...part, attributes: [] })),
    ),
  );
  t.strictSame(
    layer!.features.map(({ id, rings }) => [id, rings.map((ring) => Math.sign(doubleArea(ring)))]),
    [
      [7, [1, -1, 1]],
      [8, [1]],
    ],
  );
});

t.test('the direction in which rings are given makes no difference', async (t) => {
  const rings = [square(10, 50, 1), square(10.2, 50.2, 0.2)];
  const [given, turned] = [rings, rings.map((ring) => [...ring].reverse())].map((coordinates) => {
    const [cut] = buildTileIndex([shape(7, [coordinates])], MERCATOR).cut(5, ...address(5, 10.3, 50.3));
    return decodeTile(encodeTile('districts', [{ ...cut!, attributes: [] }]))[0]!.features[0]!.rings;
  });
  t.strictSame(
    given!.map((ring) => doubleArea(ring)),
    turned!.map((ring) => doubleArea(ring)),
  );
});

t.test('shapes go on for 64 units beyond the edges, so that outlines do not show there', async (t) => {
  const [cut] = buildTileIndex([shape(7, [[square(-40, 0, 80)]])], MERCATOR).cut(5, ...address(5, 10, 50));
  const [ring] = cut!.polygons[0]!;
  for (const axis of [0, 1] as const) {
    const units = ring!.map((point) => point[axis]);
    t.strictSame([Math.min(...units), Math.max(...units)], [-64, 4160]);
  }
});

t.test('a tile far away has no districts', async (t) => {
  t.strictSame(buildTileIndex([shape(7, [[square(10, 50, 1)]])], MERCATOR).cut(5, 0, 0), []);
});

function address(z: number, lon: number, lat: number): [number, number] {
  const { x, y } = tileAt(z, [lon, lat]);
  return [x, y];
}
