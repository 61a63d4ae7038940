/** Use case: why does a district have its class? */
import type { components } from '../../openapi/generated/types.ts';
import { type Catalog, type Geography, listed } from '../catalog/catalog.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { numberAt, statusAt } from '../indicators/column.ts';
import { type Language, textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { explainIndex } from '../stats/indices/explain-index.ts';
import { computeMoments, rankValues } from '../stats/standardise.ts';
import { findApplication, type IndexList } from './choose-subject.ts';
import type { ComputedIndex } from './compute-index.ts';
import { labelOfPart, unitOfPart } from './describe-part.ts';
import { describeStatement, labelOf } from './describe-results.ts';
import type { EvaluatedIndex } from './evaluate-index.ts';
import { describeClasses, type IndexClass, nameOf, type VersionedIndex } from './index-method.ts';
import { tellCombination, tellIndex } from './sentences.ts';

type Document = Omit<components['schemas']['IndexExplanation'], 'links'>;
type PartDocument = components['schemas']['IndexPartExplanation'];
type Contribution = components['schemas']['IndexContribution'];
type Border = components['schemas']['IndexBorder'];

/** An index rounded to two decimals lies within this many deviations of the true one. */
const ROUNDING = 0.005;

/**
 * The collection whose districts have a key, where the index can be computed.
 * @returns undefined where none or several have it: then the request has to say
 */
export async function inferCollection(
  reader: Reader,
  catalog: Catalog,
  indices: IndexList,
  index: VersionedIndex,
  district: string,
): Promise<string | undefined> {
  const found: Geography[] = [];
  for (const geography of catalog.geographies.values()) {
    const { periods } = findApplication(catalog, indices, index, geography);
    for (const version of new Set(periods.map((one) => one.version))) {
      const { byKey } = await reader.districts(geography, version);
      if (byKey.has(district) && !found.includes(geography)) found.push(geography);
    }
  }
  return found.length === 1 ? found[0]!.collection : undefined;
}

/**
 * Explains the class of a district.
 * @throws Problem invalid_request for a key that the boundary version does not have
 */
export async function explainDistrict(
  reader: Reader,
  catalog: Catalog,
  evaluated: EvaluatedIndex,
  district: string,
  language: Language,
): Promise<Document> {
  const { table, parts, classes, labels, index } = evaluated;
  const i = table.byKey.get(district);
  if (i === undefined) throw await refuseDistrict(reader, parts[0], table, district);
  const own = labels[classes[i]! - 1] ?? null;
  const [de, en] = (['de', 'en'] as const).map((spoken) => tell(catalog, evaluated, i, spoken));
  return {
    district,
    districtName: table.names[i]!,
    class: classes[i] === 0 ? null : classes[i]!,
    classCode: own?.code ?? null,
    classLabel: own ? textOf(own.label, language) : null,
    standsOut: own?.standsOut ?? null,
    sentence: { de: de!, en: en! },
    parts: parts.map((part) =>
      explainPart(catalog, part, index.kind === 'composite' ? labels : labelsOf(part), i, language),
    ),
    statement: describeStatement(evaluated, language),
  };
}

function labelsOf({ plan }: ComputedIndex): IndexClass[] {
  return describeClasses(plan.index.definition);
}

async function refuseDistrict(
  reader: Reader,
  { plan: { geography, version } }: ComputedIndex,
  table: DistrictTable,
  key: string,
): Promise<Problem> {
  const { collection, boundaryVersions } = geography;
  let expected = `a key of a district of ${collection}, with leading zeros: ${listed(table.keys)}`;
  for (const other of boundaryVersions) {
    const { byKey } = await reader.districts(geography, other);
    if (other !== version && byKey.has(key))
      expected = `a district of the boundary version of ${version.validFrom}; ${key} is of the one of ${other.validFrom}`;
  }
  return new Problem('invalid_request', `${collection} has no district ${key} there.`, [
    { code: 'unknown_district', field: 'district', got: key, expected },
  ]);
}

function explainPart(
  catalog: Catalog,
  computed: ComputedIndex,
  labels: readonly IndexClass[],
  i: number,
  language: Language,
): PartDocument {
  const { plan, index, limits, classes, ranks, units } = computed;
  const { id, version, label } = plan.index.definition;
  const explanation = explainIndex(index, limits, i);
  const own = labels[classes[i]! - 1] ?? null;
  const rated = explanation.status === 'ok';
  return {
    index: id,
    version,
    label: textOf(label, language),
    value: rated ? explanation.index : null,
    class: rated ? explanation.class : null,
    classCode: own?.code ?? null,
    classLabel: own ? textOf(own.label, language) : null,
    standsOut: own?.standsOut ?? null,
    status: units[i]!.status,
    reason: units[i]!.reason,
    reasonLabel: labelOf(catalog, units[i]!, language),
    rank: ranks[i] === 0 ? null : ranks[i]!,
    of: index.rated,
    offset: rated ? explanation.offset : null,
    contributions: describeContributions(computed, i, language, rated ? explanation.order : null),
    borders: rated ? describeBorders(computed, labels, i, language) : [],
  };
}

/** The nearer first, the upper of equals. */
function describeBorders(
  { index, limits }: ComputedIndex,
  labels: readonly IndexClass[],
  i: number,
  language: Language,
): Border[] {
  const explanation = explainIndex(index, limits, i);
  if (explanation.status !== 'ok' || index.status !== 'ok') return [];
  const tolerance = ROUNDING * computeMoments(index.values).deviation;
  return (['above', 'below'] as const)
    .flatMap((side): Border[] => {
      const border = explanation[side];
      if (!border) return [];
      const { tie } = limits[side === 'above' ? explanation.class - 1 : explanation.class - 2]!;
      return [
        {
          side,
          class: border.class,
          classLabel: textOf(labels[border.class - 1]!.label, language),
          limit: border.limit,
          tie,
          distance: border.distance,
          borderline: border.distance < tolerance,
        },
      ];
    })
    .sort((a, b) => a.distance - b.distance);
}

function describeContributions(
  { index, parts, indicators }: ComputedIndex,
  i: number,
  language: Language,
  order: readonly number[] | null,
): Contribution[] {
  const places = order ?? parts.map((_, j) => j);
  const ok = index.status === 'ok' ? index : null;
  const whole = ok ? ok.contributions.reduce((sum, column) => sum + Math.abs(column[i]!), 0) : 0;
  return places.map((j) => {
    const { part, values, column, before, entry, earlier } = parts[j]!;
    const { direction, weight } = indicators[j]!;
    const among = values.map((value, k) => (ok && !Number.isNaN(ok.values[k]!) ? value : Number.NaN));
    const { n, mean } = computeMoments(among);
    const rank = rankValues(among.map((value) => direction * value))[i]!;
    const score = order && ok ? numberAt(ok.scores[j]!, i) : null;
    const contribution = order && ok && score !== null ? ok.contributions[j]![i]! : null;
    return {
      indicator: nameOf(part),
      label: labelOfPart(parts[j]!, language),
      unit: unitOfPart(parts[j]!),
      polarity: part.polarity,
      weight,
      value: numberAt(values, i),
      mean: n > 0 ? mean : null,
      score,
      contribution,
      share: contribution === null || whole === 0 ? null : Math.abs(contribution) / whole,
      rank: rank === 0 ? null : rank,
      status: before && Number.isNaN(before.values[i]!) ? statusAt(before, i) : statusAt(column, i),
      period: entry.period,
      periodValue: numberAt(column.values, i),
      earlierPeriod: earlier?.period ?? null,
      earlierValue: before ? numberAt(before.values, i) : null,
      numerator: numberAt(column.numerators, i),
      denominator: numberAt(column.denominators, i),
    };
  });
}

function tell(catalog: Catalog, evaluated: EvaluatedIndex, i: number, language: Language): string {
  const { table, parts, classes, labels, index } = evaluated;
  const [district, key] = [table.names[i]!, table.keys[i]!];
  const sentences = parts.map((part) => {
    const own = index.kind === 'composite' ? labels : labelsOf(part);
    const told = explainPart(catalog, part, own, i, language);
    return tellIndex(
      {
        district,
        key,
        index: told.label,
        period: part.plan.period,
        reason: told.reasonLabel,
        rated:
          told.value === null || told.rank === null
            ? null
            : {
                value: told.value,
                classLabel: told.classLabel!,
                standsOut: told.standsOut!,
                rank: told.rank,
                of: told.of,
                contributions: told.contributions,
                border: told.borders[0] ?? null,
              },
      },
      language,
    );
  });
  const close =
    language === 'de'
      ? 'Der Index vergleicht Gebiete; er nennt keine Ursachen und sagt nichts über einzelne Menschen.'
      : 'The index compares areas; it names no causes and says nothing about single people.';
  if (index.kind === 'composite') return `${sentences[0]!} ${close}`;
  const own = labels[classes[i]! - 1];
  const head = {
    district,
    key,
    index: textOf(index.definition.label, language),
    period: parts[0].plan.period,
    classText: own ? `${own.code} (${textOf(own.label, language)})` : null,
    standsOut: own?.standsOut ?? false,
  };
  return `${tellCombination(head, sentences, language)} ${close}`;
}
