import t from 'tap';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { type Column, numbersOf, readerOf } from '../support/joined-items.ts';
import { serviceOn, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

t.test('percentiles and changes of Berlin', { skip: skipWithoutShared }, async (t) => {
  const items = readerOf(await testService(t, 'berlin'), 'berlin-plr');

  t.test('percentile is the percentage of districts with at most the own value', async (t) => {
    const { rows, columns } = await items('indicators=mss_s1&period=2021&measures=value,percentile');
    const values = numbersOf(rows, 'mss_s1');
    for (const row of rows) {
      const own = row.mss_s1;
      const wanted =
        typeof own === 'number' ? (100 * values.filter((value) => value <= own).length) / 536 : null;
      t.equal(row.mss_s1_percentile, wanted);
    }
    t.match(
      columns.find(({ measure }) => measure === 'percentile'),
      { unit: 'percent' },
    );
  });

  t.test('change is the value minus that of the period before', async (t) => {
    const { rows, columns } = await items(
      'indicators=population&period=2024-S1,2024-S2&measures=value,change',
    );
    for (const row of rows) {
      const [now, before] = [row.population_2024_s2, row.population_2024_s1];
      const wanted = typeof now === 'number' && typeof before === 'number' ? now - before : null;
      t.equal(row.population_2024_s2_change, wanted);
    }
    t.strictSame(
      columns.filter(({ measure }) => measure === 'change').map(({ changeFrom, unit }) => [changeFrom, unit]),
      [
        ['2023-S2', 'persons'],
        ['2024-S1', 'persons'],
      ],
    );
  });

  t.test('change counts from the period asked for', async (t) => {
    const query = 'indicators=population&period=2022-S1,2024-S2&measures=value,change&changeFrom=2022-S1';
    const { rows, columns } = await items(query);
    t.ok(rows.some((row) => row.population_2024_s2_change !== 0));
    for (const row of rows) {
      const [now, before] = [row.population_2024_s2, row.population_2022_s1];
      t.equal(row.population_2024_s2_change, typeof now === 'number' ? now - (before as number) : null);
      t.equal(row.population_2022_s1_change, typeof before === 'number' ? 0 : null);
    }
    t.ok(columns.filter(({ measure }) => measure === 'change').every((one) => one.changeFrom === '2022-S1'));
  });

  t.test('a first period, and one whose forerunner is on other boundaries, has no change', async (t) => {
    for (const query of [
      'indicators=mss_s1&period=2021',
      'datetime=2012-01-01&indicators=mss_s1&period=2013',
    ]) {
      const { rows, columns } = await items(`${query}&measures=change`);
      t.ok(
        rows.every((row) => row.mss_s1_change === null),
        query,
      );
      t.equal(columns.find(({ measure }) => measure === 'change')!.changeFrom, null);
    }
  });
});

t.test('a correction of the base changes the change, its release and the entity tag', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const service = await serviceOn(t, { db });
  const url = '/collections/klein-quarter/items?indicators=residents&period=2023&measures=change';
  const read = async (): Promise<[number, Column, string]> => {
    const response = await service.get(url);
    const { features, columns } = response.json();
    const change = (columns as Column[]).find(({ measure }) => measure === 'change')!;
    return [features[0].properties.residents_change, change, String(response.headers.etag)];
  };
  const [before, column, tag] = await read();
  t.equal(before, 50);
  t.match(column, { changeFrom: '2022', release: 1 });
  await importTown(t, db, {
    package: (pkg) => {
      pkg.lines = pkg.lines.map((line) => line.replace('0101;2022;1.200', '0101;2022;1.100'));
    },
  });
  await service.app.refresh();
  const [after, corrected, next] = await read();
  t.equal(after, 150);
  t.match(corrected, { changeFrom: '2022', release: 2 });
  t.not(next, tag);
});
