/** Which columns inputs mean. */
import { unknown } from '../analyses/find-subject.ts';
import { columnsOf, compareIds } from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { parsePeriod } from '../indicators/period.ts';
import { Problem } from '../problem.ts';
import type { ColumnInputs, ColumnsInputs, SeriesInputs } from './common-inputs.ts';
import type { ProcessContext } from './process.ts';

/** Columns of the districts: indicators and periods. */
export type ChosenColumns = readonly { indicator: string; period: string }[];

/** The one column that is named. */
export function columnsOfOne(_context: ProcessContext, { indicator, period }: ColumnInputs): ChosenColumns {
  return [{ indicator, period }];
}

/** Several indicators in one period. */
export function columnsOfPeriod(
  _context: ProcessContext,
  { indicators, period }: ColumnsInputs,
): ChosenColumns {
  return indicators.map((indicator) => ({ indicator, period }));
}

/**
 * All periods of an indicator on the chosen boundary version that are as long as most of them, oldest first.
 * @throws Problem invalid_request for what there is not
 */
export function columnsOfSeries({ catalog, day }: ProcessContext, inputs: SeriesInputs): ChosenColumns {
  const geography = catalog.geographies.get(inputs.collection);
  if (!geography) throw unknown('collection', inputs.collection, catalog.geographies.keys());
  const indicator = catalog.indicators.get(inputs.indicator);
  const all = indicator ? columnsOf(catalog, geography, indicator) : [];
  if (all.length === 0) throw unknown('indicator', inputs.indicator, catalog.indicators.keys());
  const preferred = requireBoundary(geography, inputs.datetime, day);
  const own = all.filter((entry) => entry.boundaryVersion === preferred.id);
  if (own.length === 0) {
    throw new Problem('invalid_request', 'The indicator has no period on this boundary version.', [
      {
        code: 'unknown_period',
        field: '/body/inputs/datetime',
        got: inputs.datetime ?? preferred.validFrom,
        expected: 'a date of a boundary version that the indicator was published for',
      },
    ]);
  }
  const kinds = own.map(({ period }) => parsePeriod(period)!.kind);
  const usual = [...new Set(kinds)].sort(
    (a, b) => kinds.filter((kind) => kind === b).length - kinds.filter((kind) => kind === a).length,
  )[0];
  const periods = own.map(({ period }) => period).filter((period) => parsePeriod(period)!.kind === usual);
  const chosen = periods.filter(
    (period) =>
      (inputs.from === undefined || compareIds(period, inputs.from) >= 0) &&
      (inputs.until === undefined || compareIds(period, inputs.until) <= 0),
  );
  if (chosen.length === 0) throw unknown('period', `${inputs.from ?? '..'}/${inputs.until ?? '..'}`, periods);
  return chosen.map((period) => ({ indicator: inputs.indicator, period }));
}
