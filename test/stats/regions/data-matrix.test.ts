import t from 'tap';
import {
  checkMatrix,
  measureDistance,
  packColumns,
  scaleColumns,
} from '../../../src/stats/regions/data-matrix.ts';
import { COLUMBUS_DATA } from './region-inputs.ts';

t.test('columns become rows', async (t) => {
  const data = packColumns([Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)]);
  t.same(data, { n: 3, d: 2, values: Float64Array.of(1, 4, 2, 5, 3, 6) });
  t.equal(measureDistance(data, 0, 2), Math.sqrt(8));
});

t.test('scaled columns have mean 0 and population deviation 1, a constant one is 0', async (t) => {
  const scaled = scaleColumns(packColumns([Float64Array.of(10, 20, 30, 60), Float64Array.of(7, 7, 7, 7)]));
  const column = [0, 2, 4, 6].map((at) => scaled.values[at]!);
  t.ok(Math.abs(column.reduce((sum, z) => sum + z, 0)) < 1e-14);
  t.ok(Math.abs(column.reduce((sum, z) => sum + z * z, 0) - 4) < 1e-14);
  t.same(
    [1, 3, 5, 7].map((at) => scaled.values[at]),
    [0, 0, 0, 0],
  );
});

t.test('scaling columbus once more only changes the deviation from n - 1 to n', async (t) => {
  const scaled = scaleColumns(COLUMBUS_DATA);
  const factor = Math.sqrt(49 / 48);
  t.ok(scaled.values.every((z, at) => Math.abs(z - COLUMBUS_DATA.values[at]! * factor) < 1e-13));
});

const refusals: [string, () => void, RegExp][] = [
  ['no variable', () => packColumns([]), /0 variables/],
  [
    'columns of unequal length',
    () => packColumns([new Float64Array(3), new Float64Array(2)]),
    /2 values in variable 1, expected 3/,
  ],
  [
    'a length that does not fit',
    () => checkMatrix({ n: 2, d: 2, values: new Float64Array(3) }),
    /3 values, expected 2 x 2/,
  ],
  ['no dimension', () => checkMatrix({ n: 2, d: 0, values: new Float64Array(0) }), /0 variables/],
  [
    'a missing value',
    () => checkMatrix({ n: 2, d: 2, values: Float64Array.of(1, 2, 3, NaN) }),
    /NaN for unit 1, variable 1/,
  ],
  [
    'a value without a square',
    () => checkMatrix({ n: 1, d: 2, values: Float64Array.of(1e150, -2e150) }),
    /-2e\+150 for unit 0, variable 1, expected a finite number up to 1e\+150/,
  ],
  [
    'an infinite value',
    () => scaleColumns({ n: 1, d: 1, values: Float64Array.of(Infinity) }),
    /Infinity for unit 0/,
  ],
];
for (const [name, call, message] of refusals) {
  t.test(`refuses ${name}`, async (t) => {
    t.throws(call, { name: 'RangeError', message });
  });
}
