import type { MultiPolygon } from 'geojson';
import t from 'tap';
import runInterpolation, {
  type InterpolationInput,
} from '../../src/processes/tasks/areal-interpolation-task.ts';
import { packPolygons } from '../../src/stats/weights/polygons.ts';

/** A rectangle, with a square hole where one is given. */
function box(
  x: number,
  y: number,
  width: number,
  height: number,
  hole?: [number, number, number],
): MultiPolygon {
  const ring = (left: number, low: number, w: number, h: number): number[][] => [
    [left, low],
    [left + w, low],
    [left + w, low + h],
    [left, low + h],
    [left, low],
  ];
  const holes = hole ? [ring(hole[0], hole[1], hole[2], hole[2])] : [];
  return { type: 'MultiPolygon', coordinates: [[ring(x, y, width, height), ...holes]] };
}

/** Far from the origin, as projected coordinates are. */
const [X, Y] = [390_000, 5_820_000];

/**
 *     ┌────────┬────────┐   sources 0 and 1, 200 x 100 m each
 *     │   0    │   1    │   targets: a is the left half of 0, b the rest of 0 and all of 1, c lies apart
 *     └────────┴────────┘
 */
const INPUT: InterpolationInput = {
  targets: {
    frame: {
      process: 'areal-interpolation',
      version: '1.0.0',
      engineVersion: '0',
      parameters: {},
      collection: 'town',
      boundaryVersion: '2021-01-01',
      crs: 'EPSG:25833',
      release: 1,
    },
    language: 'de',
    keys: ['a', 'b', 'c'],
    names: ['A', 'B', 'C'],
    geometries: ['a', 'b', 'c'].map(() => Buffer.from('null')),
    contiguity: 'queen',
    tolerance: 0,
  },
  source: {
    keys: ['0', '1'],
    boundaryVersion: '2006-01-01',
    column: {
      indicator: 'children',
      label: 'Kinder',
      unit: 'persons',
      polarity: 0,
      period: '2020',
      release: 1,
      values: Float64Array.of(80, 30),
      smallBases: 0,
      statuses: ['ok', 'ok'],
      reasons: [null, null],
    },
    counts: null,
  },
  sourceShapes: packPolygons([box(X, Y, 200, 100), box(X + 200, Y, 200, 100)]),
  targetShapes: packPolygons([box(X, Y, 100, 100), box(X + 100, Y, 300, 100), box(X + 1000, Y, 10, 10)]),
  sliver: 0.001,
};

function run(change: Partial<InterpolationInput>) {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const bytes = runInterpolation({ input: { ...INPUT, ...change }, progress });
  const { features, analysis } = JSON.parse(Buffer.from(bytes).toString());
  t.ok(progress[0]! > 90, 'progress is told');
  return { rows: features.map(({ properties }: { properties: object }) => properties), analysis };
}

t.test('counts are divided by area, and what is not covered has no figure', async (t) => {
  const { rows, analysis } = run({});
  t.match(rows, [
    { key: 'a', value: 40, status: 'ok', method: 'by_area', coverage: 1 },
    { key: 'b', value: 70, status: 'ok', method: 'by_area', coverage: 1 },
    { key: 'c', value: null, status: 'uncovered', method: null, coverage: 0 },
  ]);
  t.match(analysis, { total: 110, allocated: 110, unallocated: 0, fromBoundaryVersion: '2006-01-01' });
  t.match(analysis.warnings, [/^2 districts were divided by area/]);
});

t.test('rates are moved by numerator and denominator', async (t) => {
  const counts = { numerators: Float64Array.of(10, 30), denominators: Float64Array.of(100, 50) };
  const { rows } = run({ source: { ...INPUT.source, counts } });
  t.match(rows[0], { value: 0.1, numerator: 5, denominator: 50 });
  t.match(rows[1], { value: 35 / 100, numerator: 35, denominator: 100 });
});

t.test('holes are not part of an area, and what lies outside is stated', async (t) => {
  // A hole of 50 x 50 m in the left half of 0: 7500 of 17500 square metres are in a.
  const { rows, analysis } = run({
    sourceShapes: packPolygons([box(X, Y, 200, 100, [X + 10, Y + 10, 50]), box(X + 200, Y, 200, 100)]),
    targetShapes: packPolygons([box(X, Y, 100, 100), box(X + 100, Y, 200, 100), box(X + 1000, Y, 10, 10)]),
  });
  t.ok(Math.abs(rows[0].value - (80 * 7500) / 17_500) < 1e-9);
  t.ok(Math.abs(analysis.unallocated - 15) < 1e-9, 'half of 1 has no target');
  t.match(analysis.warnings[1], /lie outside all target districts/);
});

t.test('a source without a figure leaves its targets without one, with its reason', async (t) => {
  const column = {
    ...INPUT.source.column,
    values: Float64Array.of(Number.NaN, 30),
    statuses: ['suppressed', 'ok'],
    reasons: ['small_count', null],
  };
  const { rows, analysis } = run({ source: { ...INPUT.source, column } });
  t.match(rows.slice(0, 2), [
    { value: null, status: 'missing' },
    { value: null, status: 'missing' },
  ]);
  t.strictSame(analysis.excluded, [{ key: '0', status: 'suppressed', reason: 'small_count' }]);
});
