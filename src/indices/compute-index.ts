/** Computes an index for one period: plan → columns → scores, sums, classes, and a status for every district. */
import { createHash } from 'node:crypto';
import type { ColumnEntry } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Column } from '../indicators/column.ts';
import { hasValue, STATUSES, type Status } from '../indicators/status.ts';
import type { Label } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { type ClassLimit, findClass } from '../stats/classes/class-limits.ts';
import { findLimits } from '../stats/classes/class-rule.ts';
import { type CompositeIndex, composeIndex } from '../stats/indices/composite.ts';
import type { IndexIndicator } from '../stats/indices/index-method.ts';
import { rankValues } from '../stats/standardise.ts';
import { directionOf, INDEX_REASONS, toClassRule, toEngineMethod } from './index-method.ts';
import type { IndexPlan, PlannedPart } from './plan-index.ts';

/** Loaded figures of one indicator; arrays have one entry per district. */
export interface LoadedPart extends PlannedPart {
  /** The value, or the change; NaN for none. */
  values: Float64Array;
  column: Column;
  before: Column | null;
}

/** Why a district is rated or not. */
export interface UnitState {
  status: Status;
  reason: string | null;
  /** Words of a reason that the definition brings itself. */
  label: Label | null;
  provisional: boolean;
}

/** An index of one period; arrays have one entry per district. */
export interface ComputedIndex {
  plan: IndexPlan;
  table: DistrictTable;
  parts: LoadedPart[];
  /** What the engine was given. */
  indicators: IndexIndicator[];
  /** Districts left out by a rule of the definition, as positions. */
  excluded: number[];
  index: CompositeIndex;
  limits: readonly ClassLimit[];
  /** 1 is the lowest class; 0 for none. */
  classes: Uint8Array;
  /** 1 is the highest index; 0 for none. */
  ranks: Uint32Array;
  units: UnitState[];
  /** Hash of the definition and all values that went in. */
  snapshot: string;
  /** Newest release of all that went in. */
  release: number;
}

/** Weights by position of the part, instead of those of the definition. */
export type Weights = readonly number[] | null;

/**
 * Computes an index.
 * @param weights other weights for this once; null for those of the definition
 * @throws Problem invalid_request where the method cannot be used on these figures
 */
export async function computeIndex(
  reader: Reader,
  plan: IndexPlan,
  weights: Weights = null,
): Promise<ComputedIndex> {
  const { definition } = plan.index;
  const { table, parts, states, excluded } = await loadPlan(reader, plan);
  const indicators = parts.map(({ part, values }, j) => ({
    values,
    direction: directionOf(part),
    weight: weights?.[j] ?? part.weight ?? 1,
  }));
  const base = plan.reference ? await computeIndex(reader, plan.reference, weights) : null;
  if (base && base.index.status !== 'ok')
    throw refuse(plan, `reference period ${base.plan.period} has no index`);
  const reference = base?.index.status === 'ok' ? base.index.reference : null;
  const index = compose(plan, indicators, excluded, reference);
  const values = index.status === 'ok' ? index.values : new Float64Array(table.n).fill(Number.NaN);
  const limits = base?.limits ?? (index.status === 'ok' ? findLimits(values, toClassRule(definition)) : []);
  return {
    plan,
    table,
    parts,
    indicators,
    excluded,
    index,
    limits,
    classes: Uint8Array.from(values, (value) => findClass(value, limits)),
    ranks: rankValues(values),
    units: states.map((state, i) => rate(state, Number.isNaN(values[i]!))),
    snapshot: hashInputs(definition, table, parts, excluded, weights, base),
    release: Math.max(
      plan.version.release,
      ...entriesOf(plan).map((entry) => entry.release),
      base?.release ?? 0,
    ),
  };
}

/** All columns of a plan, without those of its reference. */
export function entriesOf(plan: IndexPlan): ColumnEntry[] {
  const entries = plan.parts.flatMap(({ entry, earlier }) => (earlier ? [entry, earlier] : [entry]));
  return plan.population ? [...entries, plan.population] : entries;
}

function compose(
  plan: IndexPlan,
  indicators: readonly IndexIndicator[],
  excluded: readonly number[],
  reference: Extract<CompositeIndex, { status: 'ok' }>['reference'],
): CompositeIndex {
  const method = toEngineMethod(plan.index.definition, indicators.length);
  try {
    return composeIndex(indicators, method, { excluded, ...(reference && { reference }) });
  } catch (error) {
    if (error instanceof RangeError) throw refuse(plan, error.message);
    throw error;
  }
}

