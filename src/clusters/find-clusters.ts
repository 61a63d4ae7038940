/** Use case: where do problem situations accumulate among neighbours, and what becomes of these clusters over the periods? */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { MultiPolygon } from 'geojson';
import { LRUCache } from 'lru-cache';
import { metricSrid } from '../analyses/find-subject.ts';
import type { WorkerPool } from '../analyses/worker-pool.ts';
import type { BoundaryVersion, Catalog } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Reader } from '../reader.ts';
import { type FoundSituations, findSituations } from '../situations/find-situations.ts';
import { stateOfPlan } from '../situations/plan-situations.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { LOCAL_CLASSES } from '../stats/local/local-classes.ts';
import type { LocalAnalysis, LocalResult } from '../stats/local/local-result.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import type { Weights } from '../stats/weights/weights.ts';
import type { ClusterSeries, SeriesPeriod } from './choose-series.ts';
import type { ClusterParameters } from './cluster-definition.ts';
import type { Neighbours, NeighboursTask } from './neighbours-task.ts';
import type { TracedClusters, TraceTask } from './trace-task.ts';

/** What one period says of every district. */
export interface AssessedPeriod {
  found: FoundSituations;
  /** Situations present; where some could not be looked at there may be more. */
  counts: Int32Array;
  /** Situations that could not be looked at. */
  unknown: Int32Array;
  /** Whether it can be said that the district stands out or does not. */
  assessed: boolean[];
  /** 1 where the district stands out. */
  flags: Uint8Array;
  /** Residents; NaN where they are not known. */
  residents: Float64Array;
  /** Of the statistical methods. */
  test: (Pick<LocalAnalysis, 'permutations' | 'seed'> & { result: LocalResult }) | null;
}

/** All clusters of a series. */
export interface ClusterFindings {
  series: ClusterSeries;
  table: DistrictTable;
  srid: number;
  neighbours: Neighbours;
  periods: AssessedPeriod[];
  traced: TracedClusters;
  /** Public id by id of `traced.biographies`. */
  names: string[];
  snapshot: string;
  release: number;
}

/** Access to clusters, computed at the first request and kept while they are asked for. */
export interface ClusterResults {
  /** @throws Problem too_busy or analysis_timeout */
  find(catalog: Catalog, series: ClusterSeries): Promise<ClusterFindings>;
  /** Outline of each group of districts. @param groups positions in the table of the version */
  outline(
    version: BoundaryVersion,
    table: DistrictTable,
    groups: readonly (readonly number[])[],
  ): Promise<MultiPolygon[]>;
}

/** Bytes of findings; a city's series has some MiB with tests. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Figures of one district in one period, those of the test included. */
const BYTES_PER_DISTRICT = 200;
const BYTES_PER_EVIDENCE = 150;
/** Outlines kept; a city's have some 20 KiB each. */
const MOST_OUTLINES = 5000;
const MOST_NEIGHBOURS = 20;

/** Between the parts of a cluster's id: no period has it. */
export const SEPARATOR = '.';

const NEIGHBOURS = new URL('./neighbours-task.ts', import.meta.url).href;
const TRACE = new URL('./trace-task.ts', import.meta.url).href;
const DISSOLVE = new URL('./dissolve-task.ts', import.meta.url).href;

