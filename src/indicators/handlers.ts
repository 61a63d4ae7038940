/** HTTP of the indicator catalogue and of observations. */
import type { components } from '../../openapi/generated/types.ts';
import {
  type Catalog,
  type ColumnEntry,
  columnsOf,
  compareIds,
  type Geography,
  type Indicator,
  requireIndicator,
} from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { type Language, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { countByStatus } from './column.ts';
import { sourceOf } from './join.ts';
import { OBSERVATION_FIELDS, toCsv } from './observation-csv.ts';
import { planObservations, readObservations } from './read-observations.ts';

type IndicatorDocument = components['schemas']['Indicator'];

/** Handlers of the indicators slice. */
export function indicatorHandlers(
  reader: Reader,
): Pick<Handlers, 'listIndicators' | 'getIndicator' | 'listObservations'> {
  return {
    async listIndicators(request) {
      const catalog = reader.catalog();
      const { collection, theme } = request.query;
      const language = languageOf(request);
      const geographies = [...catalog.geographies.values()].filter(
        (geography) => collection === undefined || geography.collection === collection,
      );
      const chosen = [...catalog.indicators.values()]
        .filter((indicator) => theme === undefined || indicator.theme === theme)
        .filter(
          (indicator) =>
            collection === undefined ||
            geographies.some((geography) => columnsOf(catalog, geography, indicator).length > 0),
        );
      return {
        indicators: chosen.map((indicator) =>
          describeIndicator(catalog, geographies, indicator, language, apiBase(request)),
        ),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getIndicator(request) {
      const catalog = reader.catalog();
      const indicator = requireIndicator(catalog, request.params.indicatorId);
      const geographies = [...catalog.geographies.values()];
      const document = describeIndicator(
        catalog,
        geographies,
        indicator,
        languageOf(request),
        apiBase(request),
      );
      for (const part of document.collections) {
        const geography = catalog.geographies.get(part.id)!;
        const entries = columnsOf(catalog, geography, indicator);
        part.periods = await Promise.all(
          entries.map(async (entry) => {
            const version = geography.boundaryVersions.find((other) => other.id === entry.boundaryVersion)!;
            const counts = countByStatus(await reader.column(geography, version, entry));
            return { ...describePeriod(geography, entry), counts };
          }),
        );
      }
      return document;
    },

    async listObservations(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, { json: MEDIA.json, csv: MEDIA.csv });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const plan = planObservations(catalog, query);
      const version = plan.map(
        ({ geography, version: boundary, indicator, entry }) =>
          `${geography.id}/${boundary.id}@${boundary.release}/${indicator.code}@${indicator.release}/${entry.period}@${entry.release}`,
      );
      if (isFresh(request, reply, [format, language, ...version])) return reply.code(304).send();
      const page = await readObservations(reader, catalog, plan, query, language);
      const type = format === 'csv' ? MEDIA.csv : MEDIA.json;
      const links: Link[] = [{ href: selfHref(request), rel: 'self', type }];
      if (page.next) links.push({ href: hrefWith(request, { cursor: page.next }), rel: 'next', type });
      mirrorLinks(reply, links);
      if (format === 'csv') {
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .send(toCsv(OBSERVATION_FIELDS, page.observations));
      }
      return { ...page, next: undefined, numberReturned: page.observations.length, links };
    },
  };
}

function describeIndicator(
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
    categories: indicator.categories.map((category) => ({
      value: category.value,
      label: textOf(category.label, language),
    })),
    periods: [...periods].sort(compareIds),
    collections,
    release: indicator.release,
    links: [{ href: `${base}/indicators/${indicator.code}`, rel: 'self', type: MEDIA.json }],
  };
}

function describePeriod(
  geography: Geography,
  entry: ColumnEntry,
): { period: string; boundaryVersion: string; release: number } {
  const version = geography.boundaryVersions.find((other) => other.id === entry.boundaryVersion)!;
  return { period: entry.period, boundaryVersion: version.validFrom, release: entry.release };
}
