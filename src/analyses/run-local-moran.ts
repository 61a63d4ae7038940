/** Use case: local Moran's I of one indicator in one period, with everything needed to judge and repeat it. */
import type { MultiPolygon } from 'geojson';
import type { components } from '../../openapi/generated/types.ts';
import { numberAt, statusAt } from '../indicators/column.ts';
import type { Language } from '../label.ts';
import type { Reader, ReadState } from '../reader.ts';
import { RANDOM_GENERATOR } from '../stats/inference/random.ts';
import { findSeedSensitive } from '../stats/inference/seed-stability.ts';
import { QUADRANTS, UNIT_STATUSES } from '../stats/local/local-moran.ts';
import { standardise } from '../stats/standardise.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import { VERSION } from '../version.ts';
import { findSubject, metricSrid, type Subject } from './find-subject.ts';
import { labelOf, type QuadrantName } from './local-moran-labels.ts';
import type { LocalMoranOutcome } from './local-moran-task.ts';
import {
  CORRECTION,
  countSmallBases,
  describeWeights,
  hashInputs,
  MODIFIABLE_AREAS,
  P_OF_DRAWS,
  REFERENCES,
  warnOfContext,
  warnOfFew,
  warnOfFewPermutations,
  warnOfIslands,
  warnOfSeed,
  warnOfSmallBases,
  warnOfTies,
} from './statement.ts';
import type { WorkerPool } from './worker-pool.ts';

type Inputs = Required<components['schemas']['LocalMoranRequest']['inputs']>;

/** Validated inputs with the contract's defaults filled in. */
export type LocalMoranInputs = Omit<Inputs, 'datetime'> & { datetime?: string | undefined };

type Result = components['schemas']['LocalMoranResult'];
type Properties = components['schemas']['LocalMoranProperties'];
type Analysis = components['schemas']['LocalMoranAnalysis'];

/** Version of the method; a change of any figure raises it. */
export const LOCAL_MORAN_VERSION = '1.1.0';

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
      analyticP: own(local.analyticP),
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
  const { p, standardError } = outcome.local;
  const sensitive = findSeedSensitive(p, standardError, outcome.q, run.alpha);
  const seedSensitive = Array.from(sensitive, (i) => table.keys[i]!);
  return {
    process: 'local-moran',
    version: LOCAL_MORAN_VERSION,
    engineVersion: VERSION,
    method: "Local Moran's I, conditional permutation, queen contiguity, row-standardised",
    reference: [
      REFERENCES.localMoran,
      'Sokal, Oden & Thomson 1998, doi:10.1111/j.1538-4632.1998.tb00406.x',
      REFERENCES.benjaminiHochberg,
    ],
    collection: geography.collection,
    boundaryVersion: version.validFrom,
    indicator: indicator.code,
    unit: indicator.unit,
    polarity: indicator.polarity,
    period: entry.period,
    release: Math.max(entry.release, version.release),
    snapshot: hashInputs([column.values], summary.hash),
    transformation: 'none',
    n: rated.length,
    excluded: table.keys
      .map((key, i) => ({ key, status: statusAt(column, i) as string, reason: column.reasons[i] ?? null }))
      .filter((_, i) => Number.isNaN(column.values[i]!)),
    weights: describeWeights(
      { type: 'queen', style: 'W', tolerance: run.tolerance, crs: `EPSG:${run.srid}` },
      summary,
      table.keys,
      rated,
      outcome.joinedByTolerance,
    ),
    permutations: run.permutations,
    seed: run.seed,
    randomGenerator: RANDOM_GENERATOR,
    pDefinition: P_OF_DRAWS,
    alpha: run.alpha,
    correction: CORRECTION,
    tests,
    global: describeGlobal(outcome.global),
    counts: countQuadrants(units),
    seedSensitive,
    warnings: warningsOf(subject, outcome, run, tests, seedSensitive),
  };
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
  { indicator, column }: Subject,
  { local, summary }: LocalMoranOutcome,
  run: Run,
  tests: number,
  seedSensitive: readonly string[],
): string[] {
  return [
    ...(local.status === 'ok' ? [] : [`${NOTHING[local.status]}: nothing was tested.`]),
    ...warnOfIslands(summary.islands.length),
    ...warnOfFew(tests, 'were tested'),
    ...warnOfFewPermutations(run.permutations, run.alpha, tests),
    ...warnOfSeed(seedSensitive, tests),
    ...warnOfTies(column.values),
    ...warnOfSmallBases(indicator.code, countSmallBases(column.values, column.denominators)),
    ...warnOfContext([{ indicator: indicator.code, polarity: indicator.polarity }]),
    MODIFIABLE_AREAS,
  ];
}

/** Why no district was tested. */
const NOTHING = {
  no_variance: 'All values are equal',
  out_of_range: 'The values are too large, or differ too little, to compute with',
  too_few: 'Too few districts have a value',
} as const;
