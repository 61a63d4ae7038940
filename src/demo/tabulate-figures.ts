import type { DrawnDistrict } from './draw-town.ts';
import { DEMO_INDICATORS } from './indicators.ts';
import type { Random } from './random.ts';
import {
  COUNTS,
  type CountName,
  type Counts,
  simulateQuartier,
  sumCounts,
  YEARS,
} from './simulate-figures.ts';

/** Marks of missing counts, as German official statistics print them; the package declares each. */
export const MARKS = { secret: '.', impossible: 'x', missing: '' } as const;

/** Counts of one to four persons are not published. */
const SECRET_BELOW = 5;

/** The childcare figures of this Stadtteil got lost in one year. */
const LOST = { stadtteil: '06', year: 2017, column: 'care_u3' } as const;

/** A table of text cells, header first. */
export type Table = string[][];

/**
 * Makes up the yearly figures of all districts as two tables: district, year, counts.
 *
 * A Stadtteil has the sum of its Quartiere, unless one of them is secret (the difference would tell it) or lost.
 */
export function tabulateFigures(
  quartiere: readonly DrawnDistrict[],
  stadtteile: readonly DrawnDistrict[],
  random: Random,
): { quartiere: Table; stadtteile: Table } {
  const series = new Map(quartiere.map(({ key, centre }) => [key, simulateQuartier(key, centre, random)]));
  const header = ['district', 'year', ...COUNTS];
  const tables = { quartiere: [header], stadtteile: [header] };
  YEARS.forEach((year, index) => {
    const cells = new Map<string, string[]>();
    for (const { key } of quartiere) {
      const counts = series.get(key)![index]!;
      cells.set(
        key,
        COUNTS.map((name) => printCount(key, year, name, counts)),
      );
      tables.quartiere.push([key, String(year), ...cells.get(key)!]);
    }
    for (const { key } of stadtteile) {
      const parts = quartiere
        .filter((quartier) => quartier.key.startsWith(key))
        .map((quartier) => quartier.key);
      const sum = sumCounts(parts.map((part) => series.get(part)![index]!));
      const row = COUNTS.map((name, column) => {
        const printed = parts.map((part) => cells.get(part)![column]!);
        if (printed.includes(MARKS.missing)) return MARKS.missing;
        return printed.includes(MARKS.secret) ? MARKS.secret : String(sum[name]);
      });
      tables.stadtteile.push([key, String(year), ...row]);
    }
  });
  return tables;
}

/** Denominator of each count that is the numerator of a share. */
const WHOLES = new Map<CountName, CountName>(
  DEMO_INDICATORS.flatMap(({ counts: { numerator, denominator } }) =>
    denominator ? [[numerator, denominator] as const] : [],
  ),
);

function printCount(key: string, year: number, name: CountName, counts: Counts): string {
  const whole = WHOLES.get(name);
  if (key.startsWith(LOST.stadtteil) && year === LOST.year && name === LOST.column) return MARKS.missing;
  if (whole && counts[whole] === 0) return MARKS.impossible;
  if (whole && counts[name] > 0 && counts[name] < SECRET_BELOW) return MARKS.secret;
  return String(counts[name]);
}
