/** LISA Markov: how do units and their surroundings move between the quadrants of the Moran plot? */

import { chiSquareTail } from '../inference/chi-square.ts';
import { QUADRANTS } from '../local/local-moran.ts';
import { computeMoments, findRated, isMeasurable } from '../standardise.ts';
import { styleWeights, subsetWeights, type Weights } from '../weights/weights.ts';
import { estimateProbabilities, findStationary } from './markov-chain.ts';

/** Order of rows and columns: QUADRANTS without `none`. */
export const MARKOV_STATES = QUADRANTS.slice(1);

/** Whether own value and surroundings are high, by state. */
const OWN_HIGH = MARKOV_STATES.map((state) => state.startsWith('high'));
const AROUND_HIGH = MARKOV_STATES.map((state) => state.endsWith('high'));

/** Deviations from the mean up to which a value differs from it by rounding only. */
const ROUNDING = 1e-10;

/** Moves by what changed its side of the mean (types 0, I, II, III of Rey 2001). */
export interface MoveCounts {
  none: number;
  own: number;
  neighbours: number;
  both: number;
}

/** Pearson's test of moves against independent ones. */
export interface IndependenceTest {
  statistic: number;
  degreesOfFreedom: number;
  p: number;
  /** Moves expected when own and neighbours' moves are independent; states x states. */
  expected: number[][];
  /** Cells in which fewer than 5 moves are expected: many of them make p unreliable. */
  smallCells: number;
}

/** Result; rows and columns in the order of MARKOV_STATES. `no_moves`: no unit has two neighbouring periods. */
export interface LisaMarkov {
  status: 'ok' | 'no_moves';
  /** Moves counted, and pairs of periods left out for a missing value. */
  moves: number;
  broken: number;
  counts: number[][];
  /** null for a state that was never left. */
  probabilities: (number[] | null)[];
  /** null where there is not exactly one. */
  stationary: number[] | null;
  /** null where nothing can be tested. */
  independence: IndependenceTest | null;
  moveCounts: MoveCounts;
  /** Entry unit * (periods - 1) + period: 1 + 4 from + to, or 0 for a broken pair. */
  moveTypes: Uint8Array;
}

/**
 * Quadrant of every unit in every period, for chains: own value and mean of the neighbours above the mean of the period are
 * high, all else low. A value at the mean, to within 1e-10 standard deviations of the period, is low, every time (giddy#216:
 * ties must not be drawn by lot). A period in which nothing varies has no quadrants: there is no above and below.
 *
 * @param values entry unit * periods + period, any unit; NaN for none
 * @param weights one row per unit; styled W here. Units without a value leave a period with their links
 * @returns positions in QUADRANTS in the same layout; 0 without a value, without neighbours that have one, and in a
 *   period whose values do not vary, or too little or too much to be measured
 * @throws RangeError for values that are not units x periods
 */
export function classifyPeriods(values: Float64Array, weights: Weights, periods: number): Uint8Array {
  if (values.length !== weights.n * periods) {
    throw new RangeError(`Got ${values.length} values, expected ${weights.n} units x ${periods} periods.`);
  }
  const quadrants = new Uint8Array(values.length);
  for (let period = 0; period < periods; period++) {
    const column = Float64Array.from({ length: weights.n }, (_, unit) => values[unit * periods + period]!);
    const rated = findRated(column);
    const used = styleWeights(subsetWeights(weights, rated), 'W');
    const moments = computeMoments(column);
    if (!isMeasurable(moments)) continue;
    const { mean, deviation } = moments;
    const least = ROUNDING * deviation;
    const nameSide = (difference: number): 'high' | 'low' => (difference > least ? 'high' : 'low');
    rated.forEach((unit, k) => {
      const [from, until] = [used.offsets[k]!, used.offsets[k + 1]!];
      if (from === until) return;
      let lag = 0;
      for (let e = from; e < until; e++) {
        lag += used.weights[e]! * (column[rated[used.neighbours[e]!]!]! - mean);
      }
      const own = nameSide(column[unit]! - mean);
      quadrants[unit * periods + period] = QUADRANTS.indexOf(`${own}-${nameSide(lag)}`);
    });
  }
  return quadrants;
}

