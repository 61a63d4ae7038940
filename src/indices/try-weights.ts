/** Use case: the same index with other weights, and who would get another class. Nothing is stored. */
import type { components } from '../../openapi/generated/types.ts';
import { type Catalog, listed } from '../catalog/catalog.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import type { IndexSubject } from './choose-subject.ts';
import { describeRow, describeStatement } from './describe-results.ts';
import { type EvaluatedIndex, evaluateIndex } from './evaluate-index.ts';
import { nameOf } from './index-method.ts';
import { requireComposite } from './measure-robustness.ts';

type Document = components['schemas']['IndexWhatIf'];

/**
 * Computes an index with other weights.
 * @param base the index as it is
 * @param weights by name of an indicator of the index; 0 leaves it out
 * @throws Problem invalid_request for a combination, a method without weights, an unknown indicator, and no indicator left
 */
export async function tryWeights(
  reader: Reader,
  catalog: Catalog,
  subject: IndexSubject,
  base: EvaluatedIndex,
  weights: Readonly<Record<string, number>>,
  language: Language,
): Promise<Document> {
  const { plan } = requireComposite(base, 'other weights');
  if (subject.kind !== 'composite') throw new RangeError('Got a combination, expected a composite index.');
  if (plan.index.definition.method.scoring === 'pca') {
    throw refuse('', 'weights', 'a method that does not find its weights itself');
  }
  const names = plan.parts.map(({ part }) => nameOf(part));
  const unknown = Object.keys(weights).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refuse(`/${unknown}`, unknown, listed(names));
  const wanted = plan.parts.map(({ part }) => weights[nameOf(part)] ?? part.weight ?? 1);
  const kept = wanted.filter((weight) => weight > 0);
  if (kept.length === 0) throw refuse('', '0 for all', 'one indicator or more with a weight above 0');
  if (plan.reference && kept.length < wanted.length)
    throw refuse('', 'a weight of 0 with a frozen reference', 'weights above 0');
  const parts = plan.parts.filter((_, j) => wanted[j]! > 0);
  const tried = await evaluateIndex(reader, { ...subject, plan: { ...plan, parts } }, kept);
  return {
    statement: describeStatement(tried, language),
    base: describeStatement(base, language),
    moves: listMoves(base, tried, language),
    results: tried.table.keys.map((_, i) => describeRow(catalog, tried, i, language)),
  };
}

function refuse(pointer: string, got: string, expected: string): Problem {
  return new Problem('invalid_request', 'These weights cannot be tried.', [
    { code: 'weights_invalid', field: `/body/weights${pointer}`, got, expected },
  ]);
}

function listMoves(base: EvaluatedIndex, tried: EvaluatedIndex, language: Language): Document['moves'] {
  const name = (k: number): string | null => {
    const own = base.labels[k - 1];
    return own ? textOf(own.label, language) : null;
  };
  return base.table.keys.flatMap((district, i) => {
    const [from, to] = [base.classes[i]!, tried.classes[i]!];
    if (from === to) return [];
    return [
      {
        district,
        districtName: base.table.names[i]!,
        from: from || null,
        fromLabel: name(from),
        to: to || null,
        toLabel: name(to),
      },
    ];
  });
}
