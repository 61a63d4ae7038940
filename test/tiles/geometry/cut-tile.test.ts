/** The geometry engine on made-up cities, without the data of real towns. */
import t from 'tap';
import { cutTile, type TileCut } from '../../../src/tiles/geometry/cut-tile.ts';
import { prepareGeometry } from '../../../src/tiles/geometry/prepare-geometry.ts';
import { flattenShapes } from '../../../src/tiles/geometry/source-shapes.ts';
import { requireTileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import { drawVoronoiCity } from '../../bench/voronoi-city.ts';
import { doubleArea } from '../decode-tile.ts';
import { tileAt, tileBounds } from '../tile-bounds.ts';
import { decodeCut } from './inspect-cut.ts';
import { drawTown } from './random-town.ts';

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

/** Degrees of a place given in units of the tile 12/2200/1343. */
function place(x: number, y: number): [number, number] {
  const [west, , east] = tileBounds(12, 2200, 1343);
  const row = (1343 + y / 4096) / 2 ** 12;
  return [west + ((east - west) * x) / 4096, (Math.atan(Math.sinh(Math.PI * (1 - 2 * row))) * 180) / Math.PI];
}

/** Tile 12/2200/1343 of districts whose polygons are given in its units. */
function cutPlan(...districts: [number, number][][][][]): TileCut | null {
  const shapes = districts.map((polygons, i) => ({
    districtId: i + 1,
    geometry: {
      type: 'MultiPolygon' as const,
      coordinates: polygons.map((rings) => rings.map((ring) => ring.map(([x, y]) => place(x, y)))),
    },
  }));
  return cutTile(prepareGeometry(flattenShapes(shapes), GRID, GRID.deepest), { z: 12, x: 2200, y: 1343 });
}

/** A closed ring round a box, anticlockwise on the screen. */
function box(left: number, top: number, right: number, bottom: number): [number, number][] {
  return [
    [left, top],
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
}

/** Rings from their smallest point on, as text. */
function ringsOf(cut: TileCut | null): Record<number, string[]> {
  return Object.fromEntries(
    decodeCut(cut!.areas).map(({ id, rings }) => [
      id,
      rings.map((ring) => {
        const open = ring.slice(1);
        const first = open.reduce(
          (best, p, i) => ((p[0] - open[best]![0] || p[1] - open[best]![1]) < 0 ? i : best),
          0,
        );
        return [...open.slice(first), ...open.slice(0, first)].join(' ');
      }),
    ]),
  );
}

for (const [name, { given, want }] of Object.entries<{
  given: [number, number][][][][];
  want: Record<number, string[]>;
}>({
  'coordinates are rounded to the nearest unit, rings are clockwise on the screen': {
    given: [[[box(100.3, 100.7, 200.6, 200.2)]]],
    want: { 1: ['100,101 201,101 201,200 100,200'] },
  },
  'an enclave is a district within the hole of another': {
    given: [[[box(100, 100, 200, 200), box(120, 120, 140, 140)]], [[box(120, 120, 140, 140)]]],
    want: {
      1: ['100,100 200,100 200,200 100,200', '120,120 120,140 140,140 140,120'],
      2: ['120,120 140,120 140,140 120,140'],
    },
  },
  'parts of a district are one feature, each with its own holes': {
    given: [[[box(100, 100, 200, 200)], [box(300, 100, 400, 200), box(320, 120, 340, 140)]]],
    want: {
      1: [
        '100,100 200,100 200,200 100,200',
        '300,100 400,100 400,200 300,200',
        '320,120 320,140 340,140 340,120',
      ],
    },
  },
  'a district of less than a unit is one unit, an island of less goes': {
    given: [
      [[box(100.1, 100.1, 100.3, 100.3)]],
      [[box(500, 500, 600, 600)], [box(700.1, 700.1, 700.2, 700.2)]],
    ],
    want: { 1: ['100,100 101,100 101,101 100,101'], 2: ['500,500 600,500 600,600 500,600'] },
  },
  'what lies across the edge goes on for 64 units': {
    given: [[[box(-5000, 100, 9000, 200)]], [[box(-500, -500, 5000, 50)]]],
    want: { 1: ['-64,100 4160,100 4160,200 -64,200'], 2: ['-64,-64 4160,-64 4160,50 -64,50'] },
  },
  'a district of many tiles that reaches the pole of the grid is cut like any other': {
    given: [[[box(-900_000, -5_000_000, 3_000_000, 200)]]],
    want: { 1: ['-64,-64 4160,-64 4160,200 -64,200'] },
  },
  'two arms that leave the tile together are two rings': {
    given: [
      [
        [
          [
            [4000, 100],
            [4500, 100],
            [4500, 400],
            [4000, 400],
            [4000, 300],
            [4400, 300],
            [4400, 200],
            [4000, 200],
            [4000, 100],
          ],
        ],
      ],
    ],
    want: { 1: ['4000,300 4160,300 4160,400 4000,400', '4000,100 4160,100 4160,200 4000,200'] },
  },
  'a hole that the edge cuts opens the outline': {
    given: [[[box(4000, 100, 4500, 400), box(4100, 200, 4300, 300)]]],
    want: { 1: ['4000,100 4160,100 4160,200 4100,200 4100,300 4160,300 4160,400 4000,400'] },
  },
  'a vertex of a neighbour on an edge is the edge’s as well, one a hand off moves': {
    given: [
      [[box(100, 100, 200, 200)]],
      [
        [
          [
            [200, 100],
            [200.05, 150],
            [200, 200],
            [300, 200],
            [300, 100],
            [200, 100],
          ],
        ],
      ],
    ],
    want: { 1: ['100,100 200,100 200,200 100,200'], 2: ['200,100 300,100 300,200 200,200'] },
  },
  'a neck thinner than a unit parts the district': {
    given: [
      [
        [
          [
            [100, 100],
            [200, 100],
            [200, 149.8],
            [300, 149.8],
            [300, 100],
            [400, 100],
            [400, 200],
            [300, 200],
            [300, 150.2],
            [200, 150.2],
            [200, 200],
            [100, 200],
            [100, 100],
          ],
        ],
      ],
    ],
    want: {
      1: ['100,100 200,100 200,150 200,200 100,200', '300,100 400,100 400,200 300,200 300,150'],
    },
  },
  'an outline that comes back to a point is two rings': {
    given: [
      [
        [
          [
            [100, 100],
            [200, 200],
            [300, 100],
            [300, 300],
            [200, 200],
            [100, 300],
            [100, 100],
          ],
        ],
      ],
    ],
    want: { 1: ['100,100 200,200 100,300', '200,200 300,100 300,300'] },
  },
  'a district of a few units keeps its vertices, though each bends its border by little': {
    given: [
      [
        [
          [
            [100, 100],
            [103, 101.2],
            [106, 100],
            [103, 98.8],
            [100, 100],
          ],
        ],
      ],
    ],
    want: { 1: ['100,100 103,99 106,100 103,101'] },
  },
  'a border is not straightened over an enclave that stands in its bend': {
    given: [
      [
        [
          [
            [50, 100],
            [50, 200],
            [150, 200],
            [150, 100],
            [104, 100],
            [103.2, 98.05],
            [102, 97.4],
            [100.8, 98],
            [100, 100],
            [50, 100],
          ],
          box(101.2, 97.9, 102.6, 99.3),
        ],
      ],
      [[box(101.2, 97.9, 102.6, 99.3)]],
    ],
    want: {
      1: ['50,100 100,100 101,98 101,99 103,99 103,98 104,100 150,100 150,200 50,200'],
      2: ['101,98 103,98 103,99 101,99'],
    },
  },
})) {
  t.test(name, async (t) => {
    const rings = ringsOf(cutPlan(...given));
    t.strictSame(
      Object.fromEntries(Object.entries(rings).map(([id, list]) => [id, list.toSorted()])),
      Object.fromEntries(Object.entries(want).map(([id, list]) => [id, list.toSorted()])),
    );
  });
}

t.test('a label stands inside its district, away from holes, in one tile only', async (t) => {
  // A ring-shaped district: its centre of mass is in the hole.
  const cut = cutPlan([[box(100, 100, 400, 400), box(150, 150, 350, 350)]])!;
  const [label] = decodeCut(cut.labels);
  const [[x, y]] = label!.rings[0]! as [[number, number]];
  t.equal(label!.type, 1);
  const distances = [x - 100, y - 100, 400 - x, 400 - y];
  t.ok(Math.min(...distances) >= 20 && Math.min(...distances) <= 30, `${x}, ${y}`);
  t.strictSame(decodeCut(cutPlan([[box(4090, 100, 4200, 200)]])!.labels), [], 'it is in the next tile');
});

t.test('borders that differ by no more than a unit of the deepest zoom are one', async (t) => {
  const exact = drawVoronoiCity(40, 5);
  const doubled = drawTown({
    districts: 40,
    seed: 5,
    enclaves: 0,
    lakes: 0,
    islands: 0,
    doubled: 12,
    size: 0,
  });
  // A third of a unit east: some coordinates are rounded to the next unit.
  const moved = exact.map(({ districtId, geometry }) => ({
    districtId,
    geometry: {
      type: 'MultiPolygon' as const,
      coordinates: geometry.coordinates.map((rings) =>
        rings.map((ring) => ring.map(([lon, lat]) => [lon! + (districtId % 2) * 2e-6, lat!])),
      ),
    },
  }));
  const [want, ...got] = [exact, doubled, moved].map((shapes) => {
    const { arcs, refs } = prepareGeometry(flattenShapes(shapes), GRID, GRID.deepest);
    return { arcs: arcs.length, refs: refs.length };
  });
  for (const counts of got) t.strictSame(counts, want);
});

t.test('tiles of a small town, decoded', async (t) => {
  const shapes = drawTown({
    districts: 9,
    seed: 4,
    enclaves: 1,
    lakes: 1,
    islands: 1,
    doubled: 2,
    size: 0.02,
  });
  const town = prepareGeometry(flattenShapes(shapes), GRID, GRID.deepest);
  for (const z of [2, 5, 8]) {
    const address = { z, ...tileAt(z, [13.4, 52.5]) };
    const cut = cutTile(town, address)!;
    const labels = new Map(decodeCut(cut.labels).map(({ id, rings }) => [id, rings[0]![0]]));
    const lines = decodeCut(cut.areas).flatMap(({ id, rings }) => [
      `district ${id}, label ${labels.get(id) ?? 'elsewhere'}`,
      ...rings.map((ring) => `  ${doubleArea(ring) > 0 ? 'outer' : 'hole '} ${ring.join(' ')}`),
    ]);
    t.matchSnapshot(lines.join('\n'), `tile ${z}/${address.x}/${address.y}`);
  }
});
