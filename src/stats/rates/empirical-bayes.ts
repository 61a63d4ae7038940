/**
 * Rates of small areas: two cases in a hundred inhabitants say less than two hundred in ten thousand.
 */

import type { Weights } from '../weights/weights.ts';

/** State of a unit; `unitStatus` holds positions in this list. Only `ok` units have figures. */
export const RATE_STATUSES = ['ok', 'missing', 'no_base', 'island'] as const;

/** Figures of the prior: where rates are drawn to, and how far they differ from each other in truth. */
interface Prior {
  /** m = sum e / sum b, events per unit of base. */
  mean: number;
  /** a = s2 - m / mean(b), variance of the true rates; 0 or below when chance alone explains the spread. */
  variance: number;
}

/** Rates; every array has one entry per unit of the input, NaN where the status is not `ok`. */
export interface Rates {
  /** Positions in RATE_STATUSES: no events or base given, a base of 0, no neighbour (local smoothing only). */
  unitStatus: Uint8Array;
  /** e / b. */
  raw: Float64Array;
}

/** Smoothed rates. */
export interface SmoothedRates extends Rates {
  smoothed: Float64Array;
}

/** Rates smoothed towards the whole map. */
export interface GloballySmoothedRates extends SmoothedRates {
  /** null when no unit has a base. Its variance is not below 0. */
  prior: Prior | null;
}

/** Standardised rates. */
export interface StandardisedRates extends Rates {
  /** `no_base`: no unit has one. `no_events`: all rates are 0, so nothing varies and no unit has a score. */
  status: 'ok' | 'no_base' | 'no_events';
  standardised: Float64Array;
  /** null when no unit has a base. Its variance may be below 0. */
  prior: Prior | null;
}

/**
 * Empirical Bayes rates, drawn towards the overall rate, the more the smaller the base (Marshall 1991, doi:10.2307/2347593).
 *
 *     m = sum e / sum b     s2 = sum b (r - m)^2 / sum b     a = max(0, s2 - m / mean(b))
 *     EB_i = m + a / (a + m / b_i) (r_i - m)
 *
 * For maps of rates, not for tests of them: see `standardiseRates`. A count that was suppressed is missing, never 0.
 *
 * @param events e: n counts, 0 or more; NaN for none given
 * @param base b: n counts of persons at risk, not below the events; NaN for none given
 * @throws RangeError for unequal lengths, a negative or infinite number, and more events than base
 */
export function smoothRates(events: Float64Array, base: Float64Array): GloballySmoothedRates {
  const rates = computeRates(events, base);
  const smoothed = new Float64Array(events.length).fill(Number.NaN);
  const units = listRatedUnits(rates);
  if (units.length === 0) return { ...rates, smoothed, prior: null };
  const prior = estimatePrior(units, rates.raw, events, base);
  prior.variance = Math.max(0, prior.variance);
  for (const i of units) smoothed[i] = shrink(rates.raw[i]!, base[i]!, prior);
  return { ...rates, smoothed, prior };
}

/**
 * Empirical Bayes rates, drawn towards the rate of the neighbourhood: the same with m, s2, a and mean(b) from the unit and its
 * neighbours, deviations being from the m of that neighbourhood (Marshall 1991, doi:10.2307/2347593). This is GeoDa's form and
 * spdep's EBlocal(geoda = TRUE); spdep's default lets every neighbour deviate from its own local mean. Neighbours without a rate
 * are left out; a unit without any other is an `island`, there being nothing to draw it to.
 *
 * @param events e: n counts, 0 or more; NaN for none given
 * @param base b: n counts, not below the events; NaN for none given
 * @param links n units; weights are not read
 * @throws RangeError for unequal lengths, a negative or infinite number, and more events than base
 */
export function smoothRatesLocally(events: Float64Array, base: Float64Array, links: Weights): SmoothedRates {
  if (links.n !== events.length) throw new RangeError(`Got ${events.length} counts for ${links.n} units.`);
  const rates = computeRates(events, base);
  const smoothed = new Float64Array(events.length).fill(Number.NaN);
  const unitStatus = rates.unitStatus.slice();
  for (const i of listRatedUnits(rates)) {
    const around = [i];
    for (let e = links.offsets[i]!; e < links.offsets[i + 1]!; e++) {
      const j = links.neighbours[e]!;
      if (rates.unitStatus[j] === RATE_STATUSES.indexOf('ok')) around.push(j);
    }
    if (around.length === 1) {
      unitStatus[i] = RATE_STATUSES.indexOf('island');
      continue;
    }
    const prior = estimatePrior(around, rates.raw, events, base);
    prior.variance = Math.max(0, prior.variance);
    smoothed[i] = shrink(rates.raw[i]!, base[i]!, prior);
  }
  const raw = rates.raw.map((rate, i) => (unitStatus[i] === RATE_STATUSES.indexOf('ok') ? rate : Number.NaN));
  return { unitStatus, raw, smoothed };
}

