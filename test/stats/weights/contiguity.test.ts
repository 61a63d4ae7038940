import fc from 'fast-check';
import t from 'tap';
import { findQueenNeighbours, findRookNeighbours } from '../../../src/stats/weights/contiguity.ts';
import { packPolygons, type Shape } from '../../../src/stats/weights/polygons.ts';
import { drawTessellation } from '../../bench/stats-contiguity.ts';
import { linkGrid, listLinks, readGolden } from '../golden.ts';

/** A closed ring from corners. */
function draw(...corners: [number, number][]): Shape {
  return { type: 'Polygon', coordinates: [[...corners, corners[0]!]] };
}

function square(x: number, y: number, size = 1): Shape {
  return draw([x, y], [x + size, y], [x + size, y + size], [x, y + size]);
}

t.test('queen neighbours of columbus equal poly2nb', async (t) => {
  const golden = readGolden<{ geojson: { features: { geometry: Shape }[] }; queen: number[][] }>(
    'columbus_weights',
  );
  const shapes = packPolygons(golden.geojson.features.map((feature) => feature.geometry));
  const queen = findQueenNeighbours(shapes, 1e-7);
  t.same(listLinks(queen), golden.queen);
  t.same(queen.weights, new Float64Array(queen.neighbours.length).fill(1));
});

t.test('a grid of squares has the neighbours of a chess king', async (t) => {
  const shapes = Array.from({ length: 20 }, (_, i) => square((i % 5) * 100, Math.floor(i / 5) * 100, 100));
  const queen = findQueenNeighbours(packPolygons(shapes));
  t.same(listLinks(queen), listLinks(linkGrid(4, 5)));
  t.equal(queen.joinedByTolerance.length, 0);
});

interface Case {
  name: string;
  shapes: (Shape | null)[];
  tolerance?: number;
  links: number[][];
  joined: number[];
}

const hole = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [9, 0],
      [9, 9],
      [0, 9],
      [0, 0],
    ],
    [
      [3, 3],
      [3, 6],
      [6, 6],
      [6, 3],
      [3, 3],
    ],
  ],
} satisfies Shape;

const CASES: Case[] = [
  { name: 'a common corner', shapes: [square(0, 0), square(1, 1)], links: [[1], [0]], joined: [] },
  {
    name: 'a T-junction, the corner in the middle of the other border',
    shapes: [square(0, 0, 10), draw([10, 2], [20, 2], [20, 7], [10, 7])],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'a corner on a slanting border',
    shapes: [draw([0, 0], [9, 3], [0, 6]), draw([4.5, 1.5], [8, 0], [9, 1])],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'tolerance 0, two rectangles on a third',
    shapes: [square(0, 2, 2), square(2, 2, 2), draw([-1, 0], [5, 0], [5, 2], [-1, 2])],
    tolerance: 0,
    links: [
      [1, 2],
      [0, 2],
      [0, 1],
    ],
    joined: [],
  },
  {
    name: 'a T-junction that misses the border by 9 mm',
    shapes: [square(0, 0, 10), draw([10.009, 2], [20, 2], [20, 7], [10.009, 7])],
    links: [[1], [0]],
    joined: [0, 1],
  },
  { name: 'a gap of 9 mm', shapes: [square(0, 0), square(1.009, 0)], links: [[1], [0]], joined: [0, 1] },
  {
    name: 'a gap of 9 mm above',
    shapes: [square(0, 0), square(0, 1.009)],
    links: [[1], [0]],
    joined: [0, 1],
  },
  { name: 'a gap of 11 mm', shapes: [square(0, 0), square(1.011, 0)], links: [[], []], joined: [] },
  {
    name: 'a gap of 2 m with a tolerance of 3 m',
    shapes: [square(0, 0, 50), square(52, 0, 50)],
    tolerance: 3,
    links: [[1], [0]],
    joined: [0, 1],
  },
  {
    name: 'tolerance 0, touching',
    shapes: [square(0, 0), square(1, 0)],
    tolerance: 0,
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'tolerance 0, 1 µm apart',
    shapes: [square(0, 0), square(1 + 1e-6, 0)],
    tolerance: 0,
    links: [[], []],
    joined: [],
  },
  { name: 'an enclave in a hole', shapes: [hole, square(3, 3, 3)], links: [[1], [0]], joined: [] },
  { name: 'an enclave that fills part of a hole', shapes: [hole, square(4, 4)], links: [[], []], joined: [] },
  {
    name: 'a unit over the inside of another',
    shapes: [square(0, 0, 9), square(4, 4)],
    links: [[], []],
    joined: [],
  },
  {
    name: 'crossing bars whose corners are far apart',
    shapes: [draw([0, 4], [9, 4], [9, 5], [0, 5]), draw([4, 0], [5, 0], [5, 9], [4, 9])],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'the second part of a unit',
    shapes: [
      {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [0, 0],
              [1, 0],
              [0, 1],
              [0, 0],
            ],
          ],
          [
            [
              [50, 50],
              [51, 50],
              [50, 51],
              [50, 50],
            ],
          ],
        ],
      },
      square(51, 50),
    ],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'a unit without a shape',
    shapes: [square(0, 0), null, square(1, 0)],
    links: [[2], [], [0]],
    joined: [],
  },
  {
    name: 'boxes that overlap, shapes that do not',
    shapes: [draw([0, 0], [9, 0], [0, 9]), draw([9, 9], [9, 2], [2, 9])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'a repeated vertex',
    shapes: [draw([0, 0], [1, 0], [1, 0], [1, 1], [0, 1]), square(1, 0)],
    links: [[1], [0]],
    joined: [],
  },
  { name: 'no units', shapes: [], links: [], joined: [] },
  { name: 'no shapes', shapes: [null, null], links: [[], []], joined: [] },
];

