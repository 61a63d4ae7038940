/** Index methods in use, as data: a name, a version, everything that decides a class. */

import { type ClassLimit, classify } from '../classes/class-limits.ts';
import { applyRule, type ClassRule } from '../classes/class-rule.ts';
import { type CompositeIndex, composeIndex } from './composite.ts';
import type { IndexIndicator, IndexMethod, IndexOptions } from './index-method.ts';

/** A method with everything but the indicators. A change of any part is a new version. */
export interface IndexPreset {
  id: string;
  version: string;
  /** Where the method is described. */
  source: string;
  method: IndexMethod;
  /** `equal`: 1 each; otherwise one per indicator, in order. */
  weights: 'equal' | readonly number[];
  classes: ClassRule;
  /** Codes of the classes, lowest index first; empty where they are numbers. */
  classCodes: readonly string[];
}

/** Result of a preset. */
export interface PresetResult {
  preset: { id: string; version: string };
  index: CompositeIndex;
  /** Limits that were applied; empty where there is no index. */
  limits: readonly ClassLimit[];
  /** 1 is the lowest class; 0 where a unit has none. */
  classes: Uint8Array;
}

const BERLIN = 'https://www.berlin.de/sen/sbw/stadtdaten/stadtwissen/monitoring-soziale-stadtentwicklung/';
const HAMBURG = 'https://www.hamburg.de/politik-und-verwaltung/behoerden/bsw/themen/rise/sozialmonitoring';

const STANDARDISED_SUM: IndexMethod = {
  scoring: { kind: 'z', spread: 'population' },
  rescale: { mean: 0, deviation: 1, spread: 'population' },
  missing: 'all',
};
// Verified against the published classes: a value at a limit stays in the middle class, or in the lower of two bad ones.
const STATUS_LIMITS: ClassRule = {
  kind: 'limits',
  limits: [
    { value: -1, tie: 'above' },
    { value: 1, tie: 'below' },
    { value: 1.5, tie: 'below' },
  ],
};
const DYNAMICS_LIMITS: ClassRule = {
  kind: 'limits',
  limits: [
    { value: -1, tie: 'above' },
    { value: 1, tie: 'below' },
  ],
};
const STATUS_CODES = ['high', 'middle', 'low', 'very_low'];
const DYNAMICS_CODES = ['positive', 'stable', 'negative'];

/**
 * The presets. MSS is exact (it reproduces the published classes); the `-style` ones follow a published method as far as it is
 * known, with indicators of one's own.
 */
export const INDEX_PRESETS = {
  /** Berlin, Monitoring Soziale Stadtentwicklung, status: shares, all with direction 1 (higher is worse). */
  mssStatus: {
    id: 'mss-status',
    version: '1.0.0',
    source: BERLIN,
    method: STANDARDISED_SUM,
    weights: 'equal',
    classes: STATUS_LIMITS,
    classCodes: STATUS_CODES,
  },
  /** Berlin MSS, dynamics: changes of the shares over two years in percentage points. */
  mssDynamics: {
    id: 'mss-dynamics',
    version: '1.0.0',
    source: BERLIN,
    method: STANDARDISED_SUM,
    weights: 'equal',
    classes: DYNAMICS_LIMITS,
    classCodes: DYNAMICS_CODES,
  },
  /** Hamburg, Sozialmonitoring RISE, status; limits as in Berlin, which the published shares of classes fit. */
  hamburgStatus: {
    id: 'hamburg-style-status',
    version: '1.0.0',
    source: HAMBURG,
    method: STANDARDISED_SUM,
    weights: 'equal',
    classes: STATUS_LIMITS,
    classCodes: STATUS_CODES,
  },
  /** Hamburg, dynamics: changes over three years. */
  hamburgDynamics: {
    id: 'hamburg-style-dynamics',
    version: '1.0.0',
    source: HAMBURG,
    method: STANDARDISED_SUM,
    weights: 'equal',
    classes: DYNAMICS_LIMITS,
    classCodes: DYNAMICS_CODES,
  },
  /** 1 to 5 points per indicator by quintile, summed; easy to explain, unstable at borders. Quintiles of the sum as classes. */
  quintilePoints: {
    id: 'quintile-points',
    version: '1.0.0',
    source: 'Kurtenbach, studies for Mülheim an der Ruhr',
    method: { scoring: { kind: 'points', points: 5 }, rescale: null, missing: 'all' },
    weights: 'equal',
    classes: { kind: 'breaks', method: { kind: 'quantile', classes: 5 }, closed: 'right' },
    classCodes: [],
  },
  /** New Zealand Index of Deprivation: first principal component, mean 1000, deviation 100, deciles, 10 the most deprived. */
  nzdep: {
    id: 'nzdep-style',
    version: '1.0.0',
    source:
      'https://www.otago.ac.nz/wellington/research/groups/research-groups-in-the-department-of-public-health/hirp/socioeconomic-deprivation-indexes',
    method: {
      scoring: { kind: 'pca', spread: 'sample' },
      rescale: { mean: 1000, deviation: 100, spread: 'sample' },
      missing: 'all',
    },
    weights: 'equal',
    classes: { kind: 'breaks', method: { kind: 'quantile', classes: 10 }, closed: 'right' },
    classCodes: [],
  },
  /**
   * English Index of Multiple Deprivation 2019: seven domain scores, each higher when more deprived, in the order income,
   * employment, education, health, crime, barriers, living environment. Deciles count up to the most deprived, unlike England's.
   */
  imd: {
    id: 'imd-style',
    version: '1.0.0',
    source: 'https://www.gov.uk/government/publications/english-indices-of-deprivation-2019-technical-report',
    method: { scoring: { kind: 'exponential' }, rescale: null, missing: 'all' },
    weights: [0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093],
    classes: { kind: 'breaks', method: { kind: 'quantile', classes: 10 }, closed: 'right' },
    classCodes: [],
  },
} as const satisfies Record<string, IndexPreset>;

