/** What statements of method share, so that all results say the same in the same way. Worker threads use it too. */
import { createHash } from 'node:crypto';
import type { Style, WeightsSummary } from '../stats/weights/weights.ts';

/** Sources of methods that several analyses use. */
export const REFERENCES = {
  benjaminiHochberg: 'Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x',
  getisOrd: 'Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x',
  localGeary: 'Anselin 2019, doi:10.1111/gean.12164',
  localMoran: 'Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x',
} as const;

/** How p is made where all arrangements are drawn. */
export const P_OF_DRAWS = 'two-sided: min(1, 2 min(ge + 1, le + 1) / (permutations + 1))';
/** How p is made where districts with few neighbours are counted exactly. */
export const P_OF_COUNTS =
  'two-sided: min(1, 2 min(ge + 1, le + 1) / (draws + 1)); where all arrangements are counted, min(1, 2 min(ge, le) / draws)';

/** How q is made. */
export const CORRECTION = 'Benjamini-Hochberg over the tested districts';

/** Weights as results state them. */
export interface WeightsStatement {
  type: 'queen' | 'rook';
  style: Style;
  /** Metres. */
  tolerance: number;
  crs: string;
  links: number;
  islands: string[];
  components: number;
  minimum: number;
  mean: number;
  maximum: number;
  joinedByTolerance: [string, string][];
  hash: string;
}

/**
 * States weights.
 * @param keys of all districts
 * @param used what the weights' positions mean: positions in keys; null where they are those of the keys
 * @param joinedByTolerance pairs of positions in keys, flat
 */
export function describeWeights(
  given: Pick<WeightsStatement, 'type' | 'style' | 'tolerance' | 'crs'>,
  { links, islands, components, neighbours, hash }: WeightsSummary,
  keys: readonly string[],
  used: Uint32Array | null,
  joinedByTolerance: Uint32Array,
): WeightsStatement {
  return {
    ...given,
    links,
    islands: Array.from(islands, (k) => keys[used ? used[k]! : k]!),
    components,
    minimum: neighbours.least,
    mean: neighbours.mean,
    maximum: neighbours.most,
    joinedByTolerance: Array.from({ length: joinedByTolerance.length / 2 }, (_, p) => [
      keys[joinedByTolerance[2 * p]!]!,
      keys[joinedByTolerance[2 * p + 1]!]!,
    ]),
    hash,
  };
}

/** Identifies values and weights that went in, byte for byte. @param weights their hash */
export function hashInputs(columns: readonly Float64Array[], weights: string): string {
  const hash = createHash('sha256');
  for (const values of columns)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.update(weights).digest('hex');
}

/** Districts without neighbours. */
export function warnOfIslands(islands: number): string[] {
  return islands > 0 ? [`${islands} districts have no neighbours and were not tested.`] : [];
}

/** Results for fewer are unstable. */
const FEW = 30;

/** @param what was done with so few districts: `were tested` */
export function warnOfFew(n: number, what: string): string[] {
  return n > 0 && n < FEW ? [`Only ${n} districts ${what}; results for so few are unstable.`] : [];
}

const MANY_TIES = 0.2;

/** @param name of the values, in front; empty for the only ones. NaN are left out */
export function warnOfTies(values: Iterable<number>, name = ''): string[] {
  const valued = [...values].filter((value) => !Number.isNaN(value));
  if (valued.length === 0 || 1 - new Set(valued).size / valued.length <= MANY_TIES) return [];
  return [
    name ? `${name}: more than 20 % of the values are ties.` : 'More than 20 % of the values are ties.',
  ];
}

/** Whether the correction can ask for a smaller p than the permutations can give. */
export function warnOfFewPermutations(permutations: number, alpha: number, tests: number): string[] {
  const least = 2 / (permutations + 1);
  if (tests === 0 || least <= alpha / tests) return [];
  return [
    `Too few permutations for the correction: the smallest possible p is ${least}, but ${alpha / tests} can be needed.`,
  ];
}

/** Of every analysis of areas. */
export const MODIFIABLE_AREAS =
  'The result depends on how the districts are drawn (modifiable areal unit problem).';

/** @param unstable keys of districts of which another seed may say otherwise */
export function warnOfSeed(unstable: readonly string[], tests: number): string[] {
  if (unstable.length === 0) return [];
  const share = ((100 * unstable.length) / tests).toFixed(1);
  return [
    `Unstable under seed: ${unstable.length} of ${tests} tested districts (${share} %) lie so close to the level that another seed may say otherwise of them.`,
  ];
}

/** Of regions. @param moved districts that another seed puts into another region */
export function warnOfRegions(moved: number, n: number): string[] {
  const share = ((100 * moved) / n).toFixed(1);
  return [
    ...(moved > 0
      ? [
          `Unstable under seed: another seed puts ${moved} of ${n} districts (${share} %) into another region.`,
        ]
      : []),
    'Regions describe; they are not tested against chance, and another number of regions draws other borders.',
  ];
}

/** Of indicators that are context. @param columns what was analysed */
export function warnOfContext(columns: readonly { indicator: string; polarity: number }[]): string[] {
  const codes = new Set(columns.flatMap(({ indicator, polarity }) => (polarity === 0 ? [indicator] : [])));
  return [...codes].map((code) => `${code} is context: high or low is neither better nor worse.`);
}

/** A rate of ten percent on such a base has a standard error of three points. */
const SMALL_BASE = 100;

/** How many rates rest on so small a base that chance moves them much. @param denominators NaN where there is none */
export function countSmallBases(values: Float64Array, denominators: Float64Array): number {
  return values.filter((value, i) => !Number.isNaN(value) && denominators[i]! < SMALL_BASE).length;
}

/** @param name of the indicator */
export function warnOfSmallBases(name: string, smallBases: number): string[] {
  if (smallBases === 0) return [];
  return [`${name}: ${smallBases} rates rest on a base below ${SMALL_BASE}, where chance moves them much.`];
}
