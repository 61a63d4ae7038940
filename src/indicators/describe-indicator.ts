/** Indicators as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import {
  type Catalog,
  type ColumnEntry,
  columnsOf,
  compareIds,
  type Geography,
  type Indicator,
  versionOf,
} from '../catalog/catalog.ts';
import { MEDIA } from '../http/links.ts';
import { type Language, textOf } from '../label.ts';
import { sourceOf } from './join.ts';
import { sequentialRamp } from './ramps.ts';

type IndicatorDocument = components['schemas']['Indicator'];

/** Definition, and sources and periods in the given geographies. @param base address of the API */
export function describeIndicator(
  catalog: Catalog,
  geographies: readonly Geography[],
  indicator: Indicator,
  language: Language,
  base: string,
): IndicatorDocument {
  const collections = geographies
    .filter((geography) => columnsOf(catalog, geography, indicator).length > 0)
    .map((geography) => ({
      id: geography.collection,
      authority: geography.authority.id,
      source: sourceOf(indicator, geography),
      periods: columnsOf(catalog, geography, indicator).map((entry) => describePeriod(geography, entry)),
    }));
  const periods = new Set(
    collections.flatMap((collection) => collection.periods.map((entry) => entry.period)),
  );
  const text = (label: Indicator['description']): string | null => (label ? textOf(label, language) : null);
  return {
    id: indicator.code,
    label: textOf(indicator.label, language),
    description: text(indicator.description),
    unit: indicator.unit,
    decimals: indicator.decimals,
    numerator: text(indicator.numerator),
    denominator: text(indicator.denominator),
    aggregation: indicator.aggregation,
    polarity: indicator.polarity,
    theme: indicator.theme,
    targetGroups: indicator.targetGroups,
    lifeCycle: indicator.lifeCycle,
    protectionClass: indicator.protectionClass,
    categories: describeCategories(indicator, language),
    periods: [...periods].sort(compareIds),
    collections,
    release: indicator.release,
    links: [{ href: `${base}/indicators/${indicator.code}`, rel: 'self', type: MEDIA.json }],
  };
}

/** Categories with their colours, lowest first. */
function describeCategories(
  { categories, polarity }: Indicator,
  language: Language,
): IndicatorDocument['categories'] {
  const colours = sequentialRamp(categories.length, polarity);
  return [...categories]
    .sort((a, b) => a.value - b.value)
    .map(({ value, label }, i) => ({ value, label: textOf(label, language), colour: colours[i]! }));
}

/** A period with its boundary version and release. */
export function describePeriod(
  geography: Geography,
  entry: ColumnEntry,
): { period: string; boundaryVersion: string; release: number } {
  return {
    period: entry.period,
    boundaryVersion: versionOf(geography, entry).validFrom,
    release: entry.release,
  };
}
