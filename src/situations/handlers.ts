/** HTTP of problem situations. */
import type { components } from '../../openapi/generated/types.ts';
import { districtLevels, stampOf } from '../catalog/catalog.ts';
import { releaseOf, type StateParameters } from '../catalog/release-of.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { toCsv } from '../http/csv.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import type { IndexResults } from '../indices/index-results.ts';
import type { Reader, ReadState } from '../reader.ts';
import {
  chooseSituationPlan,
  chooseSituations,
  listFields,
  listGroups,
  requireSituation,
} from './choose-situations.ts';
import { describeDistrict, describeFindings, describeSituation } from './describe-situations.ts';
import { findSituations } from './find-situations.ts';
import { stateOfPlan } from './plan-situations.ts';
import { type Rules, readRules } from './read-rules.ts';

type District = components['schemas']['SituationDistrict'];

/** Columns of the CSV before those of each situation. */
const FIELDS = [
  'district',
  'districtName',
  'status',
  'count',
  'complete',
] as const satisfies readonly (keyof District)[];

/**
 * Handlers of the situations slice.
 * @param results computed indices, which rules may be about
 * @param today ISO date of today
 */
export function situationHandlers(
  reader: Reader,
  results: IndexResults,
  today: () => string,
): Pick<Handlers, 'listSituations' | 'getSituation' | 'findSituations'> {
  /** The state that is asked for, with the rules that it knows. */
  const open = async (asked: StateParameters): Promise<ReadState & Rules> => {
    const state = await reader.stateAt(releaseOf(reader.catalog(), asked), today());
    return { ...state, ...(await readRules(reader, state.catalog)) };
  };
  return {
    async listSituations(request, reply) {
      const { catalog, indices, all } = await open({});
      const language = languageOf(request);
      const { collection } = request.query;
      const situations = chooseSituations(all, request.query);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = districtLevels(catalog).filter(
        (geography) => collection === undefined || geography.collection === collection,
      );
      return {
        situations: situations.map((situation) =>
          describeSituation(catalog, indices, situation, geographies, language, apiBase(request)),
        ),
        targetGroups: listGroups(all),
        actionFields: listFields(all),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getSituation(request, reply) {
      const { catalog, indices, all } = await open({});
      const language = languageOf(request);
      const situation = requireSituation(all, request.params.situationId);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = districtLevels(catalog);
      return describeSituation(catalog, indices, situation, geographies, language, apiBase(request));
    },

    async findSituations(request, reply) {
      const { query } = request;
      const format = formatOf(request, query.f, { json: MEDIA.json, csv: MEDIA.csv });
      const language = languageOf(request);
      const { catalog, day, indices, all } = await open(query);
      const plan = chooseSituationPlan(catalog, indices, all, query, day);
      const state = JSON.stringify(stateOfPlan(catalog, plan));
      if (isFresh(request, reply, [state, format, language])) return reply.code(304).send();
      const found = await findSituations(reader, results, catalog, plan);
      const districts = found.table.keys.map((_, i) => describeDistrict(catalog, found, i, language));
      const [type, other] =
        format === 'csv' ? ([MEDIA.csv, 'json'] as const) : ([MEDIA.json, 'csv'] as const);
      const links: Link[] = [
        { href: selfHref(request), rel: 'self', type },
        { href: hrefWith(request, { f: other }), rel: 'alternate', type: MEDIA[other] },
        { href: `${apiBase(request)}/problem-situations`, rel: 'describedby', type: MEDIA.json },
      ];
      mirrorLinks(reply, links);
      if (format === 'csv') {
        const ids = found.situations.map(({ situation }) => situation.id);
        const rows = districts.map(
          (row): Record<string, unknown> => ({
            ...row,
            ...Object.fromEntries(row.findings.map(({ situation, state: own }) => [situation, own])),
          }),
        );
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .send(toCsv([...FIELDS, ...ids, 'sentence'], rows));
      }
      return { statement: describeFindings(found, language), districts, links };
    },
  };
}
