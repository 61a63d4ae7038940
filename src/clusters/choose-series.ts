/**
 * The periods over which clusters are followed: one boundary version, one kind of period, one rule.
 *
 *      2013   2019 │ 2021          boundary change: a series ends
 *      a,b,c  a,b  a,b             other situations or indicators: a series ends too, for counts are not comparable
 */
import {
  type Catalog,
  type ColumnEntry,
  columnsOf,
  findColumn,
  type Geography,
  type Indicator,
  listed,
} from '../catalog/catalog.ts';
import { parsePeriod } from '../indicators/period.ts';
import type { IndexList } from '../indices/choose-subject.ts';
import { findPopulation } from '../indices/plan-index.ts';
import { Problem } from '../problem.ts';
import { chooseSituationPlan, chooseSituations } from '../situations/choose-situations.ts';
import { findSituationPeriods, planSituations, type SituationPlan } from '../situations/plan-situations.ts';
import type { SituationDefinition } from '../situations/situation.ts';
import {
  type ClusterParameters,
  type ClusterQuery,
  hashDefinition,
  isRegional,
  readParameters,
} from './cluster-definition.ts';

/** One period of a series. */
export interface SeriesPeriod {
  plan: SituationPlan;
  /** Residents in this period; null where they are not known. */
  population: ColumnEntry | null;
  /** Indicators of regions; those that the period lacks are left out. */
  indicators: ColumnEntry[];
}

/** Periods that can be compared, oldest first. */
export interface ClusterSeries {
  parameters: ClusterParameters;
  /** Short hash of the definition. */
  definition: string;
  /** Counts residents; null where there is none. */
  population: Indicator | null;
  /** What regions are made of, in the order of `SeriesPeriod.indicators`. */
  indicators: Indicator[];
  periods: SeriesPeriod[];
  /** Position of the period that was asked for. */
  at: number;
  start: 'first' | 'boundary_change' | 'rule_change';
  end: 'latest' | 'boundary_change' | 'rule_change';
  /** ISO date of the next boundary version; null where there is none. */
  nextBoundary: string | null;
}

/** Codes of indicators that count residents: of the common catalogue, and Berlin's. */
const RESIDENTS = ['dem_pop', 'population'];

/**
 * Finds what a request means.
 * @param today ISO date; chooses the boundary version where the period is on several
 * @throws Problem invalid_request as `chooseSituationPlan` and `readParameters`, for more situations than there are, an unknown
 * population, and a minimum of residents that nobody knows
 */
export function chooseSeries(
  catalog: Catalog,
  indices: IndexList,
  all: readonly SituationDefinition[],
  query: ClusterQuery,
  today: string,
): ClusterSeries {
  const read = readParameters(query);
  const chosen = chooseSituationPlan(catalog, indices, all, query, today);
  const { geography, version } = chosen;
  requireSituations(read, chosen);
  const indicators = isRegional(read.method) ? chooseIndicators(catalog, chosen, query.indicators) : [];
  const parameters: ClusterParameters = {
    ...read,
    ...(indicators.length > 0 && { indicators: indicators.map(({ code }) => code) }),
  };
  const population = findResidents(catalog, geography, query.population);
  const toPeriod = (plan: SituationPlan): SeriesPeriod => ({
    plan,
    population: population && findPopulation(catalog, geography, plan.version, plan.period, population.code),
    indicators: indicators.flatMap(
      (one) => findColumn(catalog, geography, plan.version, one, plan.period) ?? [],
    ),
  });
  const signature = ({ plan, population: entry, indicators: entries }: SeriesPeriod): string =>
    JSON.stringify([signPlan(plan), parameters.minPopulation > 0 && entry !== null, entries.length]);
  const own = toPeriod(chosen);
  if (parameters.minPopulation > 0 && !own.population) throw refusePopulation(parameters, geography, chosen);
  const kind = parsePeriod(chosen.period)?.kind;
  const situations = chooseSituations(all, query);
  const candidates = findSituationPeriods(catalog, indices, situations, geography)
    .filter((at) => at.version === version && parsePeriod(at.period)?.kind === kind)
    .map((at) => toPeriod(planSituations(catalog, indices, situations, geography, at)));
  const position = candidates.findIndex(({ plan }) => plan.period === chosen.period);
  const differs = (other: SeriesPeriod): boolean => signature(other) !== signature(own);
  const from = candidates.slice(0, position).findLastIndex(differs) + 1;
  const after = candidates.slice(position).findIndex(differs);
  const until = after < 0 ? candidates.length : position + after;
  const place = geography.boundaryVersions.indexOf(version);
  const nextBoundary = geography.boundaryVersions[place + 1]?.validFrom ?? null;
  return {
    parameters,
    definition: hashDefinition([
      geography.collection,
      version.validFrom,
      kind,
      chosen.situations.map(({ situation }) => [situation.id, situation.version]),
      parameters.minPopulation > 0 ? population!.code : null,
      parameters,
    ]),
    population,
    indicators,
    periods: candidates.slice(from, until),
    at: position - from,
    start: from > 0 ? 'rule_change' : place > 0 ? 'boundary_change' : 'first',
    end: after >= 0 ? 'rule_change' : nextBoundary === null ? 'latest' : 'boundary_change',
    nextBoundary,
  };
}