for (const { name, shapes, tolerance, links, joined } of CASES) {
  t.test(name, async (t) => {
    const queen = findQueenNeighbours(packPolygons(shapes), tolerance);
    t.same(listLinks(queen), links);
    t.same([...queen.joinedByTolerance], joined);
  });
}

/** A ring of many short segments around a wobbling circle: more vertices than one run holds. */
function blob(x: number, y: number, radius: number, vertices: number): Shape {
  return draw(
    ...Array.from({ length: vertices }, (_, k): [number, number] => {
      const angle = (2 * Math.PI * k) / vertices;
      const r = radius * (1 + 0.1 * Math.sin(7 * angle));
      return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
    }),
  );
}

/** Smallest distance of any vertex to any segment, or 0 where segments cross, by trying all of them. */
function measureGap(a: Shape, b: Shape): number {
  const [p, q] = [a, b].map((shape) => shape.coordinates[0] as unknown as [number, number][]);
  let least = Infinity;
  for (const [from, to] of [
    [p!, q!],
    [q!, p!],
  ] as const) {
    for (const [x, y] of from) {
      for (let k = 1; k < to.length; k++) {
        const [ax, ay] = to[k - 1]!;
        const [bx, by] = to[k]!;
        const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
        const at = Math.min(1, Math.max(0, along));
        least = Math.min(least, Math.hypot(x - ax - at * (bx - ax), y - ay - at * (by - ay)));
      }
    }
  }
  for (let k = 1; k < p!.length; k++) {
    for (let m = 1; m < q!.length; m++) {
      const [a0, a1, b0, b1] = [p![k - 1]!, p![k]!, q![m - 1]!, q![m]!];
      if (turnsLeft(a0, a1, b0) !== turnsLeft(a0, a1, b1) && turnsLeft(b0, b1, a0) !== turnsLeft(b0, b1, a1))
        return 0;
    }
  }
  return least;
}

function turnsLeft(
  [ax, ay]: [number, number],
  [bx, by]: [number, number],
  [cx, cy]: [number, number],
): boolean {
  return (bx - ax) * (cy - ay) > (by - ay) * (cx - ax);
}

