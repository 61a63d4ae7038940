/** Use case: would a district keep its class if chance, the choice of indicators or the weights were different? */
import type { WorkerPool } from '../analyses/worker-pool.ts';
import type { Column } from '../indicators/column.ts';
import { Problem } from '../problem.ts';
import type { ClassRule } from '../stats/classes/class-rule.ts';
import type { ClassRobustness, RobustnessOptions } from '../stats/indices/class-robustness.ts';
import { combineErrors, estimateRateErrors } from '../stats/rates/rate-error.ts';
import type { ComputedIndex, LoadedPart } from './compute-index.ts';
import type { EvaluatedIndex } from './evaluate-index.ts';
import { nameOf, toClassRule, toEngineMethod } from './index-method.ts';

/** What is drawn. */
export interface Draws {
  seed: number;
  /** Draws of noise and of weights each. */
  draws: number;
}

/** One kind of perturbation. */
export interface Runs {
  kind: 'noise' | 'leaveOneOut' | 'weights';
  runs: number;
  failed: number;
  note: string;
}

/** How the classes of an index hold. */
export interface Robustness {
  evaluated: EvaluatedIndex;
  draws: Draws;
  runs: Runs[];
  shares: Extract<ClassRobustness, { status: 'ok' }>;
}

/** Weights are drawn from half to one and a half of what they are. */
export const SPREAD = 0.5;

/**
 * Measures robustness in a worker thread where it is heavy. The same draws give the same shares on any number of threads.
 * @throws Problem invalid_request for a combination, an index without figures, and one of which nothing can be varied
 */
export async function measureRobustness(
  pool: WorkerPool,
  evaluated: EvaluatedIndex,
  draws: Draws,
): Promise<Robustness> {
  const computed = requireComposite(evaluated, 'robustness');
  const { plan, index, indicators, excluded, parts } = computed;
  if (index.status !== 'ok')
    throw refuse(plan.index.definition.id, 'an index without figures', 'an index with figures');
  const frozen = plan.reference !== null;
  const pca = plan.index.definition.method.scoring === 'pca';
  const errors = parts.map(estimateErrors);
  const noise = errors.some((error) => error !== null);
  const options: RobustnessOptions = {
    excluded,
    seed: draws.seed,
    ...(frozen && index.reference && { reference: index.reference }),
    ...(noise && { noise: { errors, draws: draws.draws } }),
    leaveOneOut: parts.length > 1 && !frozen,
    ...(!pca && !frozen && parts.length > 1 && { weights: { spread: SPREAD, draws: draws.draws } }),
  };
  if (!noise && !options.leaveOneOut) {
    throw refuse(
      plan.index.definition.id,
      'an index of which nothing can be varied',
      'counts, or several indicators',
    );
  }
  const shares = await pool.classRobustness({
    indicators,
    method: toEngineMethod(plan.index.definition, parts.length),
    rule: ruleOf(computed),
    options,
  });
  if (shares.status !== 'ok')
    throw refuse(plan.index.definition.id, shares.index.status, 'an index with figures');
  const left = frozen ? 'Not varied: a frozen reference fits one set of indicators and weights.' : null;
  const single = parts.length < 2 ? 'Not varied: the index has one indicator.' : null;
  return {
    evaluated,
    draws,
    shares,
    runs: [
      describeRuns('noise', shares.noise, noteNoise(parts, errors)),
      describeRuns('leaveOneOut', shares.leaveOneOut, left ?? single ?? 'Each indicator left out in turn.'),
      describeRuns(
        'weights',
        shares.weights,
        left ??
          single ??
          (pca
            ? 'Not varied: the method finds its weights itself.'
            : `Each weight multiplied by a number uniform on ${1 - SPREAD} to ${1 + SPREAD}.`),
      ),
    ],
  };
}

/** @throws Problem invalid_request for a combination */
export function requireComposite(evaluated: EvaluatedIndex, what: string): ComputedIndex {
  const { index, parts } = evaluated;
  if (index.kind === 'composite') return parts[0];
  const names = parts.map(({ plan }) => plan.index.definition.id).join(' or ');
  throw new Problem('invalid_request', `${index.definition.id} combines two indices.`, [
    {
      code: 'index_is_combination',
      field: 'indexId',
      got: index.definition.id,
      expected: `${names} for ${what}`,
    },
  ]);
}

function refuse(id: string, got: string, expected: string): Problem {
  return new Problem('invalid_request', `The classes of ${id} cannot be perturbed.`, [
    { code: 'index_not_variable', field: 'indexId', got, expected },
  ]);
}

/** Limits of a frozen reference stay where they are. */
function ruleOf({ plan, limits }: ComputedIndex): ClassRule {
  const rule = toClassRule(plan.index.definition);
  if (!plan.reference || rule.kind === 'limits') return rule;
  return { kind: 'limits', limits: limits.filter(({ value }, k) => value !== limits[k - 1]?.value) };
}

/** Shares in percent with their counts have a binomial error; what has no counts is taken as exact. */
function estimateErrors({ indicator, column, before }: LoadedPart): Float64Array | null {
  if (indicator.unit !== 'percent') return null;
  const now = errorsOf(column);
  if (!before) return now;
  const then = errorsOf(before);
  return now && then && combineErrors(now, then);
}

const PERCENT = 100;

function errorsOf({ values, denominators }: Column): Float64Array | null {
  const usable = values.map((value, i) =>
    denominators[i]! > 0 && value >= 0 && value <= PERCENT ? value : Number.NaN,
  );
  if (usable.every((value) => Number.isNaN(value))) return null;
  return estimateRateErrors(
    usable,
    denominators.map((count) => (count > 0 ? count : Number.NaN)),
    PERCENT,
  );
}

function noteNoise(parts: readonly LoadedPart[], errors: readonly (Float64Array | null)[]): string {
  const exact = parts.filter((_, j) => errors[j] === null).map(({ part }) => nameOf(part));
  if (exact.length === parts.length) {
    return 'Not varied: the source has shares without counts, so how far chance moves them is not known.';
  }
  const rest = exact.length > 0 ? ` ${exact.join(', ')} taken as exact: no counts.` : '';
  return `Normal errors with the binomial standard error of each share (Agresti & Coull 1998).${rest}`;
}

function describeRuns(
  kind: Runs['kind'],
  share: { runs: number; failed: number } | null,
  note: string,
): Runs {
  return { kind, runs: share?.runs ?? 0, failed: share?.failed ?? 0, note };
}
