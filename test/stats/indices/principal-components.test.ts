import fc from 'fast-check';
import t from 'tap';
import { diagonalise, findPrincipalComponents } from '../../../src/stats/indices/principal-components.ts';
import { largestDeviation, readGolden, relativeDeviation } from '../golden.ts';

interface Golden {
  pca_columbus: {
    vars: string[];
    data: Record<string, number[]>;
    sdev: number[];
    rotation: number[][];
    scores: number[][];
    explained: number[];
  };
}

const { pca_columbus: golden } = readGolden<Golden>('trend_pca');
const columns = golden.vars.map((name) => Float64Array.from(golden.data[name]!));
const { NaN: none } = Number;

type Found = Extract<ReturnType<typeof findPrincipalComponents>, { status: 'ok' }>;

function expectOk(result: ReturnType<typeof findPrincipalComponents>): Found {
  if (result.status !== 'ok') throw new Error(`got status ${result.status}`);
  return result;
}

t.test('equals prcomp of R up to the sign, which is fixed here', async (t) => {
  const got = expectOk(findPrincipalComponents(columns));
  got.loadings.forEach((loading, c) => {
    const want = golden.rotation[c]!;
    const largest = want.reduce((best, entry, j) => (Math.abs(entry) > Math.abs(want[best]!) ? j : best), 0);
    const sign = Math.sign(want[largest]!);
    t.ok(relativeDeviation(Math.sqrt(got.eigenvalues[c]!), golden.sdev[c]!) < 1e-10, 'deviation');
    t.ok(relativeDeviation(got.explained[c]!, golden.explained[c]!) < 1e-10, 'explained');
    t.ok(
      largestDeviation(
        loading,
        want.map((entry) => sign * entry),
      ) < 1e-10,
      'loadings',
    );
    t.ok(
      largestDeviation(
        got.scores[c]!,
        golden.scores.map((row) => sign * row[c]!),
      ) < 1e-10,
      'scores',
    );
    t.ok(loading[largest]! > 0, 'sign');
  });
  t.equal(got.ambiguous, false);
});

t.test('rows with a gap have no score and change nothing', async (t) => {
  const whole = expectOk(findPrincipalComponents(columns));
  const gaps = columns.map((column, j) => Float64Array.of(j === 1 ? none : 5, ...column));
  const got = expectOk(findPrincipalComponents(gaps));
  t.equal(got.n, whole.n);
  t.same(got.loadings, whole.loadings);
  t.same(
    got.scores.map((scores) => scores[0]),
    [none, none, none],
  );
  t.same(got.scores[0]!.slice(1), whole.scores[0]);
});

t.test('the spread of the scores is told by the eigenvalues', async (t) => {
  for (const spread of ['population', 'sample'] as const) {
    const { scores, eigenvalues, n } = expectOk(findPrincipalComponents(columns, spread));
    const squares = scores[0]!.reduce((sum, score) => sum + score * score, 0);
    t.ok(relativeDeviation(squares / (spread === 'sample' ? n - 1 : n), eigenvalues[0]!) < 1e-12, spread);
  }
});

t.test('equal columns: one component explains all, none explains less than nothing', async (t) => {
  const one = columns[0]!;
  const { explained, eigenvalues, loadings } = expectOk(
    findPrincipalComponents([one, one, one.map((x) => -x)]),
  );
  t.ok(Math.abs(explained[0]! - 1) < 1e-14);
  t.ok(eigenvalues.every((value) => value >= 0));
  const share = Math.sqrt(1 / 3);
  t.ok(
    largestDeviation(loadings[0]!, [share, share, -share]) < 1e-12,
    'of equal loadings the first is positive',
  );
});

t.test('uncorrelated columns have no first component', async (t) => {
  const { ambiguous } = expectOk(
    findPrincipalComponents([Float64Array.of(1, 1, -1, -1), Float64Array.of(1, -1, 1, -1)]),
  );
  t.equal(ambiguous, true);
});

t.test('degenerate columns have a status', async (t) => {
  t.same(findPrincipalComponents([Float64Array.of(1, 2, none), Float64Array.of(1, 2, 3)]), {
    status: 'too_few',
    n: 2,
  });
  t.same(findPrincipalComponents([Float64Array.of(1, 2, 3), Float64Array.of(7, 7, 7)]), {
    status: 'no_variance',
    n: 3,
    column: 1,
  });
  t.throws(() => findPrincipalComponents([]), /Got 0 columns/);
  t.throws(() => findPrincipalComponents([Float64Array.of(1), Float64Array.of(1, 2)]), /Got a column of 2/);
});

t.test('eigenvectors are unit, orthogonal, and give the matrix back', async (t) => {
  const matrix = fc.integer({ min: 1, max: 6 }).chain((m) =>
    fc
      .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -10, max: 10, noNaN: true })), {
        minLength: m * m,
        maxLength: m * m,
      })
      .map((entries) =>
        Array.from({ length: m }, (_, i) =>
          Array.from({ length: m }, (_, j) => entries[Math.min(i, j) * m + Math.max(i, j)]!),
        ),
      ),
  );
  fc.assert(
    fc.property(matrix, (a) => {
      const { values, vectors } = diagonalise(a);
      const size = 1e-12 * Math.max(1, ...a.flat().map(Math.abs));
      for (const [c, value] of values.entries()) t.ok(c === 0 || value <= values[c - 1]!, 'descending');
      vectors.forEach((u, c) => {
        vectors.forEach((v, d) => {
          const product = u.reduce((sum, entry, k) => sum + entry * v[k]!, 0);
          t.ok(Math.abs(product - Number(c === d)) < 1e-12, 'orthonormal');
        });
        a.forEach((row, i) => {
          const image = row.reduce((sum, entry, k) => sum + entry * u[k]!, 0);
          t.ok(Math.abs(image - values[c]! * u[i]!) <= 10 * size, 'eigenvector');
        });
      });
    }),
    { seed: 7, numRuns: 100 },
  );
});

t.test('refuses a matrix that is not symmetric', async (t) => {
  t.throws(
    () =>
      diagonalise([
        [1, 2],
        [3, 1],
      ]),
    /expected a symmetric matrix/,
  );
  t.throws(() => diagonalise([[none]]), /expected a symmetric matrix/);
});
