/** Use case: local Moran's I of one indicator in one period, with everything needed to judge and repeat it. */
import { createHash } from 'node:crypto';
import type { MultiPolygon } from 'geojson';
import type { components } from '../../openapi/generated/types.ts';
import { numberAt, statusAt } from '../indicators/column.ts';
import type { Language } from '../label.ts';
import type { Reader, ReadState } from '../reader.ts';
import { RANDOM_GENERATOR } from '../stats/inference/random.ts';
import { QUADRANTS, UNIT_STATUSES } from '../stats/local/local-moran.ts';
import { standardise } from '../stats/standardise.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import { findSubject, metricSrid, type Subject } from './find-subject.ts';
import { labelOf, type QuadrantName } from './local-moran-labels.ts';
import type { LocalMoranOutcome } from './local-moran-task.ts';
import type { WorkerPool } from './worker-pool.ts';

type Inputs = Required<components['schemas']['LocalMoranRequest']['inputs']>;

/** Validated inputs with the contract's defaults filled in. */
export type LocalMoranInputs = Omit<Inputs, 'datetime'> & { datetime?: string | undefined };

type Result = components['schemas']['LocalMoranResult'];
type Properties = components['schemas']['LocalMoranProperties'];
type Analysis = components['schemas']['LocalMoranAnalysis'];

/** Version of the method; a change of any figure raises it. */
export const LOCAL_MORAN_VERSION = '1.0.0';

/**
 * Runs the analysis.
 * @param inputs validated inputs with the contract's defaults filled in
 * @param state its day chooses the boundary version where the period is on several
 * @param signal stops it
 * @throws Problem invalid_request for an unknown collection, indicator or period
 */
export async function runLocalMoran(
  reader: Reader,
  { catalog, day }: ReadState,
  pool: WorkerPool,
  inputs: LocalMoranInputs,
  language: Language,
  signal?: AbortSignal,
): Promise<Result> {
  const subject = await findSubject(reader, catalog, inputs, day);
  const { table, column, version } = subject;
  const srid = metricSrid(version);
  const ids = [...table.ids];
  const shapes = await reader.shapes(version, ids);
  const metric = await reader.metricShapes(version, srid, ids);
  const tolerance = inputs.weights.tolerance ?? DEFAULT_TOLERANCE;
  const outcome = await pool.localMoran(
    {
      polygons: packPolygons(metric),
      values: column.values,
      tolerance,
      permutations: inputs.permutations,
      seed: inputs.seed,
    },
    signal,
  );
  const scores = standardise(column.values);
  const units = describeUnits(subject, outcome, scores, inputs.alpha, language);
  return {
    type: 'FeatureCollection',
    features: units.map((properties, i) => ({
      type: 'Feature',
      id: table.keys[i]!,
      geometry: shapes[i]!.geometry as Result['features'][number]['geometry'],
      properties,
    })),
    analysis: describeAnalysis(subject, outcome, { ...inputs, srid, tolerance, metric }, units),
  };
}

const DEFAULT_TOLERANCE = 0.01;

function describeUnits(
  { table, column }: Subject,
  { local, q, rated, weights }: LocalMoranOutcome,
  scores: Float64Array,
  alpha: number,
  language: Language,
): Properties[] {
  const place = new Map([...rated].map((district, k) => [district, k]));
  return table.keys.map((key, i): Properties => {
    const tested = UNIT_STATUSES[local.unitStatus[i]!] === 'tested';
    const k = place.get(i);
    const range = k === undefined ? null : ([weights.offsets[k]!, weights.offsets[k + 1]!] as const);
    const own = (values: ArrayLike<number>): number | null => (tested ? numberAt(values, i) : null);
    const quadrant = tested ? QUADRANTS[local.quadrant[i]!]! : null;
    const significant = tested ? q[i]! <= alpha : null;
    const variance = own(local.variance);
    return {
      key,
      name: table.names[i]!,
      value: numberAt(column.values, i),
      status: statusAt(column, i),
      reason: column.reasons[i] ?? null,
      z: numberAt(scores, i),
      lag: tested && range ? meanOf(range, weights.neighbours, (j) => scores[rated[j]!]!) : null,
      i: own(local.statistic),
      expectation: own(local.expectation),
      variance,
      zScore: own(local.z),
      ge: own(local.greaterOrEqual),
      le: own(local.lessOrEqual),
      p: own(local.p),
      pStandardError: own(local.standardError),
      q: own(q),
      significant,
      quadrant,
      neighbours: range ? range[1] - range[0] : null,
      label: labelOf(quadrant, significant, UNIT_STATUSES[local.unitStatus[i]!]!, language),
    };
  });
}

function meanOf(
  [from, until]: readonly [number, number],
  neighbours: Uint32Array,
  scoreOf: (j: number) => number,
): number | null {
  let sum = 0;
  for (let e = from; e < until; e++) sum += scoreOf(neighbours[e]!);
  return until > from ? sum / (until - from) : null;
}

interface Run {
  permutations: number;
  seed: number;
  alpha: number;
  srid: number;
  tolerance: number;
  metric: readonly MultiPolygon[];
}

