import fc from 'fast-check';
import t from 'tap';
import {
  findEmergingHotSpots,
  HOT_SPOT_CATEGORIES,
  HOT_SPOT_UNIT_STATUSES,
  type HotSpotPanel,
} from '../../../src/stats/time/emerging-hot-spots.ts';

const { NaN: none } = Number;

/** A panel from strings of + hot, - cold, . neither, ? not tested; z as given or without a trend. */
function buildPanel(rows: string[], deviates?: number[][]): HotSpotPanel {
  const periods = rows[0]!.length;
  const marks = rows.flatMap((row) => [...row].map((mark) => ({ '+': 1, '-': -1 })[mark] ?? 0));
  // 1, 2, 1, 2 ...: Mann-Kendall finds nothing in it.
  const z = rows.flatMap((row, unit) =>
    [...row].map((mark, k) => (mark === '?' ? none : (deviates?.[unit]?.[k] ?? 1 + (k % 2)))),
  );
  return { units: rows.length, periods, z: Float64Array.from(z), significance: Int8Array.from(marks) };
}

const rising = Array.from({ length: 10 }, (_, k) => k + 1);
const falling = rising.toReversed();

/** Ten periods each; hot case, its trend, category without the side. */
const HISTORIES: [string, number[] | undefined, string][] = [
  ['.........+', undefined, 'new'],
  ['...-.....+', undefined, 'new'],
  ['........++', undefined, 'consecutive'],
  ['..++++++++', undefined, 'consecutive'],
  ['--......++', undefined, 'consecutive'],
  ['++++++++++', rising, 'intensifying'],
  ['.+++++++++', rising, 'intensifying'],
  ['++++++++++', undefined, 'persistent'],
  ['++++.+++++', undefined, 'persistent'],
  ['-+++++++++', undefined, 'persistent'],
  ['++++++++++', falling, 'diminishing'],
  ['+.......++', undefined, 'sporadic'],
  ['+.+.+.+.++', undefined, 'sporadic'],
  ['++++++++.+', rising, 'intensifying'],
  ['+++++++..+', rising, 'sporadic'],
  ['+..-...+.+', undefined, 'oscillating'],
  ['+--------+', undefined, 'oscillating'],
  ['+++++++++.', undefined, 'historical'],
  ['++++++++..', undefined, 'none'],
  ['..........', rising, 'none'],
];

for (const [marks, z, want] of HISTORIES) {
  t.test(`${marks} is ${want}${z ? `, z from ${z[0]} to ${z[9]}` : ''}`, async (t) => {
    const name = (panel: HotSpotPanel): string =>
      HOT_SPOT_CATEGORIES[findEmergingHotSpots(panel).category[0]!]!;
    const hot = buildPanel([marks], z && [z]);
    t.equal(name(hot), want === 'none' ? 'none' : `${want}-hot`);
    const cold = {
      ...hot,
      z: hot.z.map((value) => -value),
      significance: hot.significance.map((mark) => -mark),
    };
    t.equal(name(cold), want === 'none' ? 'none' : `${want}-cold`);
  });
}

t.test('hot throughout and cold in the end is a new cold spot', async (t) => {
  const [category] = findEmergingHotSpots(buildPanel(['+++++++++-'])).category;
  t.equal(HOT_SPOT_CATEGORIES[category!], 'new-cold');
});

t.test('fewer than 4 periods are refused, fewer than 10 warned of', async (t) => {
  const three = findEmergingHotSpots(buildPanel(['+++', '...']));
  t.match(three, { status: 'too_few_periods', warnings: [] });
  t.same([...three.category, ...three.unitStatus], [0, 0, 2, 2]);
  t.match(findEmergingHotSpots(buildPanel(['+++++'])), { status: 'ok', warnings: ['few_periods'] });
  t.match(findEmergingHotSpots(buildPanel(['..........'])), { status: 'ok', warnings: [] });
});

t.test('periods without a test are left out of the history', async (t) => {
  const result = findEmergingHotSpots(
    buildPanel(['??????.?++..+?', '??..........??', '???????????..+', '.....+?+++++++']),
  );
  const statuses = Array.from(result.unitStatus, (status) => HOT_SPOT_UNIT_STATUSES[status]);
  t.same(statuses, ['no_final_value', 'no_final_value', 'too_few_periods', 'judged']);
  t.same([...result.tested], [7 - 1, 10, 3, 13]);
  t.equal(HOT_SPOT_CATEGORIES[result.category[3]!], 'consecutive-hot');
  t.same([...result.category].slice(0, 3), [0, 0, 0]);
  t.same([...result.trendP].slice(0, 3), [none, none, none]);
});

t.test('constant deviates have no trend, and no p', async (t) => {
  const result = findEmergingHotSpots(buildPanel(['++++++++++'], [new Array<number>(10).fill(3)]));
  t.equal(HOT_SPOT_CATEGORIES[result.category[0]!], 'persistent-hot');
  t.same([result.trendZ[0], result.trendP[0]], [none, none]);
});

t.test('the level decides what a trend is', async (t) => {
  const panel = buildPanel(['++++'], [[1, 2, 3, 4]]);
  const name = (level: number): string =>
    HOT_SPOT_CATEGORIES[findEmergingHotSpots(panel, level).category[0]!]!;
  t.same([name(0.05), name(0.1)], ['persistent-hot', 'intensifying-hot']);
});

t.test('every unit gets the word of its own rows, and cold mirrors hot', async (t) => {
  const row = fc.array(fc.constantFrom('+', '-', '.'), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const marks = rows.map((r) => r.join(''));
      const all = findEmergingHotSpots(buildPanel(marks)).category;
      const turned = findEmergingHotSpots(buildPanel(marks.toReversed())).category;
      t.same([...all], [...turned].reverse());
      const panel = buildPanel(marks);
      const mirror = findEmergingHotSpots({
        ...panel,
        z: panel.z.map((z) => -z),
        significance: panel.significance.map((mark) => -mark),
      }).category;
      marks.forEach((_, unit) => {
        const name = HOT_SPOT_CATEGORIES[all[unit]!]!;
        const swapped = name.replace(/-(hot|cold)$/, (side) => (side === '-hot' ? '-cold' : '-hot'));
        t.equal(HOT_SPOT_CATEGORIES[mirror[unit]!], swapped);
      });
    }),
    { seed: 2, numRuns: 150 },
  );
});

t.test('refuses panels that do not fit', async (t) => {
  const panel = buildPanel(['++++', '....']);
  t.throws(() => findEmergingHotSpots({ ...panel, periods: 5 }), /expected 2 units x 5 periods/);
  t.throws(
    () => findEmergingHotSpots({ ...panel, significance: new Int8Array(8).fill(2) }),
    /Got significance 2/,
  );
  t.throws(() => findEmergingHotSpots(panel, 0), /Got level 0/);
});
