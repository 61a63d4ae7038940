/** Use case: which problem situations is each district in, and on what figures does that rest? */
import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { type Column, numberAt, statusAt } from '../indicators/column.ts';
import type { Status } from '../indicators/status.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Label } from '../label.ts';
import type { Reader } from '../reader.ts';
import { computeMoments, standardise } from '../stats/standardise.ts';
import type { PlannedCondition, SituationPlan } from './plan-situations.ts';
import { judge, type Met, type SituationDefinition, type State } from './situation.ts';

/** What one condition found in one district. */
export interface Evidence {
  met: Met;
  value: number | null;
  z: number | null;
  classCode: string | null;
  classLabel: Label | null;
  status: Status;
  reason: string | null;
  /** Words of a reason that an index brings itself. */
  reasonLabel: Label | null;
}

/** A condition looked at in all districts. */
export interface FoundCondition {
  planned: PlannedCondition;
  /** Code of the indicator or id of the index. */
  source: string;
  label: Label;
  /** Unweighted mean over the districts; null for classes. */
  mean: number | null;
  evidence: Evidence[];
  release: number;
}

/** A situation looked at in all districts. */
export interface FoundSituation {
  situation: SituationDefinition;
  conditions: FoundCondition[];
  /** One for each district. */
  states: State[];
  release: number;
}

/** Situations of all districts of a boundary version. */
export interface FoundSituations {
  plan: SituationPlan;
  table: DistrictTable;
  situations: FoundSituation[];
  snapshot: string;
  release: number;
}

/** Looks at every situation of a plan in every district. */
export async function findSituations(
  reader: Reader,
  results: IndexResults,
  catalog: Catalog,
  plan: SituationPlan,
): Promise<FoundSituations> {
  const table = await reader.districts(plan.geography, plan.version);
  const situations: FoundSituation[] = [];
  for (const { situation, conditions } of plan.situations) {
    const found = await Promise.all(
      conditions.map((planned) =>
        planned.kind === 'index'
          ? lookAtIndex(results, catalog, planned)
          : lookAtIndicator(reader, plan, planned),
      ),
    );
    const states = table.keys.map((_, i) =>
      judge(
        situation.need,
        found.map(({ evidence }) => evidence[i]!.met),
      ),
    );
    const release = Math.max(...found.map((one) => one.release));
    situations.push({ situation, conditions: found, states, release });
  }
  const release = Math.max(plan.version.release, ...situations.map((one) => one.release));
  return { plan, table, situations, snapshot: hashFindings(table, situations), release };
}

async function lookAtIndicator(
  reader: Reader,
  { geography, version }: SituationPlan,
  planned: Extract<PlannedCondition, { kind: 'indicator' }>,
): Promise<FoundCondition> {
  const { condition, indicator, entry, earlier } = planned;
  const column = await reader.column(geography, version, entry);
  const before = earlier ? await reader.column(geography, version, earlier) : null;
  const values = before ? column.values.map((value, i) => value - before.values[i]!) : column.values;
  const worse = indicator.polarity === -1 ? 1 : -1;
  const scores = standardise(values);
  const { n, mean } = computeMoments(values);
  const limit = condition.limit ?? 0;
  const evidence = [...values.keys()].map((i): Evidence => {
    // A column without spread has no scores, so nothing can be said of any district.
    const measured =
      condition.measure === 'value' ? worse * (values[i]! - limit) : worse * scores[i]! - limit;
    const lacking = Number.isNaN(column.values[i]!)
      ? column
      : before && Number.isNaN(before.values[i]!)
        ? before
        : column;
    return {
      met: Number.isNaN(measured) ? null : measured > 0,
      value: numberAt(values, i),
      z: Number.isNaN(scores[i]!) ? null : worse * scores[i]!,
      classCode: null,
      classLabel: null,
      status: statusAt(lacking, i),
      reason: lacking.reasons[i] ?? null,
      reasonLabel: null,
    };
  });
  return {
    planned,
    source: indicator.code,
    label: indicator.label,
    mean: n > 0 ? mean : null,
    evidence,
    release: newest(column, before),
  };
}

function newest(column: Column, before: Column | null): number {
  return Math.max(column.release, before?.release ?? 0);
}

async function lookAtIndex(
  results: IndexResults,
  catalog: Catalog,
  planned: Extract<PlannedCondition, { kind: 'index' }>,
): Promise<FoundCondition> {
  const { condition, subject } = planned;
  const { classes, labels, units, values, release } = await results.evaluate(catalog, subject);
  const evidence = units.map((unit, i): Evidence => {
    const own = labels[classes[i]! - 1] ?? null;
    const met = own && (condition.classes ? condition.classes.includes(own.code) : own.standsOut);
    return {
      met,
      value: numberAt(values, i),
      z: null,
      classCode: own?.code ?? null,
      classLabel: own?.label ?? null,
      status: unit.status,
      reason: unit.reason,
      reasonLabel: unit.label,
    };
  });
  const { id, label } = subject.index.definition;
  return { planned, source: id, label, mean: null, evidence, release };
}

function hashFindings(table: DistrictTable, situations: readonly FoundSituation[]): string {
  const hash = createHash('sha256').update(JSON.stringify(table.keys));
  for (const { situation, conditions } of situations) {
    hash.update(JSON.stringify([situation, conditions.map(({ source, evidence }) => [source, evidence])]));
  }
  return hash.digest('hex');
}

/** Why something could not be said of a district. */
export interface Lack {
  status: string;
  reason: string | null;
}

/** Status and reason of the first figure that is missing for the district at position i. */
export function lackAt({ situations }: FoundSituations, i: number): Lack {
  for (const { states, conditions } of situations) {
    if (states[i] !== 'not_assessed') continue;
    const lacking = conditions.map(({ evidence }) => evidence[i]!).find(({ met }) => met === null);
    if (lacking) return { status: lacking.status, reason: lacking.reason };
  }
  return { status: 'not_assessed', reason: null };
}
