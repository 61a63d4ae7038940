/** Results of an index as documents: a row for every district, and the statement of method. */
import type { components } from '../../openapi/generated/types.ts';
import { countSmallBases, MODIFIABLE_AREAS, warnOfSmallBases } from '../analyses/statement.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { numberAt } from '../indicators/column.ts';
import { sourceOf } from '../indicators/join.ts';
import { type Language, textOf } from '../label.ts';
import { VERSION } from '../version.ts';
import { coloursOf } from './class-colours.ts';
import type { ComputedIndex, LoadedPart, UnitState } from './compute-index.ts';
import { labelOfPart, unitOfPart } from './describe-part.ts';
import type { EvaluatedIndex } from './evaluate-index.ts';
import { nameOf } from './index-method.ts';
import { wordMethod } from './word-method.ts';

type Row = components['schemas']['IndexRow'];
type Statement = components['schemas']['IndexStatement'];
type Figure = components['schemas']['IndexFigure'];
type UsedIndicator = components['schemas']['IndexUsedIndicator'];

/** The row of the district at position i. */
export function describeRow(catalog: Catalog, evaluated: EvaluatedIndex, i: number, language: Language): Row {
  const { table, values, classes, ranks, units, labels, parts } = evaluated;
  const own = labels[classes[i]! - 1] ?? null;
  const { status, reason, provisional } = units[i]!;
  return {
    district: table.keys[i]!,
    districtName: table.names[i]!,
    value: numberAt(values, i),
    class: classes[i] === 0 ? null : classes[i]!,
    classCode: own?.code ?? null,
    classLabel: own ? textOf(own.label, language) : null,
    standsOut: own?.standsOut ?? null,
    rank: ranks[i] === 0 ? null : ranks[i]!,
    status,
    reason,
    reasonLabel: labelOf(catalog, units[i]!, language),
    provisional,
    figures: Object.fromEntries(parts.flatMap((part) => describeFigures(part, i))),
  };
}

/** Words of the reason of a district; null where it has none. */
export function labelOf(catalog: Catalog, { reason, label }: UnitState, language: Language): string | null {
  const words = label ?? (reason === null ? undefined : catalog.reasons.get(reason));
  return words ? textOf(words, language) : null;
}

/** Figures of the district at position i by name. */
export function describeFigures({ index, parts }: ComputedIndex, i: number): [string, Figure][] {
  const rated = index.status === 'ok' && !Number.isNaN(index.values[i]!);
  return parts.map(({ part, values }, j) => [
    nameOf(part),
    {
      value: numberAt(values, i),
      score: rated ? numberAt(index.scores[j]!, i) : null,
      contribution: rated ? numberAt(index.contributions[j]!, i) : null,
    },
  ]);
}

/** Everything needed to judge and repeat a result. @param seed of what was drawn; null for nothing */
export function describeStatement(
  evaluated: EvaluatedIndex,
  language: Language,
  seed: number | null = null,
): Statement {
  const { index, parts, table, classes, units, labels, snapshot, release } = evaluated;
  const [{ plan, limits }] = parts;
  const { id, version, label, source } = index.definition;
  const rated = [...classes].filter((own) => own > 0).length;
  const colours = coloursOf(evaluated.index, labels);
  const references = parts.map((part) => part.plan.reference?.period ?? null);
  return {
    index: id,
    version,
    label: textOf(label, language),
    method: wordMethod(index),
    reference: source ?? null,
    collection: plan.geography.collection,
    boundaryVersion: plan.version.validFrom,
    period: plan.period,
    referencePeriod: references.find((period) => period !== null) ?? null,
    release,
    snapshot,
    engineVersion: VERSION,
    indicators: parts.flatMap((part) =>
      part.parts.map((loaded, j) => describeIndicator(part, loaded, j, language)),
    ),
    absent: parts.flatMap((part) => part.plan.absent),
    limits: index.kind === 'composite' ? limits.map((limit) => ({ ...limit })) : [],
    classes: labels.map((own, k) => ({
      class: k + 1,
      code: own.code,
      label: textOf(own.label, language),
      standsOut: own.standsOut,
      colour: colours[k]!,
      districts: classes.reduce((count, one) => (one === k + 1 ? count + 1 : count), 0),
    })),
    n: rated,
    districts: table.n,
    excluded: table.keys.flatMap((district, i) =>
      classes[i] === 0 ? [{ district, status: units[i]!.status, reason: units[i]!.reason }] : [],
    ),
    explained: parts.map((part) => (part.index.status === 'ok' ? part.index.explained : null))[0]!,
    seed,
    warnings: [...parts.flatMap((part) => warningsOf(part)), MODIFIABLE_AREAS],
  };
}

function describeIndicator(
  { index, indicators, plan }: ComputedIndex,
  loaded: LoadedPart,
  j: number,
  language: Language,
): UsedIndicator {
  const { part, indicator, column, before } = loaded;
  const reference = index.status === 'ok' ? index.reference : null;
  const scale = reference?.indicators[j];
  const { direction, weight } = indicators[j]!;
  return {
    indicator: nameOf(part),
    label: labelOfPart(loaded, language),
    unit: unitOfPart(loaded),
    polarity: part.polarity,
    weight,
    changeYears: part.changeYears ?? null,
    mean: scale ? direction * scale.centre : null,
    deviation: scale?.scale ?? null,
    loading: reference?.loadings?.[j] ?? null,
    release: Math.max(column.release, before?.release ?? 0),
    source: sourceOf(indicator, plan.geography),
  };
}

/** A rank, a mean and a deviation of so few districts mean little. */
const FEW = 30;
const MANY_TIES = 0.2;

function warningsOf({ index, plan, parts, indicators }: ComputedIndex): string[] {
  const { id } = plan.index.definition;
  if (index.status !== 'ok') {
    if (index.status === 'too_few')
      return [`${id}: only ${index.rated} districts have the figures; nothing was computed.`];
    const name = index.indicator === null ? 'The sum' : nameOf(parts[index.indicator]!.part);
    return [`${id}: ${name} is the same everywhere; nothing was computed.`];
  }
  const warnings: string[] = [];
  const { values: rated, warnings: found } = index;
  if (index.rated < FEW)
    warnings.push(`${id}: only ${index.rated} districts were rated; classes of so few are unstable.`);
  for (const [j, { part, column, before }] of parts.entries()) {
    const values = indicators[j]!.values.filter((_, i) => !Number.isNaN(rated[i]!));
    const present = values.filter((value) => !Number.isNaN(value));
    if (present.length > 0 && 1 - new Set(present).size / present.length > MANY_TIES) {
      warnings.push(`${id}: more than 20 % of the values of ${nameOf(part)} are ties.`);
    }
    const bases = before
      ? column.denominators.map((base, i) => Math.min(base, before.denominators[i]!))
      : column.denominators;
    warnings.push(...warnOfSmallBases(`${id}: ${nameOf(part)}`, countSmallBases(rated, bases)));
  }
  if (found.includes('weak_component'))
    warnings.push(`${id}: the first component explains less than half of the variance.`);
  if (found.includes('ambiguous_component'))
    warnings.push(`${id}: the second component explains as much as the first; the weights are arbitrary.`);
  if (!plan.reference) {
    warnings.push(
      `${id}: relative to the districts of this period; a change of all districts does not show.`,
    );
  }
  return warnings;
}
