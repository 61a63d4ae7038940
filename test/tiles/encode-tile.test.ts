import fc from 'fast-check';
import t from 'tap';
import { EXTENT, encodeTile, type TileFeature } from '../../src/tiles/encode-tile.ts';
import { decodeTile, doubleArea } from './decode-tile.ts';

type Point = [number, number];
type Ring = Point[];

const SEED = 20210101;

const coordinate = fc.integer({ min: -64, max: EXTENT + 64 });
const points = fc.uniqueArray(fc.tuple(coordinate, coordinate), {
  minLength: 3,
  maxLength: 12,
  selector: (point) => point.join(),
});
const ring = points.map((open): Ring => [...open, open[0]!]).filter((closed) => doubleArea(closed) !== 0);
const polygon = fc.array(ring, { minLength: 1, maxLength: 3 });
const attribute = fc.tuple(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
  fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true }).map((value) => value + 0 || 0),
  ),
);
const feature = fc.record({
  id: fc.nat(),
  polygons: fc.array(polygon, { minLength: 1, maxLength: 3 }),
  attributes: fc.uniqueArray(attribute, { maxLength: 6, selector: ([name]) => name }),
});

/** The ring from its smallest point on, in the direction asked for. */
function canonical(closed: Ring, sign: 1 | -1): Ring {
  const open = closed.slice(1);
  if (Math.sign(doubleArea(closed)) !== sign) open.reverse();
  const first = open.reduce((best, point, i) => (compare(point, open[best]!) < 0 ? i : best), 0);
  return [...open.slice(first), ...open.slice(0, first)];
}

function compare(a: Point, b: Point): number {
  return a[0] - b[0] || a[1] - b[1];
}

t.test('decoding gives the attributes and rings that were encoded', async (t) => {
  fc.assert(
    fc.property(fc.array(feature, { minLength: 1, maxLength: 5 }), (features) => {
      const [layer, ...others] = decodeTile(encodeTile('districts', features));
      t.equal(others.length, 0);
      t.match(layer, { name: 'districts', version: 2, extent: EXTENT });
      const decoded = layer!.features.map(({ id, type, properties, rings }) => ({
        id,
        type,
        properties: { ...properties },
        rings: rings.map((closed) => canonical(closed, doubleArea(closed) > 0 ? 1 : -1)),
      }));
      t.strictSame(
        decoded,
        features.map(({ id, polygons, attributes }) => ({
          id,
          type: 3,
          properties: Object.fromEntries(attributes.filter(([, value]) => value !== null)),
          rings: polygons.flatMap((rings) => rings.map((closed, i) => canonical(closed, i === 0 ? 1 : -1))),
        })),
      );
    }),
    { seed: SEED, numRuns: 200 },
  );
});

function ringsOf(polygons: TileFeature['polygons']): Ring[] {
  return decodeTile(encodeTile('districts', [{ id: 1, polygons, attributes: [] }]))[0]!.features[0]!.rings;
}

const SQUARE: Ring = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
  [0, 0],
];
const LINE: Ring = [
  [3, 3],
  [5, 5],
  [3, 3],
];
const UNIT: Ring = [
  [3, 3],
  [4, 3],
  [4, 4],
  [3, 4],
  [3, 3],
];

for (const [name, { given, want }] of Object.entries<{
  given: TileFeature['polygons'];
  want: Ring[];
}>({
  'a district that rounding left without area is one tile unit': { given: [[LINE]], want: [UNIT] },
  'a single point is one tile unit': { given: [[[[3, 3]]]], want: [UNIT] },
  'a part without area goes where another has some': { given: [[LINE], [SQUARE]], want: [SQUARE] },
  'a hole without area goes': { given: [[SQUARE, LINE]], want: [SQUARE] },
  'a part without area takes its holes with it': { given: [[LINE, UNIT], [SQUARE]], want: [SQUARE] },
  'repeated points go': {
    given: [[[...SQUARE.slice(0, 2), [10, 0], [10, 0], ...SQUARE.slice(2)]]],
    want: [SQUARE],
  },
})) {
  t.test(name, async (t) => {
    const shape = (rings: Ring[]): Ring[] => rings.map((closed) => canonical(closed, 1));
    t.strictSame(shape(ringsOf(given)), shape(want));
  });
}

t.test('an outer ring that rounding turned round is clockwise again, its hole is not', async (t) => {
  const [outer, hole] = ringsOf([[[...SQUARE].reverse(), UNIT]]);
  t.ok(doubleArea(outer!) > 0);
  t.ok(doubleArea(hole!) < 0);
});

t.test('equal values are stored once', async (t) => {
  const many = Array.from({ length: 100 }, (_, id) => ({
    id,
    polygons: [[SQUARE]],
    attributes: [['status', 'not_available'] as const],
  }));
  const text = Buffer.from(encodeTile('districts', many)).toString('latin1');
  t.equal(text.split('not_available').length - 1, 1);
});
