/** Which columns an index takes in a collection, on a boundary version, for a period; or why it cannot be computed there. */
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  compareIds,
  findColumn,
  type Geography,
  type Indicator,
} from '../catalog/catalog.ts';
import { parsePeriod } from '../indicators/period.ts';
import type { Label } from '../label.ts';
import { type CompositeMethod, type IndexPart, nameOf, partsIn, yearsBefore } from './index-method.ts';

/** One indicator of a plan. */
export interface PlannedPart {
  part: IndexPart;
  indicator: Indicator;
  entry: ColumnEntry;
  /** The column that a change starts from; null for a value. */
  earlier: ColumnEntry | null;
}

/** What is to be loaded. */
export interface IndexPlan {
  index: CompositeMethod;
  geography: Geography;
  version: BoundaryVersion;
  period: string;
  parts: PlannedPart[];
  /** Names of the parts that the collection lacks. */
  absent: string[];
  /** Column of the rule that leaves small districts out; null without such a rule. */
  population: ColumnEntry | null;
  /** Plan of the reference period; null where the index is relative. */
  reference: IndexPlan | null;
}

/** Why there is no plan. */
export interface NotApplicable {
  reason: Label;
  absent: string[];
}

/** Plans an index for one period on one boundary version. */
export function planIndex(
  catalog: Catalog,
  index: CompositeMethod,
  geography: Geography,
  version: BoundaryVersion,
  period: string,
): IndexPlan | NotApplicable {
  const plan = planAlone(catalog, index, geography, version, period);
  const frozen = index.definition.reference?.period;
  if (frozen === undefined || 'reason' in plan) return plan;
  const reference = planReference(catalog, index, geography, version, frozen);
  const names = (of: IndexPlan): string => of.parts.map(({ part }) => nameOf(part)).join(', ');
  if (!reference || names(reference) !== names(plan)) {
    const got = reference ? names(reference) : '–';
    return {
      reason: {
        de: `Der Bezugszeitraum ${frozen} hat nicht dieselben Kennzahlen: ${got}`,
        en: `the reference period ${frozen} does not have the same indicators: ${got}`,
      },
      absent: plan.absent,
    };
  }
  return { ...plan, reference };
}

/** The reference period on the same boundary version, or on the newest that has it. */
function planReference(
  catalog: Catalog,
  index: CompositeMethod,
  geography: Geography,
  version: BoundaryVersion,
  period: string,
): IndexPlan | null {
  for (const candidate of [version, ...geography.boundaryVersions.toReversed()]) {
    const plan = planAlone(catalog, index, geography, candidate, period);
    if (!('reason' in plan)) return plan;
  }
  return null;
}

function planAlone(
  catalog: Catalog,
  index: CompositeMethod,
  geography: Geography,
  version: BoundaryVersion,
  period: string,
): IndexPlan | NotApplicable {
  const { definition } = index;
  const wanted = partsIn(definition, period);
  const parts = wanted.flatMap((part) => {
    const found = planPart(catalog, geography, version, period, part);
    return found ? [found] : [];
  });
  const present = parts.map(({ part }) => part);
  const absent = wanted.filter((part) => !present.includes(part)).map(nameOf);
  const least = Math.max(definition.leastIndicators ?? wanted.length, 1);
  if (parts.length < least) return { reason: tooFew(parts, wanted, least), absent };
  const rule = definition.areas?.minimum;
  const population = rule ? findPopulation(catalog, geography, version, period, rule.indicator) : null;
  if (rule && !population) {
    return {
      reason: {
        de: `Ohne ${rule.indicator} lässt sich nicht sagen, welche Gebiete bewertet werden.`,
        en: `Without ${rule.indicator} nobody knows which districts are rated.`,
      },
      absent: [...absent, rule.indicator],
    };
  }
  return { index, geography, version, period, parts, absent, population, reference: null };
}

function tooFew(parts: readonly PlannedPart[], wanted: readonly IndexPart[], least: number): Label {
  const has = parts.map(({ part }) => nameOf(part)).join(', ') || '–';
  const names = wanted.map(nameOf).join(', ');
  return {
    de: `Braucht ${least} von ${wanted.length} Kennzahlen (${names}), hat ${parts.length}: ${has}`,
    en: `Needs ${least} of ${wanted.length} indicators (${names}), has ${parts.length}: ${has}`,
  };
}

function planPart(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  period: string,
  part: IndexPart,
): PlannedPart | null {
  const indicator = catalog.indicators.get(part.indicator);
  // A definition keeps the polarity that it was defined with; where the catalogue says otherwise, the index would mean another thing.
  if (!indicator || indicator.polarity !== part.polarity) return null;
  const find = (wanted: string | null): ColumnEntry | null =>
    findColumn(catalog, geography, version, indicator, wanted);
  const entry = find(period);
  if (!entry) return null;
  if (part.changeYears === undefined) return { part, indicator, entry, earlier: null };
  const earlier = find(yearsBefore(period, part.changeYears));
  return earlier && { part, indicator, entry, earlier };
}

/** The column of the period itself, or the last one within it: residents are often counted twice a year. */
export function findPopulation(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  period: string,
  code: string,
): ColumnEntry | null {
  const indicator = catalog.indicators.get(code);
  const span = parsePeriod(period);
  if (!indicator || !span) return null;
  const entries = columnsOf(catalog, geography, indicator).filter((entry) => {
    const own = parsePeriod(entry.period);
    return entry.boundaryVersion === version.id && own && own.start >= span.start && own.end <= span.end;
  });
  return entries.find((entry) => entry.period === period) ?? entries.at(-1) ?? null;
}

/** A period that an index can be computed for. */
export interface IndexPeriod {
  period: string;
  version: BoundaryVersion;
}

/** All periods of a collection that an index can be computed for, oldest first; or why there are none. */
export function findPeriods(
  catalog: Catalog,
  index: CompositeMethod,
  geography: Geography,
): { periods: IndexPeriod[]; plan: IndexPlan | null; missing: NotApplicable | null } {
  const periods: IndexPeriod[] = [];
  let plan: IndexPlan | null = null;
  let missing: NotApplicable | null = null;
  for (const period of listPeriods(catalog, index, geography)) {
    for (const version of geography.boundaryVersions) {
      const found = planIndex(catalog, index, geography, version, period);
      if ('reason' in found) {
        if (!missing || found.absent.length <= missing.absent.length) missing = found;
      } else {
        periods.push({ period, version });
        plan = found;
      }
    }
  }
  if (plan) return { periods, plan, missing: null };
  const none = {
    reason: tooFew(
      [],
      index.definition.indicators,
      index.definition.leastIndicators ?? index.definition.indicators.length,
    ),
    absent: index.definition.indicators.map(nameOf),
  };
  return { periods, plan: null, missing: missing ?? none };
}

function listPeriods(catalog: Catalog, { definition }: CompositeMethod, geography: Geography): string[] {
  const periods = definition.indicators.flatMap((part) => {
    const indicator = catalog.indicators.get(part.indicator);
    return indicator ? columnsOf(catalog, geography, indicator).map(({ period }) => period) : [];
  });
  return [...new Set(periods)].sort(compareIds);
}