function refuse({ index, period }: IndexPlan, got: string): Problem {
  return new Problem('invalid_request', `${index.definition.id} cannot be computed for ${period}.`, [
    {
      code: 'index_not_computable',
      field: 'period',
      got,
      expected: 'figures that the method can be used on',
    },
  ]);
}

async function loadPlan(
  reader: Reader,
  plan: IndexPlan,
): Promise<{ table: DistrictTable; parts: LoadedPart[]; states: Judged[]; excluded: number[] }> {
  const { geography, version } = plan;
  const load = async (entry: ColumnEntry): Promise<Column> => await reader.column(geography, version, entry);
  const table = await reader.districts(geography, version);
  const parts = await Promise.all(
    plan.parts.map(async (planned): Promise<LoadedPart> => {
      const column = await load(planned.entry);
      const before = planned.earlier ? await load(planned.earlier) : null;
      const values = before ? column.values.map((value, i) => value - before.values[i]!) : column.values;
      return { ...planned, values, column, before };
    }),
  );
  const population = plan.population ? await load(plan.population) : null;
  const states = table.keys.map((key, i) => judge(plan, key, i, parts, population));
  const excluded = [...states.keys()].filter((i) => states[i]!.excluded);
  return { table, parts, states, excluded };
}

/** State of a district before the index is known. */
interface Judged extends UnitState {
  /** Left out by a rule of the definition. */
  excluded: boolean;
}

/** The rules of the definition come first, then what the figures say themselves. */
function judge(
  { index: { definition }, geography }: IndexPlan,
  key: string,
  i: number,
  parts: readonly LoadedPart[],
  population: Column | null,
): Judged {
  const cells = parts.flatMap(({ column, before }) => (before ? [column, before] : [column]));
  const provisional = cells.some((column) => column.provisional[i] === 1);
  const out = (status: Status, reason: string | null, label: Label | null = null): Judged => ({
    status,
    reason,
    label,
    provisional,
    excluded: true,
  });
  const named = definition.areas?.exclusions?.find(
    ({ collection, districts }) => collection === geography.collection && districts.includes(key),
  );
  if (named) return out('not_assessed', named.reason.code, named.reason.label as Label);
  const rule = definition.areas?.minimum;
  if (rule && population) {
    const residents = population.values[i]!;
    if (residents < rule.least) return out('not_assessed', rule.reason.code, rule.reason.label as Label);
    if (Number.isNaN(residents)) {
      return out(
        statusOf(population, i),
        population.reasons[i] ?? 'area_unknown',
        INDEX_REASONS.area_unknown,
      );
    }
  }
  const lacking = cells.filter((column) => Number.isNaN(column.values[i]!));
  const estimated = cells.some((column) => statusOf(column, i) === 'estimated');
  // A gap that the method allows does not keep a district from being rated: `rate` decides when the index is known.
  const worst = lacking.toSorted((a, b) => WEIGHT[statusOf(a, i)] - WEIGHT[statusOf(b, i)])[0];
  return {
    status: worst ? statusOf(worst, i) : estimated ? 'estimated' : 'ok',
    reason: worst ? (worst.reasons[i] ?? null) : null,
    label: null,
    provisional,
    excluded: false,
  };
}

/** Which of several reasons is told: one that a rule gave says more than an empty cell. */
const WEIGHT: Record<Status, number> = {
  not_assessed: 0,
  suppressed: 1,
  not_applicable: 2,
  not_available: 3,
  estimated: 4,
  ok: 5,
};

function statusOf(column: Column, i: number): Status {
  return STATUSES[column.status[i]!]!;
}

function rate({ excluded, ...state }: Judged, without: boolean): UnitState {
  if (excluded) return state;
  if (!without) {
    if (hasValue(state.status)) return state;
    return {
      ...state,
      status: 'estimated',
      reason: 'indicator_missing',
      label: INDEX_REASONS.indicator_missing,
    };
  }
  if (!hasValue(state.status)) return state;
  return {
    ...state,
    status: 'not_assessed',
    reason: 'index_not_computed',
    label: INDEX_REASONS.index_not_computed,
  };
}

function hashInputs(
  definition: object,
  table: DistrictTable,
  parts: readonly LoadedPart[],
  excluded: readonly number[],
  weights: Weights,
  base: ComputedIndex | null,
): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([definition, table.keys, excluded, weights, base?.snapshot ?? null]));
  for (const { values } of parts) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
