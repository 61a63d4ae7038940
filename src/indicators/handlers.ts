/** HTTP of the indicator catalogue and of observations. */
import { columnsOf, requireIndicator, stampOf, versionOf } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { CSV_TYPE, toCsv } from '../http/csv.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import type { Reader } from '../reader.ts';
import { describeIndicator, describePeriod } from './describe-indicator.ts';
import { joinVersion } from './load-join.ts';
import { OBSERVATION_FIELDS } from './observation-csv.ts';
import { decodeCursor } from './observation-cursor.ts';
import { planObservations, readObservations, requireDistricts } from './read-observations.ts';
import { planStatistics, readStatistics } from './read-statistics.ts';

/** Handlers of the indicators slice. @param today ISO date of today */
export function indicatorHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'listIndicators' | 'getIndicator' | 'getIndicatorStatistics' | 'listObservations'> {
  return {
    async listIndicators(request, reply) {
      const catalog = reader.catalog();
      const { collection, theme } = request.query;
      const language = languageOf(request);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
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

    async getIndicator(request, reply) {
      const catalog = reader.catalog();
      const indicator = requireIndicator(catalog, request.params.indicatorId);
      const language = languageOf(request);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = [...catalog.geographies.values()];
      const coverage = await reader.coverage(
        geographies.flatMap((one) => columnsOf(catalog, one, indicator)),
      );
      const document = describeIndicator(catalog, geographies, indicator, language, apiBase(request));
      for (const part of document.collections) {
        const geography = catalog.geographies.get(part.id)!;
        part.periods = columnsOf(catalog, geography, indicator).map((entry) => {
          const counts = coverage.get(entry)!;
          const cells = Object.values(counts).reduce((a, b) => a + b);
          const absent = versionOf(geography, entry).districts - cells;
          const not_available = counts.not_available + Math.max(0, absent);
          return { ...describePeriod(geography, entry), counts: { ...counts, not_available } };
        });
      }
      return document;
    },

    async getIndicatorStatistics(request, reply) {
      const { params, query } = request;
      const catalog = reader.catalog();
      const language = languageOf(request);
      const planned = planStatistics(catalog, params.indicatorId, query, today());
      const { geography, version, plan } = planned;
      if (isFresh(request, reply, joinVersion(catalog, geography, version, plan, language))) {
        return reply.code(304).send();
      }
      const statistics = await readStatistics(reader, planned, language);
      const links = [
        { href: selfHref(request), rel: 'self', type: MEDIA.json },
        { href: `${apiBase(request)}/indicators/${params.indicatorId}`, rel: 'up', type: MEDIA.json },
      ];
      return { ...statistics, links };
    },

    async listObservations(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, { json: MEDIA.json, csv: MEDIA.csv });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const plan = planObservations(catalog, query);
      const after = decodeCursor(query.cursor);
      await requireDistricts(reader, plan, query.districts);
      const columns = plan.map(
        ({ geography, version, indicator, entry }) =>
          `${geography.id}/${version.id}@${version.release}/${indicator.code}@${indicator.release}/${entry.period}@${entry.release}`,
      );
      const stamp = stampOf(
        catalog,
        plan.flatMap(({ version, indicator, entry }) => [version.release, indicator.release, entry.release]),
      );
      const reasons = JSON.stringify([...catalog.reasons]);
      if (isFresh(request, reply, [stamp, format, language, reasons, ...columns]))
        return reply.code(304).send();
      const page = await readObservations(reader, catalog, plan, query, after, language);
      const type = format === 'csv' ? MEDIA.csv : MEDIA.json;
      const links: Link[] = [{ href: selfHref(request), rel: 'self', type }];
      if (page.next) links.push({ href: hrefWith(request, { cursor: page.next }), rel: 'next', type });
      mirrorLinks(reply, links);
      if (format === 'csv') {
        return reply.type(CSV_TYPE).send(toCsv(OBSERVATION_FIELDS, page.observations));
      }
      const { observations, numberMatched, release } = page;
      return { observations, numberMatched, numberReturned: observations.length, release, links };
    },
  };
}