/** Situations and what they look at: where that is the same, counts mean the same. */
function signPlan({ situations }: SituationPlan): unknown {
  return situations.map(({ situation, conditions }) => [
    situation.id,
    conditions.map((one) =>
      one.kind === 'index' ? one.subject.index.definition : [one.indicator.code, one.condition],
    ),
  ]);
}

function requireSituations({ minSituations = 1 }: ClusterParameters, { situations }: SituationPlan): void {
  if (minSituations <= situations.length) return;
  throw new Problem('invalid_request', 'So many problem situations cannot be looked at here.', [
    {
      code: 'too_many_situations',
      field: 'minSituations',
      got: String(minSituations),
      expected: `at most ${situations.length} (${listed(situations.map(({ situation }) => situation.id))})`,
    },
  ]);
}

/**
 * The indicators that regions are made of, by code: those that are named, or those of the situations' values.
 * @throws Problem invalid_request for one that is not there in the period, and for context, which is never a problem
 */
function chooseIndicators(
  catalog: Catalog,
  { geography, version, period, situations }: SituationPlan,
  named: readonly string[] | undefined,
): Indicator[] {
  const own = situations.flatMap(({ conditions }) =>
    conditions.flatMap((one) => (one.kind === 'indicator' && !one.earlier ? [one.indicator.code] : [])),
  );
  const there = [...catalog.indicators.values()].filter(
    (one) => one.polarity !== 0 && findColumn(catalog, geography, version, one, period),
  );
  const codes = [...new Set(named ?? own)].sort();
  if (codes.length === 0) throw refuseIndicator('missing', 'nothing', there);
  return codes.map((code) => {
    const found = there.find((one) => one.code === code);
    if (found) return found;
    const context = catalog.indicators.get(code)?.polarity === 0;
    throw refuseIndicator(context ? 'indicator_is_context' : 'unknown_indicator', code, there);
  });
}

function refuseIndicator(code: string, got: string, there: readonly Indicator[]): Problem {
  return new Problem('invalid_request', 'Regions cannot be made of these indicators.', [
    {
      code,
      field: 'indicators',
      got,
      expected: `${listed(there.map((one) => one.code))}; context is never a problem`,
    },
  ]);
}

function findResidents(catalog: Catalog, geography: Geography, code: string | undefined): Indicator | null {
  const has = (name: string): Indicator[] => {
    const indicator = catalog.indicators.get(name);
    return indicator?.aggregation === 'sum' && columnsOf(catalog, geography, indicator).length > 0
      ? [indicator]
      : [];
  };
  if (code === undefined) return RESIDENTS.flatMap(has)[0] ?? null;
  const [found] = has(code);
  if (found) return found;
  throw new Problem('invalid_request', `${geography.collection} has no counts ${code}.`, [
    {
      code: 'unknown_indicator',
      field: 'population',
      got: code,
      expected: listed([...catalog.indicators.keys()].flatMap(has).map((indicator) => indicator.code)),
    },
  ]);
}

function refusePopulation(
  { minPopulation }: ClusterParameters,
  { collection }: Geography,
  { period }: SituationPlan,
): Problem {
  return new Problem('invalid_request', `Residents of ${collection} are not known for ${period}.`, [
    {
      code: 'population_not_known',
      field: 'minPopulation',
      got: String(minPopulation),
      expected: '0, or a period with residents',
    },
  ]);
}
