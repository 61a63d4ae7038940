import fc from 'fast-check';
import t from 'tap';
import {
  type Box,
  boundsOf,
  degreesOf,
  limitsOf,
  projectBox,
  requireTile,
  requireTileMatrixSet,
  TILE_MATRIX_SETS,
  tileAt,
  tileMatrices,
} from '../../src/tiles/tile-matrix-set.ts';
import { tileBounds, tileAt as tileOf } from './tile-bounds.ts';

interface Asserting {
  ok(condition: boolean, message: string): unknown;
}

const SETS = [...TILE_MATRIX_SETS.values()];
const SEED = 25832;

/** Degrees in which all German grids hold. */
const lon = fc.double({ min: 5.8, max: 15.1, noNaN: true });
const lat = fc.double({ min: 47.2, max: 55.1, noNaN: true });
const zoom = fc.nat({ max: 14 });

/**
 * Published figures. WebMercatorQuad: OGC 17-083r4, annex D. AdV_25832, EU_25832: GetCapabilities of basemap.de and TopPlusOpen
 * (BKG), as ldproxy's tile matrix sets repeat them. AdV_25833: configurations of ORKa.MV's WMTS.
 */
const PUBLISHED: Record<
  string,
  { scale: number; cell: number; last: number; origin: number[]; size: number[] }
> = {
  WebMercatorQuad: {
    scale: 559082264.0287178,
    cell: 156543.033928041,
    last: 9.55462853564703,
    origin: [-20037508.3427892, 20037508.3427892],
    size: [1, 1],
  },
  AdV_25832: {
    scale: 17471320.7508974,
    cell: 4891.96981025127,
    last: 0.298582141738969,
    origin: [-46133.17, 6301219.54],
    size: [1, 1],
  },
  AdV_25833: {
    scale: 17471320.7508974,
    cell: 4891.96981025,
    last: 0.2985821417,
    origin: [-464849.38, 6310160.14],
    size: [1, 1],
  },
  EU_25832: {
    scale: 17471320.750897426,
    cell: 4891.96981025128,
    last: 0.2985821417389695,
    origin: [-3803165.98427299, 8805908.08284866],
    size: [6, 5],
  },
};

t.test('the grids have the published origins, scales and sizes', async (t) => {
  t.strictSame(
    SETS.map(({ id }) => id),
    Object.keys(PUBLISHED),
  );
  for (const set of SETS) {
    const { scale, cell, last, origin, size } = PUBLISHED[set.id]!;
    const matrices = tileMatrices(set);
    const [first] = matrices;
    near(t, first!.scaleDenominator / scale, 1, 1e-10);
    near(t, first!.cellSize / cell, 1, 1e-10);
    near(t, matrices[14]!.cellSize / last, 1, 1e-9);
    t.equal(matrices.length, set.id === 'WebMercatorQuad' ? 25 : 15);
    for (const axis of [0, 1]) near(t, first!.pointOfOrigin[axis]!, origin[axis]!, 1e-6);
    t.strictSame([first!.matrixWidth, first!.matrixHeight], size, set.id);
    t.strictSame([first!.tileWidth, first!.tileHeight, first!.id], [256, 256, '0']);
    t.equal(matrices[14]!.matrixWidth, size[0]! * 16384);
  }
});

/** Near Berlin's Fernsehturm, by GDAL 3.6.2: echo 13.40945 52.52082 | gdaltransform -s_srs OGC:CRS84 -t_srs EPSG:25832 */
t.test('projections agree with those of GDAL to a millimetre', async (t) => {
  for (const [id, x, y] of [
    ['WebMercatorQuad', 1492733.14581786, 6894849.81798859],
    ['AdV_25832', 799108.935535381, 5828109.49390903],
    ['AdV_25833', 392083.181294542, 5820156.69876328],
  ] as const) {
    const [east, north] = requireTileMatrixSet(id).project(13.40945, 52.52082);
    near(t, east, x, 0.001);
    near(t, north, y, 0.001);
  }
});

