import fc from 'fast-check';
import t from 'tap';
import { countAbove, layGrid } from '../../../src/stats/local/half-plane.ts';

/** Points in clumps and far out, as many as some thousand. */
const anyPoints = fc.record({
  count: fc.integer({ min: 1, max: 3000 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  levels: fc.constantFrom(1, 2, 5, 1e6),
  outlier: fc.constantFrom(0, 1e4, -1e7),
});

t.test('points above a line are those that a look at each finds', async (t) => {
  fc.assert(
    fc.property(
      anyPoints,
      fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { maxLength: 8 }),
      ({ count, seed, levels, outlier }, slopes) => {
        const noise = (p: number): number => Math.round(levels * Math.sin(p * seed + p * p)) / levels;
        const s = Float64Array.from({ length: count }, (_, p) => 3 * noise(p));
        const q = Float64Array.from({ length: count }, (_, p) => s[p]! ** 2 + 4 * noise(p + 0.5));
        s[0]! += outlier;
        q[count - 1]! += outlier;
        const index = layGrid(s, q);
        const reached = new Float64Array(2);
        for (const slope of [0, ...slopes]) {
          for (const limit of [-1e9, -3, 0, 0.7, slope * s[0]! + q[0]!, 4, 1e9]) {
            countAbove(index, slope, limit, limit + 1e-3, reached);
            const values = Array.from(s, (x, p) => slope * x + q[p]!);
            const want = [limit, limit + 1e-3].map(
              (bound) => values.filter((value) => value >= bound).length,
            );
            t.same([...reached], want, `slope ${slope}, limit ${limit}`);
          }
        }
      },
    ),
    { seed: 2, numRuns: 60 },
  );
});

t.test('rounding at the edge of a row loses no point', async (t) => {
  // A hair below each edge: added to slope times s the hair vanishes, so the limit seems to lie in the row above.
  const s = new Float64Array(32).fill(3.7);
  const { rows } = layGrid(s, s);
  const q = Float64Array.from(s, (_, p) => {
    const edge = p % (rows + 1);
    return edge / rows - (edge > 0 && edge < rows ? 1e-16 : 0);
  });
  const grid = layGrid(s, q);
  const reached = new Float64Array(2);
  for (let slope = -9; slope < 9; slope += 0.37) {
    const values = q.map((y, p) => slope * s[p]! + y);
    for (const limit of values) {
      countAbove(grid, slope, limit, limit, reached);
      const want = values.filter((value) => value >= limit).length;
      t.same([...reached], [want, want], `slope ${slope}, limit ${limit}`);
    }
  }
});

t.test('few points are looked at', async (t) => {
  const count = 100_000;
  const noise = (p: number): number =>
    Math.sin(p * 12.9898) * 43_758.5453 - Math.floor(Math.sin(p * 12.9898) * 43_758.5453);
  const { starts, columns, rows } = layGrid(
    Float64Array.from({ length: count }, (_, p) => noise(p)),
    Float64Array.from({ length: count }, (_, p) => noise(p + 0.5)),
  );
  t.equal(starts[columns * rows], count);
  t.ok(columns > 50 && rows > 200, 'a fine grid');
});
