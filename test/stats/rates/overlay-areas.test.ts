import * as turf from '@turf/turf';
import fc from 'fast-check';
import t from 'tap';
import { overlayAreas } from '../../../src/stats/rates/overlay-areas.ts';
import type { Crosswalk } from '../../../src/stats/rates/split-sources.ts';
import { packPolygons, type Shape } from '../../../src/stats/weights/polygons.ts';
import { readGolden, relativeDeviation } from '../golden.ts';
import { intersect, measureInside, type Rectangle } from './overlay-rectangles.ts';

/** Far from the origin, as projected coordinates are. */
const [X, Y] = [390_000, 5_820_000];

function ring(x: number, y: number, width: number, height: number): number[][] {
  return [
    [X + x, Y + y],
    [X + x + width, Y + y],
    [X + x + width, Y + y + height],
    [X + x, Y + y + height],
    [X + x, Y + y],
  ];
}

const box = (...sides: [number, number, number, number]): Shape => ({
  type: 'Polygon',
  coordinates: [ring(...sides)],
});

/** Pairs as text: source, target, area. */
function list(sources: (Shape | null)[], targets: (Shape | null)[]): string[] {
  const { intersections } = overlayAreas(packPolygons(sources), packPolygons(targets));
  return [...intersections.weights].map(
    (area, i) => `${intersections.sources[i]}>${intersections.targets[i]} ${Math.round(area * 1e6) / 1e6}`,
  );
}

//   ┌─────┬─────┐        ┌──┬────────┐         c is a frame, d its two-part filling, e a triangle
//   │  a  │  b  │        │  t         │
const [A, B] = [box(0, 0, 100, 100), box(100, 0, 100, 100)];
const FRAME: Shape = { type: 'Polygon', coordinates: [ring(0, 0, 100, 100), ring(20, 20, 60, 60)] };
const FILLING: Shape = {
  type: 'MultiPolygon',
  coordinates: [[ring(20, 20, 30, 60)], [ring(50, 20, 30, 60)]],
};
const TRIANGLE: Shape = {
  type: 'Polygon',
  coordinates: [
    [
      [X, Y],
      [X + 100, Y],
      [X, Y + 100],
      [X, Y],
    ],
  ],
};

const CASES: [string, (Shape | null)[], (Shape | null)[], string[]][] = [
  ['the same', [A], [A], ['0>0 10000']],
  ['a common border or corner', [A], [B, box(100, 100, 5, 5)], []],
  ['one inside', [A], [box(10, 10, 5, 5)], ['0>0 25']],
  ['crossing', [A, B], [box(90, 40, 30, 200)], ['0>0 600', '1>0 1200']],
  ['a hole', [FRAME], [A, FILLING, box(10, 10, 30, 30)], ['0>0 6400', '0>2 500']],
  ['several parts', [FILLING], [A, box(40, 0, 20, 100)], ['0>0 3600', '0>1 1200']],
  ['slanting edges', [TRIANGLE], [A, box(50, 0, 100, 100), TRIANGLE], ['0>0 5000', '0>1 1250', '0>2 5000']],
  ['no shape', [null, A], [A, null], ['1>0 10000']],
  ['nothing', [], [A], []],
  ['nothing to lay over', [A], [], []],
];

t.test('areas that two shapes have in common', async (t) => {
  for (const [name, sources, targets, wanted] of CASES) {
    t.strictSame(list(sources, targets), wanted, name);
    const turned = (shape: Shape | null): Shape | null =>
      shape?.type === 'Polygon'
        ? { type: 'Polygon', coordinates: shape.coordinates.map((own) => [...own].reverse()) }
        : shape;
    t.strictSame(list(sources.map(turned), targets), wanted, `${name}, rings the other way round`);
  }
  const areas = overlayAreas(packPolygons([A, FRAME, FILLING, null]), packPolygons([TRIANGLE]));
  t.strictSame(areas.sourceAreas, Float64Array.of(10_000, 6400, 3600, 0));
  t.strictSame(areas.targetAreas, Float64Array.of(5000));
});

