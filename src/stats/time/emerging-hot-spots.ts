/** Emerging hot spots: from a hot spot map per period to one word about each unit's history. */

import { mannKendall } from './mann-kendall.ts';

/** Histories that do not depend on hot or cold. */
const HISTORIES = [
  'new',
  'consecutive',
  'intensifying',
  'persistent',
  'diminishing',
  'sporadic',
  'oscillating',
  'historical',
] as const;
type History = (typeof HISTORIES)[number];

/** Categories; `category` holds positions in this list: 0 none, 1-8 hot, 9-16 cold. */
export const HOT_SPOT_CATEGORIES = [
  'none',
  ...HISTORIES.map((history) => `${history}-hot` as const),
  ...HISTORIES.map((history) => `${history}-cold` as const),
] as const;

/** State of a unit; `unitStatus` holds positions in this list. Only `judged` units have a category. */
export const HOT_SPOT_UNIT_STATUSES = ['judged', 'no_final_value', 'too_few_periods'] as const;

/** Fewest periods that are judged, and the number below which a warning is due. */
const FEWEST = 4;
const FEW = 10;

/** A panel of hot spot maps. Entry unit * periods + period of each array. */
export interface HotSpotPanel {
  units: number;
  periods: number;
  /** Gi* deviates; NaN where a unit was not tested. */
  z: Float64Array;
  /** 1 significantly hot, -1 significantly cold, 0 neither, after whatever correction. */
  significance: Int8Array;
}

/** Result; arrays have one entry per unit. */
export interface EmergingHotSpots {
  /** `too_few_periods`: the panel has fewer than 4; nothing is judged. */
  status: 'ok' | 'too_few_periods';
  /** `few_periods`: fewer than 10, so that trends are hard to find. */
  warnings: 'few_periods'[];
  /** Positions in HOT_SPOT_UNIT_STATUSES. */
  unitStatus: Uint8Array;
  /** Positions in HOT_SPOT_CATEGORIES; 0 where not judged. */
  category: Uint8Array;
  /** Tested, hot and cold periods. */
  tested: Uint32Array;
  hot: Uint32Array;
  cold: Uint32Array;
  /** Mann-Kendall deviate and p of the Gi* z; NaN where not judged or z never varies. */
  trendZ: Float64Array;
  trendP: Float64Array;
}

/**
 * Emerging hot spot categories: definitions of Esri's Emerging Hot Spot Analysis
 * (https://pro.arcgis.com/en/pro-app/latest/tool-reference/space-time-pattern-mining/learnmoreemerging.htm), Gi* by Ord & Getis
 * 1995 (doi:10.1111/j.1538-4632.1995.tb00912.x), the trend of its z by Mann-Kendall (Mann 1945, doi:10.2307/1907187).
 * The first that fits, for a unit that is hot in the final period:
 *
 *     new            hot in the final period only
 *     intensifying   hot in at least 90 % of the periods, trend up         (cold: down)
 *     diminishing    the same, trend down                                  (cold: up)
 *     persistent     the same, no trend
 *     consecutive    one uninterrupted run of two or more hot periods up to the end, none before it
 *     oscillating    cold in some earlier period
 *     sporadic       hot on and off, never cold
 *
 * and for one that is neither hot nor cold in the end: `historical` when it was hot in at least 90 % of the periods. Cold is the
 * mirror image; a unit that was hot throughout and is cold in the end is a new cold spot. Periods in which a unit was not tested
 * are left out of its history, neither breaking a run nor counting in the share. Whether Gi* compares with the whole panel or
 * with its own period is the caller's choice and must be stated with the result.
 *
 * @param level p at or below which the trend counts, default 0.05; with 4 periods no series can reach it
 * @throws RangeError for arrays that do not fit, significance other than -1, 0, 1, or a bad level
 */
