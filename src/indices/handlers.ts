/** HTTP of indices. */
import { stampOf } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import type { Reader } from '../reader.ts';
import { chooseSubject, listIndices, requireIndex } from './choose-subject.ts';
import { describeIndex } from './describe-index.ts';
import { describeRow, describeStatement } from './describe-results.ts';
import { evaluateIndex } from './evaluate-index.ts';
import { writeResultCsv } from './result-csv.ts';

/** Handlers of the indices slice. @param today ISO date of today */
export function indexHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'listIndices' | 'getIndex' | 'getIndexResults'> {
  const indices = () => listIndices([]);
  return {
    async listIndices(request, reply) {
      const catalog = reader.catalog();
      const language = languageOf(request);
      const { collection } = request.query;
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = [...catalog.geographies.values()].filter(
        (geography) => collection === undefined || geography.collection === collection,
      );
      const all = indices();
      return {
        indices: [...all.values()].map(([newest]) =>
          describeIndex(catalog, all, newest!, geographies, language, apiBase(request)),
        ),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getIndex(request, reply) {
      const catalog = reader.catalog();
      const language = languageOf(request);
      const all = indices();
      const index = requireIndex(all, request.params.indexId, request.query.version);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = [...catalog.geographies.values()];
      return describeIndex(catalog, all, index, geographies, language, apiBase(request));
    },

    async getIndexResults(request, reply) {
      const { params, query } = request;
      const format = formatOf(request, query.f, { json: MEDIA.json, csv: MEDIA.csv });
      const language = languageOf(request);
      const catalog = reader.catalog();
      const all = indices();
      const index = requireIndex(all, params.indexId, query.version);
      const subject = chooseSubject(catalog, all, index, query, today());
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), format, language, today()]))
        return reply.code(304).send();
      const evaluated = await evaluateIndex(reader, subject);
      const rows = evaluated.table.keys.map((_, i) => describeRow(catalog, evaluated, i, language));
      const links: Link[] = [
        { href: selfHref(request), rel: 'self', type: format === 'csv' ? MEDIA.csv : MEDIA.json },
        {
          href: hrefWith(request, { f: format === 'csv' ? 'json' : 'csv' }),
          rel: 'alternate',
          type: format === 'csv' ? MEDIA.json : MEDIA.csv,
        },
        { href: `${apiBase(request)}/indices/${params.indexId}`, rel: 'describedby', type: MEDIA.json },
      ];
      mirrorLinks(reply, links);
      if (format === 'csv') {
        return reply.type('text/csv; charset=utf-8; header=present').send(writeResultCsv(evaluated, rows));
      }
      return { statement: describeStatement(evaluated, language), results: rows, links };
    },
  };
}
