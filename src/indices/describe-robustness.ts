/** Robustness of an index as a document. */
import type { components } from '../../openapi/generated/types.ts';
import { numberAt } from '../indicators/column.ts';
import { type Language, textOf } from '../label.ts';
import { RANDOM_GENERATOR } from '../stats/inference/random.ts';
import { describeStatement } from './describe-results.ts';
import { type Robustness, SPREAD } from './measure-robustness.ts';

type Document = Omit<components['schemas']['IndexRobustness'], 'links'>;

/** Share from which a class is called stable. */
const STABLE = 0.95;

/** Shares of every district, and what was varied how. */
export function describeRobustness(
  { evaluated, draws, runs, shares }: Robustness,
  language: Language,
): Document {
  const { table, values, classes, units, labels } = evaluated;
  const { all, noise, leaveOneOut, weights } = shares;
  const of = (share: typeof noise, i: number): number | null => (share ? numberAt(share.kept, i) : null);
  return {
    statement: describeStatement(evaluated, language, draws.seed),
    draws: draws.draws,
    spread: SPREAD,
    randomGenerator: RANDOM_GENERATOR,
    runs,
    stable: all.kept.reduce((count, kept) => (kept >= STABLE ? count + 1 : count), 0),
    results: table.keys.map((district, i) => {
      const own = labels[classes[i]! - 1];
      return {
        district,
        districtName: table.names[i]!,
        value: numberAt(values, i),
        class: classes[i] === 0 ? null : classes[i]!,
        classCode: own?.code ?? null,
        classLabel: own ? textOf(own.label, language) : null,
        status: units[i]!.status,
        kept: of(all, i),
        noise: of(noise, i),
        leaveOneOut: of(leaveOneOut, i),
        weights: of(weights, i),
      };
    }),
  };
}