/** Opens empty caches; equal requests at once are one computation. */
export function openClusterResults(reader: Reader, results: IndexResults, pool: WorkerPool): ClusterResults {
  const neighbours = new LRUCache<string, Neighbours, [BoundaryVersion, DistrictTable, ClusterParameters]>({
    ignoreFetchAbort: true,
    max: MOST_NEIGHBOURS,
    fetchMethod: async (_key, _stale, { context: [version, table, { contiguity, tolerance }] }) => {
      const shapes = await reader.metricShapes(version, metricSrid(version), [...table.ids]);
      const task: NeighboursTask = { polygons: packPolygons(shapes), contiguity, tolerance };
      return (await pool.run(NEIGHBOURS, task)) as Neighbours;
    },
  });
  const findings = new LRUCache<string, ClusterFindings, { catalog: Catalog; series: ClusterSeries }>({
    ignoreFetchAbort: true,
    maxSize: MOST_BYTES,
    sizeCalculation: bytesOf,
    fetchMethod: async (_key, _stale, { context: { catalog, series } }) => {
      const { version, geography } = series.periods[series.at]!.plan;
      const table = await reader.districts(geography, version);
      const { contiguity, tolerance } = series.parameters;
      const own = await neighbours.forceFetch(
        JSON.stringify([version.id, version.release, contiguity, tolerance]),
        { context: [version, table, series.parameters] },
      );
      return await findClusters(reader, results, pool, catalog, series, own);
    },
  });
  const outlines = new LRUCache<string, MultiPolygon[], Parameters<ClusterResults['outline']>>({
    ignoreFetchAbort: true,
    maxSize: MOST_OUTLINES,
    sizeCalculation: (united) => united.length + 1,
    fetchMethod: async (_key, _stale, { context: [version, table, groups] }) => {
      const ids = [...new Set(groups.flat())].map((i) => table.ids[i]!);
      const shapes = new Map(
        (await reader.shapes(version, ids)).map(({ districtId, geometry }) => [districtId, geometry]),
      );
      const task = groups.map((group) => group.map((i) => shapes.get(table.ids[i]!)!));
      return (await pool.run(DISSOLVE, task)) as MultiPolygon[];
    },
  });
  return {
    async find(catalog, series) {
      const found = await findings.forceFetch(JSON.stringify(stateOfSeries(catalog, series)), {
        context: { catalog, series },
      });
      // The figures of a series are the same whichever of its periods is asked for.
      return { ...found, series };
    },
    async outline(version, table, groups) {
      if (groups.length === 0) return [];
      const key = JSON.stringify([version.id, version.release, groups]);
      return await outlines.forceFetch(key, { context: [version, table, groups] });
    },
  };
}

/** Evidence is one object for each district and condition. */
function bytesOf({ table, periods }: ClusterFindings): number {
  const conditions = periods.flatMap(({ found }) =>
    found.situations.map((situation) => situation.conditions.length),
  );
  const evidence = conditions.reduce((sum, count) => sum + count, 0) * BYTES_PER_EVIDENCE;
  return table.n * (evidence + periods.length * BYTES_PER_DISTRICT) + 1000;
}

/** All that the clusters of a series depend on; for cache keys and entity tags. */
export function stateOfSeries(catalog: Catalog, series: ClusterSeries): unknown[] {
  const { parameters, population, periods, start, end, nextBoundary } = series;
  return [
    parameters,
    population && [population.code, population.release],
    periods.map(({ plan, population: entry }) => [
      stateOfPlan(catalog, plan),
      entry && [entry.period, entry.release, catalog.published.get(entry.release)],
    ]),
    [start, end, nextBoundary],
  ];
}

/** Looks at all periods of a series, and traces the clusters through them. */
async function findClusters(
  reader: Reader,
  results: IndexResults,
  pool: WorkerPool,
  catalog: Catalog,
  series: ClusterSeries,
  neighbours: Neighbours,
): Promise<ClusterFindings> {
  const { parameters } = series;
  const periods: AssessedPeriod[] = [];
  for (const period of series.periods) {
    const found = await findSituations(reader, results, catalog, period.plan);
    const residents = await readResidents(reader, period, found.table.n);
    periods.push(await assess(pool, parameters, neighbours.weights, found, residents));
    // A long series of a whole country must not hold up other requests.
    await setImmediate();
  }
  const { table } = periods[series.at]!.found;
  const task: TraceTask = {
    weights: neighbours.weights,
    periods: periods.map(({ flags, residents }) => ({
      flags,
      populations: residents.map((value) => Math.max(value || 0, 0)),
    })),
    bridge: parameters.gap > 0,
    minDistricts: parameters.minDistricts,
    minPopulation: parameters.minPopulation,
  };
  const traced = (await pool.run(TRACE, task)) as TracedClusters;
  const releases = [
    ...periods.map(({ found }) => found.release),
    ...series.periods.map(({ population }) => population?.release ?? 0),
  ];
  return {
    series,
    table,
    srid: metricSrid(series.periods[series.at]!.plan.version),
    neighbours,
    periods,
    traced,
    names: nameClusters(series, table, traced),
    snapshot: hashInputs(periods, neighbours),
    release: Math.max(...releases),
  };
}