t.test('WebMercatorQuad is the grid of z/x/y tiles', async (t) => {
  const set = requireTileMatrixSet('WebMercatorQuad');
  fc.assert(
    fc.property(lon, lat, zoom, (x, y, z) => {
      const tile = tileAt(set, z, x, y);
      t.match(tile, tileOf(z, [x, y]));
      const [bounds, edges] = [degreesOf(set, tile), tileBounds(z, tile.x, tile.y)];
      for (const i of [0, 1, 2, 3]) near(t, bounds[i]!, edges[i]!, 1e-9);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

for (const set of SETS) {
  t.test(`${set.id}: a tile's bounds hold its points, in metres and in degrees`, async (t) => {
    fc.assert(
      fc.property(lon, lat, zoom, (x, y, z) => {
        const tile = tileAt(set, z, x, y);
        const address = requireTile(set, String(z), tile.y, tile.x);
        t.strictSame(address, tile);
        t.ok(holds(boundsOf(set, tile), set.project(x, y), 0));
        t.ok(holds(degreesOf(set, tile), [x, y], 1e-9));
        const [backX, backY] = set.unproject(...set.project(x, y));
        near(t, backX, x, 1e-9);
        near(t, backY, y, 1e-9);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  t.test(
    `${set.id}: the limits hold the tile of every point of a box, and touch it at each side`,
    async (t) => {
      fc.assert(
        fc.property(lon, lat, lon, lat, zoom, (a, b, c, d, z) => {
          const box: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
          const limits = limitsOf(set, box, z)!;
          const tiles = pointsAlong(box).map((point) => tileAt(set, z, ...point));
          const [rows, cols] = [tiles.map(({ y }) => y), tiles.map(({ x }) => x)];
          t.ok(Math.min(...rows) >= limits.minTileRow && Math.max(...rows) <= limits.maxTileRow);
          t.ok(Math.min(...cols) >= limits.minTileCol && Math.max(...cols) <= limits.maxTileCol);
          t.equal(limits.tileMatrix, String(z));
          const [west, south, east, north] = projectBox(set, box);
          const corner = boundsOf(set, { z, x: limits.minTileCol, y: limits.minTileRow });
          const last = boundsOf(set, { z, x: limits.maxTileCol, y: limits.maxTileRow });
          t.ok(holds(corner, [west, north], 1e-6) && holds(last, [east, south], 1e-6));
        }),
        { seed: SEED, numRuns: 60 },
      );
    },
  );

  t.test(`${set.id}: squares of the quadtree are its tiles`, async (t) => {
    const z = 3;
    const side = set.rootSize / 2 ** (z + set.rootLevels);
    const [west, , east, north] = boundsOf(set, { z, x: 5, y: 6 });
    near(t, east - west, side, 1e-6);
    near(t, west, set.originX + 5 * side, 1e-6);
    near(t, north, set.originY - 6 * side, 1e-6);
    t.ok(2 ** set.rootLevels >= Math.max(set.columns, set.rows));
  });

  t.test(`${set.id}: tiles outside of it are not found`, async (t) => {
    const [rows, cols] = [set.rows * 8, set.columns * 8];
    t.strictSame(requireTile(set, '3', rows - 1, cols - 1), { z: 3, x: cols - 1, y: rows - 1 });
    for (const [z, row, col, field] of [
      ['3', rows, 0, 'tileRow'],
      ['3', 0, cols, 'tileCol'],
      ['0', 2147483647, 0, 'tileRow'],
      ['15', 0, 0, 'tileMatrix'],
    ] as const) {
      t.throws(() => requireTile(set, z, row, col), {
        code: 'not_found',
        items: [{ code: 'tile_outside', field, expected: /^0 to \d+/ }],
      });
    }
  });
}

t.test('EU_25832 has the tiles of AdV_25832, three more to the west and two more to the north', async (t) => {
  const [adv, eu] = [requireTileMatrixSet('AdV_25832'), requireTileMatrixSet('EU_25832')];
  fc.assert(
    fc.property(lon, lat, zoom, (x, y, z) => {
      const [a, b] = [tileAt(adv, z, x, y), tileAt(eu, z, x, y)];
      t.strictSame([b.x, b.y], [a.x + 3 * 2 ** z, a.y + 2 * 2 ** z]);
    }),
    { seed: SEED, numRuns: 50 },
  );
});

t.test('a box outside of a grid has no limits', async (t) => {
  const set = requireTileMatrixSet('AdV_25832');
  for (const box of [
    [-8, 40, -7, 41],
    [30, 50, 31, 51],
    [9, 60, 10, 61],
    [9, 40, 10, 41],
  ] satisfies Box[]) {
    t.equal(limitsOf(set, box, 5), null, String(box));
  }
});

t.test('an unknown grid is not found', async (t) => {
  t.throws(() => requireTileMatrixSet('WorldCRS84Quad'), {
    code: 'not_found',
    items: [{ field: 'tileMatrixSetId', got: 'WorldCRS84Quad', expected: /AdV_25833/ }],
  });
});

function near(t: Asserting, got: number, want: number, tolerance: number): void {
  t.ok(Math.abs(got - want) <= tolerance, `got ${got}, expected ${want}`);
}

function holds(box: Box, [x, y]: readonly [number, number], tolerance: number): boolean {
  const [west, south, east, north] = box;
  return x >= west - tolerance && x <= east + tolerance && y >= south - tolerance && y <= north + tolerance;
}

/** Points on the edges of a box, the corners among them. */
function pointsAlong([west, south, east, north]: Box): [number, number][] {
  return Array.from({ length: 21 }, (_, i) => i / 20).flatMap((part): [number, number][] => [
    [west + part * (east - west), south],
    [west + part * (east - west), north],
    [west, south + part * (north - south)],
    [east, south + part * (north - south)],
  ]);
}
