/** LISA Markov chain of one indicator over its periods, in a worker thread. */
import { hashInputs } from '../../analyses/statement.ts';
import { QUADRANTS } from '../../stats/local/local-classes.ts';
import { classifyPeriods, lisaMarkov, MARKOV_STATES } from '../../stats/time/lisa-markov.ts';
import { excludedByPeriod } from './hot-spots-task.ts';
import {
  commonWarnings,
  describeColumns,
  describeNeighbourhood,
  findNeighbourhood,
  type Task,
  type Units,
  valuesAt,
  writeFeatures,
} from './units.ts';

/** Input of the task; columns are periods, oldest first. */
export interface LisaMarkovInput {
  units: Units;
}

/** Fewer moves than this per cell of the table say little. */
const FEW_PERIODS = 10;

/** Counts moves between quadrants. @returns GeoJSON with `analysis` */
export default function runLisaMarkov({ input: { units } }: Task<LisaMarkovInput>): Uint8Array {
  const { columns, keys } = units;
  const periods = columns.length;
  const neighbourhood = findNeighbourhood(units, 'W', []);
  const values = new Float64Array(keys.length * periods);
  columns.forEach((column, period) => {
    for (let i = 0; i < keys.length; i++) values[i * periods + period] = column.values[i]!;
  });
  const quadrants = classifyPeriods(values, neighbourhood.neighbours, periods);
  const { moveTypes, ...chain } = lisaMarkov(quadrants, keys.length, periods);
  const rows = keys.map((_, i) => {
    const path = columns.map((_column, period) => {
      const quadrant = quadrants[i * periods + period]!;
      return quadrant === 0 ? null : QUADRANTS[quadrant]!;
    });
    const pairs = [...moveTypes.subarray(i * (periods - 1), (i + 1) * (periods - 1))].filter(Boolean);
    const stays = pairs.filter((type) => Math.floor((type - 1) / 4) === (type - 1) % 4).length;
    return { values: valuesAt(units, i), quadrants: path, moves: pairs.length - stays, pairs: pairs.length };
  });
  const warnings = commonWarnings(units, neighbourhood);
  if (periods < 2) warnings.unshift('The series is too short: at least 2 periods are needed.');
  else if (periods < FEW_PERIODS)
    warnings.unshift(`The series is short: probabilities come from ${periods - 1} pairs of periods.`);
  if (chain.independence && chain.independence.smallCells > 0)
    warnings.push(
      `In ${chain.independence.smallCells} cells fewer than 5 moves are expected: the test is unreliable.`,
    );
  warnings.push('Moves of neighbouring districts are not independent: the test is a rough guide.');
  return writeFeatures(units, rows, {
    ...units.frame,
    method: 'LISA Markov chain over neighbouring periods, quadrants of the Moran plot of each period',
    reference: [
      'Rey 2001, doi:10.1111/j.1538-4632.2001.tb00444.x',
      'Anderson & Goodman 1957, doi:10.1214/aoms/1177707039',
    ],
    indicators: describeColumns(units),
    snapshot: hashInputs(
      columns.map((column) => column.values),
      neighbourhood.summary.hash,
    ),
    n: rows.filter(({ pairs }) => pairs > 0).length,
    excluded: excludedByPeriod(units),
    weights: describeNeighbourhood(units, neighbourhood),
    states: MARKOV_STATES,
    chain,
    warnings,
  });
}
