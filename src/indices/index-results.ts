/** Computed indices, kept while they are asked for: computed at the first request, from the columns of that state of the data. */
import { LRUCache } from 'lru-cache';
import type { WorkerPool } from '../analyses/worker-pool.ts';
import { type Catalog, stampOf } from '../catalog/catalog.ts';
import type { Reader } from '../reader.ts';
import type { IndexSubject } from './choose-subject.ts';
import { entriesOf } from './compute-index.ts';
import { type EvaluatedIndex, evaluateIndex } from './evaluate-index.ts';
import { type Draws, measureRobustness, type Robustness } from './measure-robustness.ts';
import type { IndexPlan } from './plan-index.ts';

/** Access to computed indices. */
export interface IndexResults {
  /** Index and classes. @throws Problem as `evaluateIndex` */
  evaluate(catalog: Catalog, subject: IndexSubject): Promise<EvaluatedIndex>;
  /** Index and how its classes hold. @throws Problem as `measureRobustness` */
  robustness(catalog: Catalog, subject: IndexSubject, draws: Draws): Promise<Robustness>;
}

/** Bytes of results; a city's index has some 100 KiB. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Words and states of a district, and the list entries of each. */
const BYTES_PER_DISTRICT = 200;

/** Opens an empty cache; equal requests at once are one computation. */
export function openIndexResults(reader: Reader, pool: WorkerPool): IndexResults {
  const results = new LRUCache<string, EvaluatedIndex, { subject: IndexSubject }>({
    ignoreFetchAbort: true,
    maxSize: MOST_BYTES,
    sizeCalculation: bytesOf,
    fetchMethod: async (_key, _stale, { context }) => await evaluateIndex(reader, context.subject),
  });
  const evaluate = async (catalog: Catalog, subject: IndexSubject): Promise<EvaluatedIndex> =>
    await results.forceFetch(JSON.stringify(stateOf(catalog, subject)), { context: { subject } });
  const robust = new LRUCache<string, Robustness, { evaluated: EvaluatedIndex; draws: Draws }>({
    ignoreFetchAbort: true,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ evaluated }) => bytesOf(evaluated),
    fetchMethod: async (_key, _stale, { context: { evaluated, draws } }) =>
      await measureRobustness(pool, evaluated, draws),
  });
  return {
    evaluate,
    async robustness(catalog, subject, draws) {
      const evaluated = await evaluate(catalog, subject);
      const key = JSON.stringify([stateOf(catalog, subject), draws]);
      return await robust.forceFetch(key, { context: { evaluated, draws } });
    },
  };
}

function bytesOf({ parts, table }: EvaluatedIndex): number {
  const columns = parts.reduce((sum, part) => sum + part.parts.length, 0);
  return table.n * (columns * 3 * 8 + BYTES_PER_DISTRICT) + 1000;
}

/** All that a result depends on: method, districts, names, figures; for cache keys and entity tags. */
export function stateOf(catalog: Catalog, subject: IndexSubject): unknown[] {
  const plans = plansOf(subject);
  const releases = plans.flatMap(releasesOf);
  return [
    stampOf(catalog, releases),
    subject.index.definition,
    plans.map(({ index, geography, version, period, ...plan }) => [
      index.definition,
      geography.collection,
      geography.definitionRelease,
      version.id,
      version.release,
      period,
      plan.parts.map(({ indicator, entry, earlier }) => [
        indicator.code,
        indicator.release,
        entry.release,
        earlier?.release ?? null,
      ]),
      plan.population?.release ?? null,
    ]),
  ];
}

function plansOf(subject: IndexSubject): IndexPlan[] {
  const own = subject.kind === 'composite' ? [subject.plan] : [subject.status, subject.dynamics];
  return own.flatMap((plan) => (plan.reference ? [plan, plan.reference] : [plan]));
}

function releasesOf(plan: IndexPlan): number[] {
  return [
    plan.version.release,
    plan.geography.definitionRelease,
    ...plan.parts.map(({ indicator }) => indicator.release),
    ...entriesOf(plan).map((entry) => entry.release),
  ];
}