function describeAnalysis(
  subject: Subject,
  outcome: LocalMoranOutcome,
  run: Run,
  units: readonly Properties[],
): Analysis {
  const { geography, version, indicator, entry, table, column } = subject;
  const { summary, rated } = outcome;
  const tests = units.filter((unit) => unit.p !== null).length;
  return {
    process: 'local-moran',
    version: LOCAL_MORAN_VERSION,
    method: "Local Moran's I, conditional permutation, queen contiguity, row-standardised",
    reference: [
      'Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x',
      'Sokal, Oden & Thomson 1998, doi:10.1111/j.1538-4632.1998.tb00406.x',
      'Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x',
    ],
    collection: geography.collection,
    boundaryVersion: version.validFrom,
    indicator: indicator.code,
    unit: indicator.unit,
    period: entry.period,
    release: Math.max(entry.release, version.release),
    snapshot: hashInputs(column.values, summary.hash),
    transformation: 'none',
    n: rated.length,
    excluded: table.keys
      .map((key, i) => ({ key, status: statusAt(column, i) as string, reason: column.reasons[i] ?? null }))
      .filter((_, i) => Number.isNaN(column.values[i]!)),
    weights: {
      type: 'queen',
      style: 'W',
      tolerance: run.tolerance,
      crs: `EPSG:${run.srid}`,
      links: summary.links,
      islands: [...summary.islands].map((k) => table.keys[rated[k]!]!),
      components: summary.components,
      minimum: summary.neighbours.least,
      mean: summary.neighbours.mean,
      maximum: summary.neighbours.most,
      joinedByTolerance: pairsOf(outcome.joinedByTolerance, table.keys),
      hash: summary.hash,
    },
    permutations: run.permutations,
    seed: run.seed,
    randomGenerator: RANDOM_GENERATOR,
    pDefinition: 'two-sided: min(1, 2 min(ge + 1, le + 1) / (permutations + 1))',
    alpha: run.alpha,
    correction: 'Benjamini-Hochberg over the tested districts',
    tests,
    global: describeGlobal(outcome.global),
    counts: countQuadrants(units),
    warnings: warningsOf(outcome, run, units, tests),
  };
}

/** Identifies the values and weights that went in, byte for byte. */
function hashInputs(values: Float64Array, weights: string): string {
  const hash = createHash('sha256');
  hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.update(weights).digest('hex');
}

function pairsOf(pairs: Uint32Array, keys: readonly string[]): [string, string][] {
  return Array.from({ length: pairs.length / 2 }, (_, p) => [keys[pairs[2 * p]!]!, keys[pairs[2 * p + 1]!]!]);
}

function describeGlobal(global: LocalMoranOutcome['global']): Analysis['global'] {
  const none = {
    i: null,
    expectation: null,
    variance: null,
    z: null,
    p: null,
    pPermutation: null,
    pStandardError: null,
    permutations: null,
    ge: null,
    le: null,
  };
  if (global.status !== 'ok') return { status: global.status, ...none };
  return {
    status: 'ok',
    i: global.statistic,
    expectation: global.expectation,
    variance: global.randomisation.variance,
    z: global.randomisation.z,
    p: global.randomisation.p,
    pPermutation: global.permutation?.p ?? null,
    pStandardError: global.permutation?.standardError ?? null,
    permutations: global.permutation?.permutations ?? null,
    ge: global.permutation?.greaterOrEqual ?? null,
    le: global.permutation?.lessOrEqual ?? null,
  };
}

function countQuadrants(units: readonly Properties[]): Record<QuadrantName, number> {
  const counts = Object.fromEntries(QUADRANTS.map((name) => [name, 0])) as Record<QuadrantName, number>;
  for (const unit of units) if (unit.significant && unit.quadrant) counts[unit.quadrant as QuadrantName]++;
  return counts;
}

function warningsOf(
  { local, summary }: LocalMoranOutcome,
  run: Run,
  units: readonly Properties[],
  tests: number,
): string[] {
  const warnings: string[] = [];
  if (local.status === 'no_variance') warnings.push('All values are equal: nothing was tested.');
  if (local.status === 'out_of_range')
    warnings.push('The values are too large, or differ too little, to compute with: nothing was tested.');
  if (local.status === 'too_few') warnings.push('Too few districts have a value: nothing was tested.');
  if (summary.islands.length > 0)
    warnings.push(`${summary.islands.length} districts have no neighbours and were not tested.`);
  if (tests > 0 && tests < 30)
    warnings.push(`Only ${tests} districts were tested; results for so few are unstable.`);
  const least = 2 / (run.permutations + 1);
  if (tests > 0 && least > run.alpha / tests) {
    warnings.push(
      `Too few permutations for the correction: the smallest possible p is ${least}, but ${run.alpha / tests} can be needed.`,
    );
  }
  const distinct = new Set(units.map((unit) => unit.value).filter((value) => value !== null)).size;
  const valued = units.filter((unit) => unit.value !== null).length;
  if (valued > 0 && 1 - distinct / valued > 0.2) warnings.push('More than 20 % of the values are ties.');
  warnings.push('The result depends on how the districts are drawn (modifiable areal unit problem).');
  return warnings;
}
