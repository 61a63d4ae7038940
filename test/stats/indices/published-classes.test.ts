/** Classes that Berlin and the Robert Koch Institute published, computed again from their figures. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import t from 'tap';
import { findBreaks, toLimits } from '../../../src/stats/classes/breaks.ts';
import { classify } from '../../../src/stats/classes/class-limits.ts';
import { combineStatusDynamics, INDEX_PRESETS, runPreset } from '../../../src/stats/indices/index-presets.ts';
import { SHARED_DATA, skipWithoutShared } from '../../support/shared.ts';

const DATA = SHARED_DATA;
const skip = skipWithoutShared;

type Row = Record<string, string>;

function readRows(path: string): Row[] {
  return parse(readFileSync(`${DATA}/${path}`), { columns: true, bom: true }) as Row[];
}

/** Sizes of classes, class 1 first. */
function countClasses(classes: Uint8Array, most: number): number[] {
  return Array.from({ length: most }, (_, k) => classes.filter((c) => c === k + 1).length);
}

function readColumns(rows: Row[], names: string[]): { values: Float64Array; direction: 1 }[] {
  return names.map((name) => ({
    values: Float64Array.from(rows, (row) => (row[name] === '' ? Number.NaN : Number(row[name]))),
    direction: 1,
  }));
}

const SHARES = [
  '1_percentage_unemployed',
  '3_percentage_transfer_payments_recipients',
  '4_percentage_transfer_payments_recipients_below_15_years',
];
const EDITIONS: [number, string[], number, number[]][] = [
  [2013, [...SHARES, '2_percentage_long_term_unemployed'], 434, [80, 264, 52, 38]],
  [2019, SHARES, 436, [67, 283, 47, 39]],
];

for (const [year, shares, rated, counts] of EDITIONS) {
  t.test(`Berlin ${year}: ${rated} of ${rated} areas have their published classes`, { skip }, async (t) => {
    const file = (table: string): string =>
      `berlin/mss/berlin-monitoring-social-urban-development-${year}-00-${table}.csv`;
    const published = readRows(file('1-planning-areas'));
    const byId = new Map(readRows(file('2-1-planning-areas')).map((row) => [row.id, row]));
    const rows = published.map(({ id }) => byId.get(id)!);
    // Not rated: blank, or 0 in 2013; their shares are written as 0 and must not enter a mean.
    const excluded = [...published.keys()].filter((unit) =>
      ['', '0'].includes(published[unit]!.status_index!),
    );
    const status = runPreset(
      INDEX_PRESETS.mssStatus,
      readColumns(
        rows,
        shares.map((s) => `s${s}`),
      ),
      { excluded },
    );
    const dynamics = runPreset(
      INDEX_PRESETS.mssDynamics,
      readColumns(
        rows,
        shares.map((s) => `d${s}`),
      ),
      { excluded },
    );
    t.equal(published.length - excluded.length, rated);
    published.forEach(({ id, status_index, dynamic_index }, unit) => {
      if (status.classes[unit] !== Number(status_index)) t.fail(`status of ${id}`);
      if (dynamics.classes[unit] !== ['+', '+/-', '-'].indexOf(dynamic_index!) + 1)
        t.fail(`dynamics of ${id}`);
    });
    t.same(countClasses(status.classes, 4), counts);
  });
}

t.test(
  'Berlin 2021: 536 of 536 areas have their published classes, 56 need attention',
  { skip },
  async (t) => {
    const published = readRows('berlin/mss/raw-2021-wfs/mss_2021_indizes.csv');
    const byId = new Map(
      readRows('berlin/mss/raw-2021-wfs/mss_2021_index_indikatoren.csv').map((row) => [row.PLR_ID, row]),
    );
    const rows = published.map(({ PLR_ID }) => byId.get(PLR_ID)!);
    const excluded = [...published.keys()].filter((unit) => published[unit]!.KOM !== 'gültig');
    const status = runPreset(INDEX_PRESETS.mssStatus, readColumns(rows, ['S1', 'S3', 'S4']), { excluded });
    const dynamics = runPreset(INDEX_PRESETS.mssDynamics, readColumns(rows, ['D1', 'D3', 'D4']), {
      excluded,
    });
    t.equal(published.length - excluded.length, 536);
    published.forEach(({ PLR_ID, SI_N, DI_N }, unit) => {
      if (excluded.includes(unit)) return;
      if (status.classes[unit] !== Number(SI_N)) t.fail(`status of ${PLR_ID}`);
      // Published as 1 positive, 3 stable, 5 negative.
      if (2 * dynamics.classes[unit]! - 1 !== Number(DI_N)) t.fail(`dynamics of ${PLR_ID}`);
    });
    t.same(countClasses(status.classes, 4), [75, 366, 46, 49]);
    t.same(countClasses(dynamics.classes, 3), [48, 436, 52]);
    const { attention } = combineStatusDynamics(status.classes, dynamics.classes);
    t.equal(attention.filter(Boolean).length, 56);
  },
);

t.test(
  'GISD: 400 of 400 Kreise have their published quintile and decile in each of 24 years',
  { skip },
  async (t) => {
    const rows = readRows('gisd/GISD_Bund_Kreis.csv');
    const years = [...new Set(rows.map(({ year }) => year))];
    t.equal(years.length, 24);
    for (const year of years) {
      const own = rows.filter((row) => row.year === year);
      const scores = Float64Array.from(own, (row) => Number(row.gisd_score));
      for (const classes of [5, 10]) {
        const found = classify(scores, toLimits(findBreaks(scores, { kind: 'quantile', classes }, 'right')));
        const equal = own.filter((row, k) => Number(row[`gisd_${classes}`]) === found[k]).length;
        t.equal(equal, 400, `${year}, ${classes} classes`);
      }
    }
  },
);
