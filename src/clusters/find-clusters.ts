/** Use case: where do problem situations accumulate among neighbours, and what becomes of these clusters over the periods? */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { MultiPolygon } from 'geojson';
import { LRUCache } from 'lru-cache';
import { metricSrid } from '../analyses/find-subject.ts';
import type { WorkerPool } from '../analyses/worker-pool.ts';
import type { BoundaryVersion, Catalog, ColumnEntry } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Column } from '../indicators/column.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Reader } from '../reader.ts';
import { findSituations } from '../situations/find-situations.ts';
import { stateOfPlan } from '../situations/plan-situations.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { packPolygons } from '../stats/weights/polygons.ts';
import { type AssessedPeriod, assessPeriod, knownOf } from './assess-period.ts';
import type { ClusterSeries, SeriesPeriod } from './choose-series.ts';
import type { ClusterParameters } from './cluster-definition.ts';
import type { Neighbours, NeighboursTask } from './neighbours-task.ts';
import type { TracedClusters, TraceTask } from './trace-task.ts';

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
    periods.map(({ plan, population: entry, indicators }) => [
      stateOfPlan(catalog, plan),
      [...(entry ? [entry] : []), ...indicators].map((one) => [
        one.period,
        one.release,
        catalog.published.get(one.release),
      ]),
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
    const columns = await Promise.all(period.indicators.map((entry) => load(reader, period, entry)));
    periods.push(await assessPeriod(pool, parameters, neighbours.weights, found, residents, columns));
    // A long series of a whole country must not hold up other requests.
    await setImmediate();
  }
  const { table } = periods[series.at]!.found;
  const task: TraceTask = {
    weights: neighbours.weights,
    periods: periods.map(({ flags, residents, regions }) => ({
      flags,
      populations: knownOf(residents),
      regions: regions?.labels ?? null,
    })),
    bridge: (parameters.gap ?? 0) > 0,
    minDistricts: parameters.minDistricts,
    minPopulation: parameters.minPopulation,
  };
  const traced = (await pool.run(TRACE, task)) as TracedClusters;
  const releases = [
    ...periods.map(({ found }) => found.release),
    ...series.periods.flatMap(({ population, indicators }) =>
      [...(population ? [population] : []), ...indicators].map((entry) => entry.release),
    ),
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

async function readResidents(reader: Reader, period: SeriesPeriod, n: number): Promise<Float64Array> {
  if (!period.population) return new Float64Array(n).fill(Number.NaN);
  return (await load(reader, period, period.population)).values;
}

async function load(reader: Reader, { plan }: SeriesPeriod, entry: ColumnEntry): Promise<Column> {
  return await reader.column(plan.geography, plan.version, entry);
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
  for (const { found, residents, regions } of periods) {
    hash.update(found.snapshot);
    for (const values of [residents, ...(regions?.columns.map((column) => column.values) ?? [])])
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