/**
 * LISA Markov chain (Rey 2001, doi:10.1111/j.1538-4632.2001.tb00444.x) over pairs of neighbouring periods, all units and
 * periods pooled.
 *
 *     counts_ab = moves from quadrant a to b,  probabilities_ab = counts_ab / counts_a.
 *     expected_ab = counts_a. p_own(a -> b) p_neighbours(a -> b)
 *     chi2 = sum (counts - expected)^2 / expected        (Anderson & Goodman 1957, doi:10.1214/aoms/1177707039)
 *
 * with p_own the chain of own side and p_neighbours that of the surroundings' side alone. Degrees of freedom: 3 per state
 * that was left, less one per own and per neighbours' side that was left: 8 for full tables (giddy says 9). Moves of
 * neighbouring units are not independent, so p is a rough guide. A missing period breaks the pair; nothing bridges it.
 *
 * @param quadrants positions in QUADRANTS, entry unit * periods + period; 0 for none
 * @throws RangeError when quadrants do not fit or are no positions
 */
export function lisaMarkov(quadrants: Uint8Array, units: number, periods: number): LisaMarkov {
  if (quadrants.length !== units * periods) {
    throw new RangeError(`Got ${quadrants.length} quadrants, expected ${units} units x ${periods} periods.`);
  }
  const counts = MARKOV_STATES.map(() => MARKOV_STATES.map(() => 0));
  const moveCounts: MoveCounts = { none: 0, own: 0, neighbours: 0, both: 0 };
  const pairs = Math.max(0, periods - 1);
  const moveTypes = new Uint8Array(units * pairs);
  let moves = 0;
  for (let unit = 0; unit < units; unit++) {
    for (let period = 0; period < pairs; period++) {
      const from = toState(quadrants[unit * periods + period]!);
      const to = toState(quadrants[unit * periods + period + 1]!);
      if (from < 0 || to < 0) continue;
      moves++;
      counts[from]![to]!++;
      moveTypes[unit * pairs + period] = 1 + MARKOV_STATES.length * from + to;
      moveCounts[nameMove(from, to)]++;
    }
  }
  const probabilities = estimateProbabilities(counts);
  return {
    status: moves === 0 ? 'no_moves' : 'ok',
    moves,
    broken: units * pairs - moves,
    counts,
    probabilities,
    stationary: findStationary(probabilities),
    independence: testIndependence(counts),
    moveCounts,
    moveTypes,
  };
}

/** Index in MARKOV_STATES, -1 for none. */
function toState(quadrant: number): number {
  if (quadrant >= QUADRANTS.length) {
    throw new RangeError(`Got quadrant ${quadrant}, expected 0 to ${QUADRANTS.length - 1}.`);
  }
  return quadrant - 1;
}

function nameMove(from: number, to: number): keyof MoveCounts {
  const own = OWN_HIGH[from] !== OWN_HIGH[to];
  const around = AROUND_HIGH[from] !== AROUND_HIGH[to];
  if (own && around) return 'both';
  if (own) return 'own';
  return around ? 'neighbours' : 'none';
}

function testIndependence(counts: readonly (readonly number[])[]): IndependenceTest | null {
  const own = pool(counts, OWN_HIGH);
  const around = pool(counts, AROUND_HIGH);
  const left = (table: readonly (readonly number[])[]): number =>
    table.filter((row) => row.some((count) => count > 0)).length;
  const degreesOfFreedom = 3 * left(counts) - left(own) - left(around);
  if (degreesOfFreedom < 1) return null;

  const ownChain = estimateProbabilities(own);
  const aroundChain = estimateProbabilities(around);
  let statistic = 0;
  let smallCells = 0;
  const expected = counts.map((row, from) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, to) => {
      if (total === 0) return 0;
      const pOwn = ownChain[Number(OWN_HIGH[from])]![Number(OWN_HIGH[to])]!;
      const pAround = aroundChain[Number(AROUND_HIGH[from])]![Number(AROUND_HIGH[to])]!;
      const cell = total * pOwn * pAround;
      if (cell > 0) statistic += (count - cell) ** 2 / cell;
      if (cell < 5) smallCells++;
      return cell;
    });
  });
  return { statistic, degreesOfFreedom, p: chiSquareTail(statistic, degreesOfFreedom), expected, smallCells };
}

/** Moves between low (0) and high (1) of one side. */
function pool(counts: readonly (readonly number[])[], high: readonly boolean[]): number[][] {
  const table = [
    [0, 0],
    [0, 0],
  ];
  counts.forEach((row, from) => {
    row.forEach((count, to) => {
      table[Number(high[from])]![Number(high[to])]! += count;
    });
  });
  return table;
}