export function findEmergingHotSpots(panel: HotSpotPanel, level = 0.05): EmergingHotSpots {
  checkPanel(panel, level);
  const { units, periods, z, significance } = panel;
  const result: EmergingHotSpots = {
    status: periods < FEWEST ? 'too_few_periods' : 'ok',
    warnings: periods >= FEWEST && periods < FEW ? ['few_periods'] : [],
    unitStatus: new Uint8Array(units).fill(HOT_SPOT_UNIT_STATUSES.indexOf('too_few_periods')),
    category: new Uint8Array(units),
    tested: new Uint32Array(units),
    hot: new Uint32Array(units),
    cold: new Uint32Array(units),
    trendZ: new Float64Array(units).fill(NaN),
    trendP: new Float64Array(units).fill(NaN),
  };
  for (let unit = 0; unit < units; unit++) {
    const row = z.subarray(unit * periods, (unit + 1) * periods);
    const marks: number[] = [];
    row.forEach((value, period) => {
      if (Number.isFinite(value)) marks.push(significance[unit * periods + period]!);
    });
    result.tested[unit] = marks.length;
    result.hot[unit] = marks.filter((mark) => mark === 1).length;
    result.cold[unit] = marks.filter((mark) => mark === -1).length;
    if (marks.length < FEWEST) continue;
    if (!Number.isFinite(row[periods - 1]!)) {
      result.unitStatus[unit] = HOT_SPOT_UNIT_STATUSES.indexOf('no_final_value');
      continue;
    }
    result.unitStatus[unit] = HOT_SPOT_UNIT_STATUSES.indexOf('judged');
    const trend = mannKendall(row);
    let direction = 0;
    if (trend.status === 'ok') {
      result.trendZ[unit] = trend.z;
      result.trendP[unit] = trend.p;
      if (trend.p <= level) direction = Math.sign(trend.score);
    }
    result.category[unit] = categorise(marks, direction);
  }
  return result;
}

function checkPanel({ units, periods, z, significance }: HotSpotPanel, level: number): void {
  if (z.length !== units * periods || significance.length !== units * periods) {
    throw new RangeError(
      `Got ${z.length} deviates and ${significance.length} marks, expected ${units} units x ${periods} periods.`,
    );
  }
  const bad = significance.find((mark) => mark < -1 || mark > 1);
  if (bad !== undefined) throw new RangeError(`Got significance ${bad}, expected -1, 0 or 1.`);
  if (!(level > 0 && level < 1))
    throw new RangeError(`Got level ${level}, expected a number between 0 and 1.`);
}

/** Position in HOT_SPOT_CATEGORIES. */
function categorise(marks: readonly number[], direction: number): number {
  const final = marks.at(-1)!;
  const sign = final === 0 ? findMostly(marks) : final;
  if (sign === 0) return 0;
  const history = final === 0 ? 'historical' : tellHistory(marks, sign, direction * sign);
  return HOT_SPOT_CATEGORIES.indexOf(`${history}-${sign > 0 ? 'hot' : 'cold'}`);
}

/** 1 hot, -1 cold in at least 90 % of the periods; 0 neither. */
function findMostly(marks: readonly number[]): number {
  return [1, -1].find((sign) => 10 * marks.filter((mark) => mark === sign).length >= 9 * marks.length) ?? 0;
}

/**
 * History of a unit that is hot (sign 1) or cold (-1) in the end.
 *
 * @param growing 1 when the clustering grows stronger, -1 weaker, 0 neither
 */
function tellHistory(marks: readonly number[], sign: number, growing: number): History {
  const hits = marks.filter((mark) => mark === sign).length;
  if (hits === 1) return 'new';
  if (findMostly(marks) === sign) {
    if (growing === 0) return 'persistent';
    return growing > 0 ? 'intensifying' : 'diminishing';
  }
  const run = marks.length - 1 - marks.findLastIndex((mark) => mark !== sign);
  if (run === hits) return 'consecutive';
  return marks.includes(-sign) ? 'oscillating' : 'sporadic';
}
