import t from 'tap';
import { sumWeights } from '../../../src/stats/global/global-moran.ts';
import { findWithinDistance } from '../../../src/stats/weights/distance-band.ts';
import { weighByInverseDistance } from '../../../src/stats/weights/inverse-distance.ts';
import { styleWeights } from '../../../src/stats/weights/weights.ts';
import { COLUMBUS_POINTS } from '../columbus-points.ts';
import { largestDeviation, listLinks, packLinks, readGolden, relativeDeviation } from '../golden.ts';

const { idw_alpha1: golden } = readGolden<{
  idw_alpha1: {
    neighbors: number[][];
    weights: number[][];
    constants: { S0: number; S1: number; S2: number };
  };
}>('columbus_weights');

t.test('inverse distances in the default band of columbus equal nb2listwdist', async (t) => {
  const weights = weighByInverseDistance(findWithinDistance(COLUMBUS_POINTS), COLUMBUS_POINTS);
  t.same(listLinks(weights), golden.neighbors);
  t.ok(largestDeviation(weights.weights, golden.weights.flat()) < 1e-10);
  const { s0, s1, s2 } = sumWeights(weights);
  t.ok(relativeDeviation(s0, golden.constants.S0) < 1e-10);
  t.ok(relativeDeviation(s1, golden.constants.S1) < 1e-10);
  t.ok(relativeDeviation(s2, golden.constants.S2) < 1e-10);
});

const TRIANGLE = Float64Array.of(0, 0, 3, 4, 0, 2);

t.test('the power, and links of any kind', async (t) => {
  const links = packLinks([[1, 2], [0], [0]]);
  t.same(weighByInverseDistance(links, TRIANGLE).weights, Float64Array.of(0.2, 0.5, 0.2, 0.5));
  t.same(weighByInverseDistance(links, TRIANGLE, 2).weights, Float64Array.of(0.04, 0.25, 0.04, 0.25));
  t.same(
    weighByInverseDistance(packLinks([[], [], []]), TRIANGLE).weights,
    new Float64Array(0),
    'all islands',
  );
});

t.test('a style removes the unit of the coordinates', async (t) => {
  const links = packLinks([[1, 2], [0], [0]]);
  const inKilometres = TRIANGLE.map((metres) => metres / 1000);
  for (const style of ['W', 'C', 'U', 'S'] as const) {
    const [a, b] = [TRIANGLE, inKilometres].map(
      (points) => styleWeights(weighByInverseDistance(links, points, 2), style).weights,
    );
    t.ok(largestDeviation(a!, [...b!]) < 1e-12, style);
  }
});

t.test('what cannot be weighed', async (t) => {
  const links = packLinks([[1], [0]]);
  const apart = Float64Array.of(0, 0, 1e-300, 0);
  const cases: [points: Float64Array, power: number, message: string][] = [
    [Float64Array.of(1, 1, 1, 1), 1, 'Got units 0 and 1 in the same place, expected a distance.'],
    [TRIANGLE, 1, 'Got 3 points for 2 units.'],
    [Float64Array.of(0, 0, 1, 0), 0, 'Got the power 0, expected a number above 0.'],
    [Float64Array.of(0, 0, 1, 0), Infinity, 'Got the power Infinity, expected a number above 0.'],
    [Float64Array.of(0, 0, 1, 0), Number.NaN, 'Got the power NaN, expected a number above 0.'],
    [apart, 1, 'Got units 0 and 1 in the same place, expected a distance.'],
    [
      Float64Array.of(0, 0, 1e-9, 0),
      40,
      'Got the weight Infinity for units 0 and 1, expected a smaller power.',
    ],
    [Float64Array.of(0, 0, 1e9, 0), 40, 'Got the weight 0 for units 0 and 1, expected a smaller power.'],
  ];
  for (const [points, power, message] of cases) {
    t.throws(() => weighByInverseDistance(links, points, power), { name: 'RangeError', message }, message);
  }
});