t.test('distance decides, however many vertices and whatever the order of units', async (t) => {
  const place = fc.record({
    x: fc.integer({ min: 0, max: 60 }),
    y: fc.integer({ min: 0, max: 60 }),
    radius: fc.integer({ min: 5, max: 15 }),
    vertices: fc.integer({ min: 40, max: 90 }),
  });
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 6 }), (places) => {
      const shapes = places.map(({ x, y, radius, vertices }) => blob(x, y, radius, vertices));
      const n = shapes.length;
      const links = listLinks(findQueenNeighbours(packPolygons(shapes), 1));
      const reversed = listLinks(findQueenNeighbours(packPolygons([...shapes].reverse()), 1));
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (i === j) continue;
          t.equal(links[i]!.includes(j), measureGap(shapes[i]!, shapes[j]!) <= 1, `${i}-${j}`);
          t.equal(links[i]!.includes(j), links[j]!.includes(i), 'symmetric');
          t.equal(links[i]!.includes(j), reversed[n - 1 - i]!.includes(n - 1 - j), 'reversed');
        }
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

t.test('rows ascend and never hold the unit itself', async (t) => {
  const shapes = Array.from({ length: 30 }, (_, i) => square((i * 7) % 30, 0, 1.0));
  for (const [i, list] of listLinks(findQueenNeighbours(packPolygons(shapes))).entries()) {
    t.same(
      list,
      [...list].sort((a, b) => a - b),
    );
    t.notOk(list.includes(i));
    t.ok(list.length >= 1);
  }
});

for (const tolerance of [-1, Number.NaN, Infinity]) {
  t.test(`refuses a tolerance of ${tolerance}`, async (t) => {
    t.throws(() => findQueenNeighbours(packPolygons([]), tolerance), { name: 'RangeError' });
  });
}

const BAD_RINGS: [string, number[][], RegExp][] = [
  [
    'too short',
    [
      [0, 0],
      [1, 1],
      [0, 0],
    ],
    /ring of 3 positions in unit 1/,
  ],
  [
    'not closed',
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
    /unit 1 that ends at 0,1/,
  ],
  [
    'not finite',
    [
      [0, 0],
      [1, Number.NaN],
      [1, 1],
      [0, 0],
    ],
    /position 1, NaN in unit 1/,
  ],
];

for (const [name, ring, message] of BAD_RINGS) {
  t.test(`refuses a ring that is ${name}`, async (t) => {
    const shapes: Shape[] = [square(0, 0), { type: 'Polygon', coordinates: [ring] }];
    t.throws(() => packPolygons(shapes), { name: 'RangeError', message });
  });
}

t.test('rook neighbours of columbus equal poly2nb(queen = FALSE)', async (t) => {
  const golden = readGolden<{ geojson: { features: { geometry: Shape }[] }; rook: number[][] }>(
    'columbus_weights',
  );
  const shapes = packPolygons(golden.geojson.features.map((feature) => feature.geometry));
  t.same(listLinks(findRookNeighbours(shapes, 1e-7)), golden.rook);
});

t.test('a grid of squares has the rook neighbours of a chess rook', async (t) => {
  const shapes = Array.from({ length: 12 }, (_, i) => square((i % 4) * 100, Math.floor(i / 4) * 100, 100));
  const rook = findRookNeighbours(packPolygons(shapes));
  t.same(listLinks(rook)[5], [1, 4, 6, 9]);
  t.equal(rook.neighbours.length, 2 * 17);
  t.equal(rook.joinedByTolerance.length, 0);
  t.equal(rook.tolerance, 0.01);
});

