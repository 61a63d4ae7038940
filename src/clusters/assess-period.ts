/** What one period says of every district: how many situations, whether that stands out, or why nobody can say. */
import type { WorkerPool } from '../analyses/worker-pool.ts';
import { type Column, statusAt } from '../indicators/column.ts';
import { Problem } from '../problem.ts';
import { type FoundSituations, type Lack, lackAt } from '../situations/find-situations.ts';
import { LOCAL_CLASSES } from '../stats/local/local-classes.ts';
import type { LocalAnalysis, LocalResult } from '../stats/local/local-result.ts';
import type { Weights } from '../stats/weights/weights.ts';
import { type ClusterParameters, isRegional } from './cluster-definition.ts';
import type { RegionsOutcome, RegionsTask } from './regions-task.ts';

/** Regions of all districts of a period. */
export interface AssessedRegions extends RegionsOutcome {
  /** Values of each indicator. */
  columns: Column[];
  /** Of each region: whether it stands out; null where nobody can say. */
  standOut: (boolean | null)[];
}

/** What one period says of every district. */
export interface AssessedPeriod {
  found: FoundSituations;
  /** Situations present; where some could not be looked at there may be more. */
  counts: Int32Array;
  /** Situations that could not be looked at. */
  unknown: Int32Array;
  /** Why it cannot be said that the district stands out or does not; null where it can. */
  lacks: (Lack | null)[];
  /** 1 where the district stands out. */
  flags: Uint8Array;
  /** Residents; NaN where they are not known. */
  residents: Float64Array;
  /** Of the statistical methods. */
  test: (Pick<LocalAnalysis, 'permutations' | 'seed'> & { result: LocalResult }) | null;
  /** Of the methods of regions. */
  regions: AssessedRegions | null;
}

const REGIONS = new URL('./regions-task.ts', import.meta.url).href;

/**
 * Looks at all districts of a period.
 * @param residents of each district; NaN where they are not known
 * @param columns of the indicators of regions
 * @throws Problem invalid_request for regions that the districts do not allow, else as `WorkerPool`
 */
export async function assessPeriod(
  pool: WorkerPool,
  parameters: ClusterParameters,
  weights: Weights,
  found: FoundSituations,
  residents: Float64Array,
  columns: Column[],
): Promise<AssessedPeriod> {
  const count = (state: string): Int32Array =>
    Int32Array.from(
      { length: found.table.n },
      (_, i) => found.situations.filter(({ states }) => states[i] === state).length,
    );
  const base: Base = { found, counts: count('present'), unknown: count('not_assessed'), residents };
  if (parameters.method === 'contiguity') return assessAlone(base, parameters);
  if (isRegional(parameters.method)) return await assessRegions(pool, base, parameters, weights, columns);
  return await assessByTest(pool, base, parameters, weights);
}

type Base = Pick<AssessedPeriod, 'found' | 'counts' | 'unknown' | 'residents'>;

/** Each district by its own situations. */
function assessAlone(base: Base, { minSituations }: ClusterParameters): AssessedPeriod {
  const { counts, unknown, found } = base;
  const least = minSituations!;
  const flags = Uint8Array.from(counts, (present) => (present >= least ? 1 : 0));
  // With what is missing it might stand out: then nobody can say that it does not.
  const lacks = Array.from(counts, (present, i) =>
    present >= least || present + unknown[i]! < least ? null : lackAt(found, i),
  );
  return { ...base, flags, lacks, test: null, regions: null };
}

/** Each district with its neighbours, more than chance would. */
async function assessByTest(
  pool: WorkerPool,
  base: Base,
  parameters: ClusterParameters,
  weights: Weights,
): Promise<AssessedPeriod> {
  const { counts, unknown, found } = base;
  const lacks = Array.from(unknown, (missing, i) => (missing === 0 ? null : lackAt(found, i)));
  const values = Float64Array.from(counts, (present, i) => (lacks[i] ? Number.NaN : present));
  const moran = parameters.method === 'local-moran';
  const { permutations, seed, results } = await pool.analyseLocal({
    variables: [values],
    weights,
    style: 'W',
    statistics: [{ kind: moran ? 'moran' : 'gi-star', variable: 0 }],
    permutations: parameters.permutations!,
    seed: parameters.seed!,
    exact: false,
    corrections: ['bh'],
  });
  const result = results[0]!;
  const wanted = LOCAL_CLASSES.indexOf(moran ? 'high-high' : 'high');
  const flags = Uint8Array.from(result.adjusted.bh!, (q, i) =>
    q <= parameters.alpha! && result.class[i] === wanted ? 1 : 0,
  );
  return { ...base, flags, lacks, test: { permutations, seed, result }, regions: null };
}

/** Each district by the mean of its region. */
async function assessRegions(
  pool: WorkerPool,
  base: Base,
  parameters: ClusterParameters,
  weights: Weights,
  columns: Column[],
): Promise<AssessedPeriod> {
  const { counts, unknown, found, residents } = base;
  const { method, minDistricts, minPopulation } = parameters;
  if (!isRegional(method)) throw new RangeError(`Got ${method}, expected a method of regions.`);
  const task: RegionsTask = {
    weights,
    columns: columns.map(({ values }) => values),
    request: {
      method,
      k: parameters.regions ?? null,
      minimum: { size: minDistricts, population: minPopulation, populations: knownOf(residents) },
      seed: parameters.seed ?? 1,
    },
  };
  const outcome = await pool.run(REGIONS, task).catch(refuseRegions(found.plan.period));
  const { labels } = outcome as RegionsOutcome;
  const standOut = judgeRegions(outcome as RegionsOutcome, base, parameters.minSituations!);
  const flags = Uint8Array.from(labels, (label) => (standOut[label] ? 1 : 0));
  const lacks = Array.from(labels, (label, i): Lack | null => {
    const empty = columns.find(({ values }) => Number.isNaN(values[i]!));
    if (empty) return { status: statusAt(empty, i), reason: empty.reasons[i] ?? null };
    if (standOut[label] !== null) return null;
    return unknown[i] === 0 ? { status: 'not_assessed', reason: 'region_not_assessed' } : lackAt(found, i);
  });
  const regions = { ...(outcome as RegionsOutcome), columns, standOut };
  return { ...base, counts, flags, lacks, test: null, regions };
}

/** By the mean number of situations of its districts; what is missing may be there or not. */
function judgeRegions(
  { labels, regions: { sizes } }: RegionsOutcome,
  { counts, unknown }: Base,
  least: number,
): (boolean | null)[] {
  const present = new Float64Array(sizes.length);
  const missing = new Float64Array(sizes.length);
  labels.forEach((label, i) => {
    if (label < 0) return;
    present[label]! += counts[i]!;
    missing[label]! += unknown[i]!;
  });
  return Array.from(sizes, (size, r) => {
    if (present[r]! >= least * size) return true;
    return present[r]! + missing[r]! < least * size ? false : null;
  });
}

/** Residents that are not known count 0. */
export function knownOf(residents: Float64Array): Float64Array {
  return residents.map((value) => Math.max(value || 0, 0));
}

/** The statistics refuse what parameters cannot know, such as more regions than districts. */
function refuseRegions(period: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem('invalid_request', `The districts of ${period} do not allow these regions.`, [
      { code: 'invalid_value', field: 'regions', got: error.message, expected: 'regions that fit the data' },
    ]);
  };
}