function byPair({ sources, targets, weights }: Crosswalk): Map<string, number> {
  return new Map([...weights].map((area, i) => [`${sources[i]}>${targets[i]}`, area]));
}

t.test('columbus on rectangles, as cut by the sides in turn', async (t) => {
  const { target_bbox } = readGolden<{ target_bbox: Rectangle[] }>('columbus_areal_interpolation');
  const { geojson } = readGolden<{ geojson: { features: { geometry: Shape }[] } }>('columbus_weights');
  const shapes = geojson.features.map(({ geometry }) => geometry);
  const rectangles = target_bbox.map(
    ([x0, y0, x1, y1]): Shape => ({
      type: 'Polygon',
      coordinates: [
        [
          [x0, y0],
          [x1, y0],
          [x1, y1],
          [x0, y1],
          [x0, y0],
        ],
      ],
    }),
  );
  const reports: number[] = [];
  const { sourceAreas, intersections } = overlayAreas(
    packPolygons(shapes),
    packPolygons(rectangles),
    (share) => reports.push(share),
  );
  const wanted = intersect(shapes, target_bbox);
  const [found, known] = [byPair(intersections), byPair(wanted)];
  t.ok([...found.keys()].every((pair) => known.has(pair)));
  for (const [pair, area] of known) {
    const own = sourceAreas[Number.parseInt(pair, 10)]!;
    // A corner that lies on a side of a rectangle is cut off by rounding; such a pair is none.
    t.ok(Math.abs((found.get(pair) ?? 0) - area) < (found.has(pair) ? 1e-12 : 1e-9) * own, pair);
  }
  shapes.forEach((shape, s) => {
    t.ok(relativeDeviation(sourceAreas[s]!, measureInside(shape)) < 1e-12);
  });
  t.strictSame(
    reports,
    shapes.map((_, s) => (s + 1) / shapes.length),
  );
});

/** A star around a middle: every direction from it meets the border once. */
const star = fc
  .record({
    x: fc.double({ min: 0, max: 1000, noNaN: true }),
    y: fc.double({ min: 0, max: 1000, noNaN: true }),
    radii: fc.array(fc.double({ min: 50, max: 800, noNaN: true }), { minLength: 3, maxLength: 24 }),
  })
  .map(({ x, y, radii }): Shape => {
    const corners = radii.map((radius, i) => {
      const angle = (2 * Math.PI * i) / radii.length;
      return [X + x + radius * Math.cos(angle), Y + y + radius * Math.sin(angle)];
    });
    return { type: 'Polygon', coordinates: [[...corners, corners[0]!]] };
  });

/** Common area of one shape and all of the others together. */
function common(shape: Shape, others: Shape[]): number {
  const { intersections } = overlayAreas(packPolygons([shape]), packPolygons(others));
  return intersections.weights.reduce((sum, area) => sum + area, 0);
}

/** Square metres: far below the 1e-9 of an area that counts as none. */
const NEAR = 1e-4;

t.test('stars: symmetric, additive over a partition, and what clipping finds', async (t) => {
  fc.assert(
    fc.property(star, star, fc.double({ min: -500, max: 1500, noNaN: true }), (a, b, at) => {
      const area = common(a, [b]);
      if (Math.abs(area - common(b, [a])) > NEAR) return false;
      const halves = [box(-1000, -1000, 1000 + at, 4000), box(at, -1000, 3000 - at, 4000)];
      const whole = overlayAreas(packPolygons([a]), packPolygons([])).sourceAreas[0]!;
      if (Math.abs(common(a, halves) - whole) > NEAR) return false;
      const clipped = turf.intersect(
        turf.featureCollection([turf.feature(a as never), turf.feature(b as never)]),
      )?.geometry as Shape | undefined;
      return Math.abs((clipped ? measureInside(clipped) : 0) - area) < NEAR;
    }),
    { numRuns: 200, seed: 1 },
  );
  t.pass();
});