/** Classes of Berlin's overall index: status 1 to 4 with dynamics +, ±, −; `overall` holds positions in this list. */
export const OVERALL_CLASSES = [
  'none',
  '1+',
  '1±',
  '1−',
  '2+',
  '2±',
  '2−',
  '3+',
  '3±',
  '3−',
  '4+',
  '4±',
  '4−',
] as const;

/** Overall classes that Berlin gives special attention: status very low, or low and falling behind. */
const ATTENTION: readonly string[] = ['3−', '4+', '4±', '4−'];

/** Whether Berlin gives an overall class special attention. */
export function isAttentionClass(code: string): boolean {
  return ATTENTION.includes(code);
}

/**
 * The indicators with the weights of a preset.
 *
 * @throws RangeError when a preset for seven indicators gets another number
 */
export function weightIndicators(
  preset: IndexPreset,
  indicators: readonly Omit<IndexIndicator, 'weight'>[],
): IndexIndicator[] {
  const { id, weights } = preset;
  if (weights !== 'equal' && weights.length !== indicators.length) {
    throw new RangeError(`Got ${indicators.length} indicators for ${id}, expected ${weights.length}.`);
  }
  return indicators.map((indicator, j) => ({ ...indicator, weight: weights === 'equal' ? 1 : weights[j]! }));
}

/**
 * Index and classes by a preset.
 *
 * @param indicators values of all units, with direction 1 where a higher value raises the index
 * @throws RangeError as `composeIndex`
 */
export function runPreset(
  preset: IndexPreset,
  indicators: readonly Omit<IndexIndicator, 'weight'>[],
  options: IndexOptions = {},
): PresetResult {
  const index = composeIndex(weightIndicators(preset, indicators), preset.method, options);
  const { id, version } = preset;
  if (index.status !== 'ok') {
    return { preset: { id, version }, index, limits: [], classes: new Uint8Array(index.unitStatus.length) };
  }
  const limits = applyRule(index.values, preset.classes);
  return { preset: { id, version }, index, limits, classes: classify(index.values, limits) };
}

/**
 * Berlin's overall index of social inequality: status and dynamics side by side.
 *
 * @param status classes 1 to 4, 0 for none
 * @param dynamics classes 1 to 3, 0 for none
 * @returns per unit the position in OVERALL_CLASSES, 0 where either is missing, and whether it is an area of special attention
 * @throws RangeError for unequal lengths or other classes
 */
export function combineStatusDynamics(
  status: Uint8Array,
  dynamics: Uint8Array,
): { overall: Uint8Array; attention: boolean[] } {
  if (status.length !== dynamics.length) {
    throw new RangeError(`Got ${dynamics.length} dynamics classes, expected ${status.length}.`);
  }
  const overall = status.map((level, unit) => {
    const change = dynamics[unit]!;
    if (level > 4 || change > 3)
      throw new RangeError(`Got classes ${level} and ${change}, expected up to 4 and 3.`);
    return level === 0 || change === 0 ? 0 : 3 * (level - 1) + change;
  });
  return { overall, attention: Array.from(overall, (k) => isAttentionClass(OVERALL_CLASSES[k]!)) };
}
