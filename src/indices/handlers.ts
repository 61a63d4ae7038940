/** HTTP of indices. */
import type { FastifyRequest } from 'fastify';
import { type Catalog, districtLevels, stampOf } from '../catalog/catalog.ts';
import { releaseOf, type StateParameters } from '../catalog/release-of.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { CSV_TYPE } from '../http/csv.ts';
import { apiBase, hrefWith, type Link, MEDIA, mirrorLinks, selfHref } from '../http/links.ts';
import { formatOf, languageOf } from '../http/negotiate.ts';
import { Problem } from '../problem.ts';
import type { Reader, ReadState } from '../reader.ts';
import { chooseSubject, type IndexList, listIndices, requireIndex } from './choose-subject.ts';
import { describeIndex } from './describe-index.ts';
import { describeRow, describeStatement } from './describe-results.ts';
import { describeRobustness } from './describe-robustness.ts';
import { explainDistrict, inferCollection } from './explain-district.ts';
import type { IndexDefinition } from './index-method.ts';
import { type IndexResults, stateOf } from './index-results.ts';
import { writeResultCsv } from './result-csv.ts';
import { tryWeights } from './try-weights.ts';

/** Keeps a definition; says whether it is new. @throws Problem invalid_request with what is wrong */
export type DefineIndex = (authority: string, definition: IndexDefinition) => Promise<boolean>;

type Operation =
  | 'listIndices'
  | 'defineIndex'
  | 'getIndex'
  | 'getIndexResults'
  | 'explainIndex'
  | 'getIndexRobustness'
  | 'tryWeights';

const DEFAULT_SEED = 1;
const DEFAULT_DRAWS = 200;

/**
 * Handlers of the indices slice.
 * @param results computed indices
 * @param today ISO date of today
 * @param define null where requests may not define indices
 */
export function indexHandlers(
  reader: Reader,
  results: IndexResults,
  today: () => string,
  define: DefineIndex | null,
): Pick<Handlers, Operation> {
  /** The state that is asked for, with the indices that it knows. */
  const open = async (asked: StateParameters): Promise<ReadState & { indices: IndexList }> => {
    const state = await reader.stateAt(releaseOf(reader.catalog(), asked), today());
    return { ...state, indices: listIndices(await reader.indexMethods(state.catalog)) };
  };
  return {
    async listIndices(request, reply) {
      const { catalog, indices } = await open({});
      const language = languageOf(request);
      const { collection } = request.query;
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = districtLevels(catalog).filter(
        (geography) => collection === undefined || geography.collection === collection,
      );
      return {
        indices: [...indices.values()].map(([newest]) =>
          describeIndex(catalog, indices, newest!, geographies, language, apiBase(request)),
        ),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async defineIndex(request, reply) {
      if (!define) {
        throw new Problem('not_allowed', 'Requests may not define indices here; data packages may.', [
          { code: 'not_allowed', got: 'POST /indices', expected: 'INDEX_DEFINITIONS=on, or a data package' },
        ]);
      }
      const { authority, definition } = request.body;
      const added = await define(authority, definition);
      const { catalog, indices } = await open({});
      const { id, version } = definition;
      const index = requireIndex(indices, id, version);
      const geographies = districtLevels(catalog);
      if (added) {
        reply.code(201).header('location', `${apiBase(request)}/indices/${id}?version=${version}`);
      }
      return describeIndex(catalog, indices, index, geographies, languageOf(request), apiBase(request));
    },

    async getIndex(request, reply) {
      const { catalog, indices } = await open({});
      const language = languageOf(request);
      const index = requireIndex(indices, request.params.indexId, request.query.version);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language]))
        return reply.code(304).send();
      const geographies = districtLevels(catalog);
      return describeIndex(catalog, indices, index, geographies, language, apiBase(request));
    },

    async getIndexResults(request, reply) {
      const { params, query } = request;
      const format = formatOf(request, query.f, { json: MEDIA.json, csv: MEDIA.csv });
      const language = languageOf(request);
      const { catalog, day, indices } = await open(query);
      const index = requireIndex(indices, params.indexId, query.version);
      const subject = chooseSubject(catalog, indices, index, query, day);
      const evaluated = await results.evaluate(catalog, subject);
      if (isFresh(request, reply, [stateText(catalog, stateOf(catalog, subject)), format, language]))
        return reply.code(304).send();
      const rows = evaluated.table.keys.map((_, i) => describeRow(catalog, evaluated, i, language));
      const [type, other] =
        format === 'csv' ? ([MEDIA.csv, 'json'] as const) : ([MEDIA.json, 'csv'] as const);
      const links: Link[] = [
        { href: selfHref(request), rel: 'self', type },
        { href: hrefWith(request, { f: other }), rel: 'alternate', type: MEDIA[other] },
        ...methodLinks(request, params.indexId, index.definition.version),
      ];
      mirrorLinks(reply, links);
      if (format === 'csv') {
        return reply.type(CSV_TYPE).send(writeResultCsv(evaluated, rows));
      }
      return { statement: describeStatement(evaluated, language), results: rows, links };
    },

    async explainIndex(request, reply) {
      const { params, query } = request;
      const language = languageOf(request);
      const { catalog, day, indices } = await open(query);
      const index = requireIndex(indices, params.indexId, query.version);
      const collection =
        query.collection ?? (await inferCollection(reader, catalog, indices, index, query.district));
      const subject = chooseSubject(catalog, indices, index, { ...query, collection }, day);
      const evaluated = await results.evaluate(catalog, subject);
      const explained = await explainDistrict(reader, catalog, evaluated, query.district, language);
      if (isFresh(request, reply, [stateText(catalog, stateOf(catalog, subject)), language]))
        return reply.code(304).send();
      return { ...explained, links: ownLinks(request, params.indexId, index.definition.version) };
    },

    async getIndexRobustness(request, reply) {
      const { params, query } = request;
      const language = languageOf(request);
      const { catalog, day, indices } = await open(query);
      const index = requireIndex(indices, params.indexId, query.version);
      const subject = chooseSubject(catalog, indices, index, query, day);
      const draws = { seed: query.seed ?? DEFAULT_SEED, draws: query.draws ?? DEFAULT_DRAWS };
      const robustness = await results.robustness(catalog, subject, draws);
      if (isFresh(request, reply, [stateText(catalog, stateOf(catalog, subject)), language]))
        return reply.code(304).send();
      return {
        ...describeRobustness(robustness, language),
        links: ownLinks(request, params.indexId, index.definition.version),
      };
    },

    async tryWeights(request, reply) {
      const { params, body } = request;
      const { catalog, day, indices } = await open({});
      const index = requireIndex(indices, params.indexId, body.version);
      const subject = chooseSubject(catalog, indices, index, body, day);
      const base = await results.evaluate(catalog, subject);
      reply.header('vary', 'Accept-Language');
      return await tryWeights(reader, catalog, subject, base, body.weights, languageOf(request));
    },
  };
}

/** Words of reasons belong to no release of their own. */
function stateText(catalog: Catalog, state: unknown[]): string {
  return JSON.stringify([state, [...catalog.reasons]]);
}

function ownLinks(request: FastifyRequest, id: string, version: string): Link[] {
  return [{ href: selfHref(request), rel: 'self', type: MEDIA.json }, ...methodLinks(request, id, version)];
}

function methodLinks(request: FastifyRequest, id: string, version: string): Link[] {
  const href = `${apiBase(request)}/indices/${id}?version=${version}`;
  return [{ href, rel: 'describedby', type: MEDIA.json }];
}
