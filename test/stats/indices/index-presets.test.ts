import t from 'tap';
import {
  combineStatusDynamics,
  INDEX_PRESETS,
  OVERALL_CLASSES,
  runPreset,
} from '../../../src/stats/indices/index-presets.ts';

/** Seven columns of 40 units that agree roughly. */
const columns = Array.from({ length: 7 }, (_, j) => ({
  values: Float64Array.from({ length: 40 }, (_, i) => i + 6 * Math.sin((i + 1) * (j + 1) * 12.9898)),
  direction: 1 as const,
}));

for (const preset of Object.values(INDEX_PRESETS)) {
  t.test(`${preset.id} gives every unit one of its classes`, async (t) => {
    const { index, limits, classes, preset: named } = runPreset(preset, columns, { excluded: [4] });
    t.same(named, { id: preset.id, version: preset.version });
    t.match(preset.version, /^\d+\.\d+\.\d+$/);
    t.equal(index.status, 'ok');
    t.equal(classes[4], 0);
    t.ok(classes.every((c, unit) => (unit === 4) === (c === 0) && c <= limits.length + 1));
    if (preset.classCodes.length > 0) t.equal(preset.classCodes.length, limits.length + 1);
    if (index.status === 'ok') {
      const worst = index.values.indexOf(Math.max(...index.values.filter((value) => !Number.isNaN(value))));
      t.equal(classes[worst], limits.length + 1, 'the highest index has the highest class');
    }
  });
}

t.test('ids are used once', async (t) => {
  const ids = Object.values(INDEX_PRESETS).map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length);
});

t.test('the weights of the IMD are those of its domains and add up', async (t) => {
  const sum = INDEX_PRESETS.imd.weights.reduce((a: number, b) => a + b, 0);
  t.ok(Math.abs(sum - 0.999) < 1e-12, 'published with one decimal');
  t.throws(
    () => runPreset(INDEX_PRESETS.imd, columns.slice(1)),
    /Got 6 indicators for imd-style, expected 7/,
  );
});

t.test('quintile points go from one to five for each indicator', async (t) => {
  const { index } = runPreset(INDEX_PRESETS.quintilePoints, columns.slice(0, 4));
  if (index.status !== 'ok') throw new Error('expected an index');
  t.ok(index.values.every((value) => Number.isInteger(value) && value >= 4 && value <= 20));
});

t.test('nzdep has mean 1000 and deciles', async (t) => {
  const { index, classes } = runPreset(INDEX_PRESETS.nzdep, columns);
  if (index.status !== 'ok') throw new Error('expected an index');
  t.ok(Math.abs(index.values.reduce((a, b) => a + b) / 40 - 1000) < 1e-9);
  for (let decile = 1; decile <= 10; decile++) t.equal(classes.filter((c) => c === decile).length, 4);
});

t.test('without an index there are no classes', async (t) => {
  const flat = { values: new Float64Array(40).fill(3), direction: 1 as const };
  const { index, limits, classes } = runPreset(INDEX_PRESETS.mssStatus, [columns[0]!, flat]);
  t.match(index, { status: 'no_variance', indicator: 1 });
  t.same([limits, [...new Set(classes)]], [[], [0]]);
});

t.test('status and dynamics side by side, with the areas of special attention', async (t) => {
  const status = Uint8Array.of(1, 2, 3, 3, 4, 4, 4, 0, 2);
  const dynamics = Uint8Array.of(1, 3, 2, 3, 1, 2, 3, 1, 0);
  const { overall, attention } = combineStatusDynamics(status, dynamics);
  t.same(
    Array.from(overall, (k) => OVERALL_CLASSES[k]),
    ['1+', '2−', '3±', '3−', '4+', '4±', '4−', 'none', 'none'],
  );
  t.same(attention, [false, false, false, true, true, true, true, false, false]);
  t.throws(() => combineStatusDynamics(status, dynamics.subarray(1)), /Got 8 dynamics classes, expected 9/);
  t.throws(() => combineStatusDynamics(Uint8Array.of(5), Uint8Array.of(1)), /Got classes 5 and 1/);
});