async function readResidents(
  reader: Reader,
  { plan, population }: SeriesPeriod,
  n: number,
): Promise<Float64Array> {
  if (!population) return new Float64Array(n).fill(Number.NaN);
  return (await reader.column(plan.geography, plan.version, population)).values;
}

async function assess(
  pool: WorkerPool,
  parameters: ClusterParameters,
  weights: Weights,
  found: FoundSituations,
  residents: Float64Array,
): Promise<AssessedPeriod> {
  const { n } = found.table;
  const count = (state: string): Int32Array =>
    Int32Array.from(
      { length: n },
      (_, i) => found.situations.filter(({ states }) => states[i] === state).length,
    );
  const counts = count('present');
  const unknown = count('not_assessed');
  const base = { found, counts, unknown, residents };
  if (parameters.method === 'contiguity') {
    const least = parameters.minSituations!;
    const flags = Uint8Array.from(counts, (present) => (present >= least ? 1 : 0));
    // With what is missing it might stand out: then nobody can say that it does not.
    const assessed = Array.from(counts, (present, i) => present >= least || present + unknown[i]! < least);
    return { ...base, flags, assessed, test: null };
  }
  const assessed = Array.from(unknown, (missing) => missing === 0);
  const values = Float64Array.from(counts, (present, i) => (assessed[i] ? present : Number.NaN));
  const { permutations, seed, results } = await pool.analyseLocal({
    variables: [values],
    weights,
    style: 'W',
    statistics: [{ kind: parameters.method === 'local-moran' ? 'moran' : 'gi-star', variable: 0 }],
    permutations: parameters.permutations!,
    seed: parameters.seed!,
    exact: false,
    corrections: ['bh'],
  });
  const result = results[0]!;
  const wanted = LOCAL_CLASSES.indexOf(parameters.method === 'local-moran' ? 'high-high' : 'high');
  const q = result.adjusted.bh!;
  const flags = Uint8Array.from(q, (own, i) =>
    own <= parameters.alpha! && result.class[i] === wanted ? 1 : 0,
  );
  return { ...base, flags, assessed, test: { permutations, seed, result } };
}

/** Period of birth and key of the first district then: two clusters of one period share no district. */
function nameClusters(
  series: ClusterSeries,
  table: DistrictTable,
  { biographies }: TracedClusters,
): string[] {
  return Array.from({ length: biographies.count }, (_, id) => {
    const born = biographies.first[id]!;
    const first = biographies.ids[born]!.indexOf(id);
    return [series.definition, series.periods[born]!.plan.period, table.keys[first]!].join(SEPARATOR);
  });
}

/** Positions of the districts of a cluster in a period, bridges included. */
export function placesOf({ traced }: ClusterFindings, period: number, id: number): number[] {
  const places: number[] = [];
  traced.biographies.ids[period]!.forEach((own, i) => {
    if (own === id && own !== NO_GROUP) places.push(i);
  });
  return places;
}

function hashInputs(periods: readonly AssessedPeriod[], { summary }: Neighbours): string {
  const hash = createHash('sha256').update(summary.hash);
  for (const { found, residents } of periods) {
    hash
      .update(found.snapshot)
      .update(new Uint8Array(residents.buffer, residents.byteOffset, residents.byteLength));
  }
  return hash.digest('hex');
}