const ROOK_CASES: Case[] = [
  { name: 'a common corner', shapes: [square(0, 0), square(1, 1)], links: [[], []], joined: [] },
  {
    name: 'two common corners and no common border',
    shapes: [draw([0, 0], [9, 0], [9, 9], [7, 4], [2, 4], [0, 9]), draw([0, 9], [9, 9], [9, 12], [0, 12])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'a T-junction, no vertex in common',
    shapes: [square(0, 0, 10), draw([10, 2], [20, 2], [20, 7], [10, 7])],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'a slanting T-junction in projected coordinates',
    shapes: [
      draw([380_000, 5_800_000], [383_000, 5_801_000], [380_000, 5_803_000]),
      draw([380_600, 5_800_200], [381_500, 5_800_500], [381_500, 5_799_000]),
    ],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'a border that one side cuts in two, the extra vertex 8 mm beside it',
    shapes: [
      draw([0, 0], [5000, 0], [5000, 900], [0, 900]),
      draw([0, 0], [2000, -0.008], [5000, 0], [9, -900]),
    ],
    links: [[1], [0]],
    joined: [0, 1],
  },
  {
    name: 'the same with 12 mm',
    shapes: [
      draw([0, 0], [5000, 0], [5000, 900], [0, 900]),
      draw([0, 0], [2000, -0.012], [5000, 0], [9, -900]),
    ],
    links: [[], []],
    joined: [],
  },
  {
    name: 'a border of 9 mm',
    shapes: [square(0, 0), draw([1, 0.991], [2, 0.991], [2, 2], [1, 2])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'a border of 11 mm',
    shapes: [square(0, 0), draw([1, 0.989], [2, 0.989], [2, 2], [1, 2])],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'borders of 6 and 7 mm, which add up',
    shapes: [
      draw([0, 0], [1, 0], [1, 1], [0, 1]),
      draw([1, 0.994], [1, 3], [3, 3], [3, -3], [1, -3], [1, 0.007], [2, 0.007], [2, 0.994]),
    ],
    links: [[1], [0]],
    joined: [],
  },
  { name: 'a gap of 9 mm', shapes: [square(0, 0), square(1.009, 0)], links: [[1], [0]], joined: [0, 1] },
  {
    name: 'a gap of 9 mm above',
    shapes: [square(0, 0), square(0, 1.009)],
    links: [[1], [0]],
    joined: [0, 1],
  },
  { name: 'a gap of 11 mm', shapes: [square(0, 0), square(1.011, 0)], links: [[], []], joined: [] },
  {
    name: 'a border as long as the tolerance',
    shapes: [square(0, 0, 4), draw([4, 3], [8, 3], [8, 9], [4, 9])],
    tolerance: 1,
    links: [[], []],
    joined: [],
  },
  {
    name: 'a corner with an angle of 1 degree',
    shapes: [draw([0, 0], [100, 0], [100, -50]), draw([0, 0], [100, 1.75], [90, 50])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'tolerance 0, a whole border',
    shapes: [square(0, 0), square(1, 0)],
    tolerance: 0,
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'tolerance 0, a corner',
    shapes: [square(0, 0), square(1, 1)],
    tolerance: 0,
    links: [[], []],
    joined: [],
  },
  { name: 'an enclave in a hole', shapes: [hole, square(3, 3, 3)], links: [[1], [0]], joined: [] },
  {
    name: 'an enclave that touches the edge of its hole in a corner',
    shapes: [hole, draw([3, 3], [5, 4], [4, 5])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'two enclaves in one hole',
    shapes: [hole, draw([3, 3], [6, 3], [6, 6]), draw([3, 3], [6, 6], [3, 6])],
    links: [
      [1, 2],
      [0, 2],
      [0, 1],
    ],
    joined: [],
  },
  { name: 'an enclave that fills part of a hole', shapes: [hole, square(4, 4)], links: [[], []], joined: [] },
  {
    name: 'crossing bars',
    shapes: [draw([0, 4], [9, 4], [9, 5], [0, 5]), draw([4, 0], [5, 0], [5, 9], [4, 9])],
    links: [[], []],
    joined: [],
  },
  {
    name: 'a repeated vertex',
    shapes: [draw([0, 0], [1, 0], [1, 0], [1, 1], [0, 1]), square(1, 0)],
    links: [[1], [0]],
    joined: [],
  },
  {
    name: 'a unit without a shape',
    shapes: [square(0, 0), null, square(1, 0)],
    links: [[2], [], [0]],
    joined: [],
  },
  { name: 'no units', shapes: [], links: [], joined: [] },
];

for (const { name, shapes, tolerance, links, joined } of ROOK_CASES) {
  t.test(`rook: ${name}`, async (t) => {
    const rook = findRookNeighbours(packPolygons(shapes), tolerance);
    t.same(listLinks(rook), links);
    t.same([...rook.joinedByTolerance], joined);
    const reversed = listLinks(findRookNeighbours(packPolygons([...shapes].reverse()), tolerance)).reverse();
    const last = shapes.length - 1;
    t.same(
      reversed.map((list) => list.map((j) => last - j).reverse()),
      links,
      'whatever the order of units',
    );
  });
}

/** Rectangles of whole metres that fill a square, cut at random: corners, T-junctions and crossings. */
function cutSquare(
  size: number,
  cuts: readonly { pick: number; at: number; upright: boolean }[],
): number[][] {
  const rectangles = [[0, 0, size, size]];
  for (const { pick, at, upright } of cuts) {
    const [x0, y0, x1, y1] = rectangles[pick % rectangles.length]! as [number, number, number, number];
    const length = upright ? x1 - x0 : y1 - y0;
    if (length < 2) continue;
    const cut = (upright ? x0 : y0) + 1 + (at % (length - 1));
    rectangles.splice(
      pick % rectangles.length,
      1,
      upright ? [x0, y0, cut, y1] : [x0, y0, x1, cut],
      upright ? [cut, y0, x1, y1] : [x0, cut, x1, y1],
    );
  }
  return rectangles;
}

t.test('rook is a shared length and queen a shared point, in any partition, turned or not', async (t) => {
  const cut = fc.record({ pick: fc.nat(), at: fc.nat(), upright: fc.boolean() });
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 20 }), fc.nat(359), (cuts, degrees) => {
      const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
      const turn = (x: number, y: number): [number, number] => [
        380_000 + cos * x - sin * y,
        5_800_000 + sin * x + cos * y,
      ];
      const rectangles = cutSquare(20, cuts) as [number, number, number, number][];
      const shapes = packPolygons(
        rectangles.map(([x0, y0, x1, y1]) => draw(turn(x0, y0), turn(x1, y0), turn(x1, y1), turn(x0, y1))),
      );
      const rook = findRookNeighbours(shapes);
      const queen = findQueenNeighbours(shapes);
      const [rooks, queens] = [listLinks(rook), listLinks(queen)];
      for (const { joinedByTolerance } of [rook, queen]) {
        t.equal(joinedByTolerance.length, 0, 'rounding needs no tolerance');
      }
      rectangles.forEach((a, i) => {
        rectangles.forEach((b, j) => {
          if (i === j) return;
          const wide = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
          const high = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
          t.equal(queens[i]!.includes(j), wide >= 0 && high >= 0, 'queen');
          t.equal(rooks[i]!.includes(j), wide >= 0 && high >= 0 && wide + high > 0, 'rook');
        });
      });
    }),
    { seed: 4, numRuns: 40 },
  );
});

