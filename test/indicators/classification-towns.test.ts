import t from 'tap';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { checkClasses, classesOf, readerOf } from '../support/joined-items.ts';
import { serviceOn, testService } from '../support/service.ts';

t.test('classes of the synthetic town', async (t) => {
  const items = readerOf(await testService(t, 'demo'), 'musterstadt-quartier');
  const { rows, columns } = await items(
    'indicators=pov_child&period=2020/2024&measures=value,class,change&classification=jenks-4&classificationPeriods=all',
  );
  for (const year of [2020, 2021, 2022, 2023, 2024]) {
    checkClasses(t, rows, `pov_child_${year}`, classesOf(columns, `pov_child_${year}_class`));
    t.match(
      columns.find(({ name }) => name === `pov_child_${year}_change`),
      { changeFrom: String(year - 1), unit: 'percentage_points' },
    );
    if (year === 2020) continue;
    const wrong = rows.filter((row) => {
      const [now, before] = [row[`pov_child_${year}`], row[`pov_child_${year - 1}`]];
      const wanted = typeof now === 'number' && typeof before === 'number' ? now - before : null;
      return row[`pov_child_${year}_change`] !== wanted;
    });
    t.strictSame(wrong, []);
  }
});

t.test('classes have the colours of the styles, in all periods the same where the breaks are', async (t) => {
  const service = await testService(t, 'demo');
  const items = readerOf(service, 'musterstadt-quartier');
  for (const [indicator, method] of [
    ['pov_child', 'quantile-5'],
    ['lab_employed', 'jenks-4'],
    ['pov_child', 'stddev'],
    ['dem_pop', 'head-tail'],
  ] as const) {
    const query = `indicators=${indicator}&measures=class&classification=${method}`;
    const style = (
      await service.get(
        `/collections/musterstadt-quartier/styles/${indicator}?period=2024&classification=${method}`,
      )
    ).json();
    const { columns } = await items(`${query}&period=2024`);
    t.strictSame(
      classesOf(columns, `${indicator}_class`).colours,
      style.metadata['sozialraum:legend'].classes.map(({ colour }: { colour: string }) => colour),
      `${indicator} ${method}`,
    );
    const common = await items(`${query}&period=2015,2024&classificationPeriods=all`);
    const [early, late] = [2015, 2024].map((year) => classesOf(common.columns, `${indicator}_${year}_class`));
    t.strictSame(early!.colours, late!.colours);
    t.equal(early!.colours.length, early!.breaks.length + 1);
  }
});

const SPARSE = {
  2017: { residents: ['7', '7', '7', '7', '7', '7'], status: 'fewer_classes', breaks: [], counts: [6] },
  2018: { residents: ['', '', '', '', '', '9'], status: 'fewer_classes', breaks: [], counts: [1] },
  2019: { residents: ['', '', '', '', '', ''], status: 'no_values', breaks: [], counts: [] },
  2020: { residents: ['1', '1', '1', '5', '5', ''], status: 'fewer_classes', breaks: null, counts: [3, 2] },
};

t.test('values that do not suffice give fewer classes and say so', async (t) => {
  const { db } = await testDatabase(t);
  const keys = ['0101', '0102', '0103', '0201', '0202', '0203'];
  await importTown(t, db, {
    package: (pkg) => {
      const lines = Object.entries(SPARSE).flatMap(([year, { residents }]) =>
        keys.map((key, i) => `${key};${year};${residents[i]};`),
      );
      pkg.lines = [pkg.lines[0]!, ...lines];
    },
  });
  const items = readerOf(await serviceOn(t, { db }), 'klein-quarter');
  for (const method of ['quantile-5', 'jenks-5', 'equal-5', 'stddev', 'head-tail']) {
    const { rows, columns } = await items(
      `indicators=residents&period=2017/2020&measures=value,class,z,percentile&classification=${method}`,
    );
    for (const [year, { status, breaks, counts }] of Object.entries(SPARSE)) {
      const classes = classesOf(columns, `residents_${year}_class`);
      checkClasses(t, rows, `residents_${year}`, classes);
      if (status === 'no_values') t.match(classes, { status, minimum: null, maximum: null, breaks, counts });
      // Two values make five equally wide classes, three of them empty, and classes by deviations.
      else if (breaks !== null && method !== 'head-tail') t.match(classes, { status, breaks, counts });
      else if (method === 'jenks-5') t.match(classes, { status, counts });
    }
  }
});
