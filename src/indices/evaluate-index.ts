/** A computed index as rows and classes, the same for a composite index and for a combination of two. */
import { createHash } from 'node:crypto';
import type { DistrictTable } from '../districts/district-table.ts';
import type { Reader } from '../reader.ts';
import { combineStatusDynamics } from '../stats/indices/index-presets.ts';
import { rankValues } from '../stats/standardise.ts';
import type { IndexSubject } from './choose-subject.ts';
import { type ComputedIndex, computeIndex, type UnitState, type Weights } from './compute-index.ts';
import { describeClasses, type IndexClass, type VersionedIndex } from './index-method.ts';

/** An index of one period; arrays have one entry per district. */
export interface EvaluatedIndex {
  index: VersionedIndex;
  /** The index itself, or status and dynamics. */
  parts: [ComputedIndex] | [ComputedIndex, ComputedIndex];
  table: DistrictTable;
  /** The index; for a combination the number of the class. NaN for none. */
  values: Float64Array;
  /** 1 is the lowest index; 0 for none. */
  classes: Uint8Array;
  ranks: Uint32Array;
  units: UnitState[];
  /** Words of the classes, class 1 first. */
  labels: IndexClass[];
  snapshot: string;
  release: number;
}

/** Computes what a request means. @throws Problem as `computeIndex` */
export async function evaluateIndex(
  reader: Reader,
  subject: IndexSubject,
  weights: Weights = null,
): Promise<EvaluatedIndex> {
  if (subject.kind === 'combination') return await combine(reader, subject);
  const computed = await computeIndex(reader, subject.plan, weights);
  const { table, index, classes, ranks, units, snapshot, release } = computed;
  return {
    index: subject.index,
    parts: [computed],
    table,
    values: index.status === 'ok' ? index.values : new Float64Array(table.n).fill(Number.NaN),
    classes,
    ranks,
    units,
    labels: describeClasses(subject.index.definition),
    snapshot,
    release,
  };
}

async function combine(
  reader: Reader,
  { index, ...plans }: Extract<IndexSubject, { kind: 'combination' }>,
): Promise<EvaluatedIndex> {
  const status = await computeIndex(reader, plans.status);
  const dynamics = await computeIndex(reader, plans.dynamics);
  const { overall } = combineStatusDynamics(status.classes, dynamics.classes);
  const values = Float64Array.from(overall, (k) => (k === 0 ? Number.NaN : k));
  return {
    index,
    parts: [status, dynamics],
    table: status.table,
    values,
    classes: overall,
    ranks: rankValues(values),
    units: status.units.map((unit, i) => join(unit, dynamics.units[i]!, status.classes[i] === 0)),
    labels: index.definition.classes,
    snapshot: createHash('sha256').update(`${status.snapshot}${dynamics.snapshot}`).digest('hex'),
    release: Math.max(status.release, dynamics.release),
  };
}

/** A pair is as good as its weaker part. */
function join(status: UnitState, dynamics: UnitState, withoutStatus: boolean): UnitState {
  const provisional = status.provisional || dynamics.provisional;
  const weaker = withoutStatus || dynamics.status === 'ok' ? status : dynamics;
  return { ...weaker, provisional };
}