t.test('pairs joined by tolerance ascend, however units lie', async (t) => {
  // A bar 1 mm below 40 squares in mixed order.
  const squares = Array.from({ length: 40 }, (_, k) => square((k * 17) % 40, 1.001));
  const shapes = packPolygons([draw([-1, 0], [41, 0], [41, 1], [-1, 1]), ...squares]);
  const joined = [...findQueenNeighbours(shapes).joinedByTolerance];
  t.same(
    joined,
    squares.flatMap((_, k) => [0, k + 1]),
  );
});

t.test('tolerances that are none', async (t) => {
  for (const find of [findQueenNeighbours, findRookNeighbours]) {
    for (const tolerance of [-1, Number.NaN, Infinity]) {
      t.throws(() => find(packPolygons([]), tolerance), {
        name: 'RangeError',
        message: `Got a tolerance of ${tolerance} m, expected 0 or more.`,
      });
    }
  }
});

t.test('the tessellation of the benchmark: 40 vertices, corners of four, links of a grid', async (t) => {
  const shapes = drawTessellation(6, 7, 1);
  t.equal(shapes.coordinates.length, 42 * 41 * 2);
  t.same(listLinks(findQueenNeighbours(shapes)), listLinks(linkGrid(6, 7)));
  const rook = findRookNeighbours(shapes);
  t.equal(rook.neighbours.length, 2 * (6 * 6 + 5 * 7));
  t.equal(rook.joinedByTolerance.length, 0);
  t.same(drawTessellation(6, 7, 1), shapes);
});