/**
 * Rates in standard deviations that allow for their bases, for Moran's I of rates (Assuncao & Reis 1999,
 * doi:10.1002/(SICI)1097-0258(19990830)18:16<2147::AID-SIM179>3.0.CO;2-I): give `standardised` to `globalMoran` or
 * `localMoran`, which treat NaN as missing.
 *
 *     z_i = (r_i - m) / sqrt(v_i)     v_i = a + m / b_i, or m / b_i where that is not positive
 *
 * m and a as for `smoothRates`, but a is not cut off at 0, as in spdep's EBImoran.
 *
 * @param events e: n counts, 0 or more; NaN for none given
 * @param base b: n counts, not below the events; NaN for none given
 * @throws RangeError for unequal lengths, a negative or infinite number, and more events than base
 */
export function standardiseRates(events: Float64Array, base: Float64Array): StandardisedRates {
  const rates = computeRates(events, base);
  const standardised = new Float64Array(events.length).fill(Number.NaN);
  const units = listRatedUnits(rates);
  if (units.length === 0) return { ...rates, status: 'no_base', standardised, prior: null };
  const prior = estimatePrior(units, rates.raw, events, base);
  if (prior.mean === 0) return { ...rates, status: 'no_events', standardised, prior };
  for (const i of units) {
    const byChance = prior.mean / base[i]!;
    const variance = prior.variance + byChance;
    standardised[i] = (rates.raw[i]! - prior.mean) / Math.sqrt(variance > 0 ? variance : byChance);
  }
  return { ...rates, status: 'ok', standardised, prior };
}

/** Raw rates of the units that have a base. */
function computeRates(events: Float64Array, base: Float64Array): Rates {
  if (events.length !== base.length) {
    throw new RangeError(`Got ${events.length} counts of events and ${base.length} bases, expected as many.`);
  }
  const unitStatus = new Uint8Array(events.length);
  const raw = new Float64Array(events.length).fill(Number.NaN);
  for (let i = 0; i < events.length; i++) {
    const [e, b] = [events[i]!, base[i]!];
    if (e < 0 || b < 0 || e === Infinity || b === Infinity) {
      throw new RangeError(`Got ${e} events of ${b} in unit ${i}, expected 0 or more.`);
    }
    if (e > b) throw new RangeError(`Got ${e} events of ${b} in unit ${i}, expected at most its base.`);
    if (Number.isNaN(e) || Number.isNaN(b)) unitStatus[i] = RATE_STATUSES.indexOf('missing');
    else if (b === 0) unitStatus[i] = RATE_STATUSES.indexOf('no_base');
    else raw[i] = e / b;
  }
  return { unitStatus, raw };
}

function listRatedUnits({ unitStatus }: Rates): number[] {
  const units: number[] = [];
  unitStatus.forEach((status, i) => {
    if (RATE_STATUSES[status] === 'ok') units.push(i);
  });
  return units;
}

/** m and a of one or more units, a not cut off. */
function estimatePrior(
  units: readonly number[],
  raw: Float64Array,
  events: Float64Array,
  base: Float64Array,
): Prior {
  let eventSum = 0;
  let baseSum = 0;
  for (const i of units) {
    eventSum += events[i]!;
    baseSum += base[i]!;
  }
  const mean = eventSum / baseSum;
  let squares = 0;
  for (const i of units) squares += base[i]! * (raw[i]! - mean) ** 2;
  return { mean, variance: squares / baseSum - mean / (baseSum / units.length) };
}

function shrink(rate: number, base: number, { mean, variance }: Prior): number {
  // Without true variance the mean is all there is to say; it also is when there are no events, where 0 / 0 would follow.
  return variance > 0 ? mean + (variance / (variance + mean / base)) * (rate - mean) : mean;
}
