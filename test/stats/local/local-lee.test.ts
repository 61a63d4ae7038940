import t from 'tap';
import { leeL } from '../../../src/stats/global/bivariate.ts';
import { localLee } from '../../../src/stats/local/local-lee.ts';
import { UNIT_STATUSES } from '../../../src/stats/local/local-result.ts';
import { packLinks } from '../golden.ts';

const { NaN: none } = Number;
const pairs = [[1], [0], [3], [2], [], [0]];

const CASES: [string, number[], string, string[]][] = [
  ['an island and a gap', [1, 2, 4, 8, 3, none], 'ok', [...Array(4).fill('tested'), 'island', 'missing']],
  [
    'too few with neighbours',
    [1, 2, 4, none, 3, none],
    'too_few',
    ['not_tested', 'not_tested', 'island', 'missing', 'island', 'missing'],
  ],
  ['a constant', [3, 3, 3, 3, 3, none], 'no_variance', [...Array(4).fill('not_tested'), 'island', 'missing']],
  [
    'out of range',
    [1e304, 2e304, 4e304, 8e304, 3e304, none],
    'out_of_range',
    [...Array(4).fill('not_tested'), 'island', 'missing'],
  ],
];

for (const [name, values, status, units] of CASES) {
  t.test(`${name}: figures are of tested units only, their mean is L`, async (t) => {
    const x = Float64Array.from(values);
    const y = Float64Array.from(values, (value, i) => (Number.isNaN(value) ? value : (i * i) % 5));
    for (const [u, v] of [
      [x, y],
      [y, x],
    ] as const) {
      const local = localLee(u, v, packLinks(pairs));
      const whole = leeL(u, v, packLinks(pairs), { permutations: 0 });
      t.equal(local.status, status);
      t.equal(whole.status, status);
      t.same(
        Array.from(local.unitStatus, (unit) => UNIT_STATUSES[unit]),
        units,
      );
      t.same(
        Array.from(local.figure, Number.isFinite),
        units.map((unit) => unit === 'tested'),
      );
      if (whole.status !== 'ok') continue;
      const sum = local.figure.reduce((total, l) => total + (Number.isNaN(l) ? 0 : l), 0);
      t.ok(Math.abs(sum / whole.rated - whole.statistic) < 1e-12);
    }
  });
}
