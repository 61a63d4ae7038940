/** HTTP of published analyses. */
import type { FastifyRequest } from 'fastify';
import { type Catalog, refuseWithdrawn, stampOf } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, MEDIA, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { Problem } from '../problem.ts';
import { describePublication, listPublications, type PublicationEntry } from './describe-publication.ts';
import { obtainResults, type ResultMeans } from './obtain-results.ts';
import type { PublishRequest } from './publish-analysis.ts';
import { noPublication } from './withdraw-analysis.ts';

type Operation = 'listPublications' | 'publishAnalysis' | 'getPublication' | 'withdrawPublication';

/** What changes publications. When these resolve, the catalogue that is read knows of it. */
export interface Publisher {
  /** @returns false where the same was published already */
  publish(request: PublishRequest): Promise<boolean>;
  /** @returns false where it is withdrawn already */
  withdraw(id: string, reason: string): Promise<boolean>;
}

/**
 * Handlers of the publications slice.
 * @param today ISO date of today
 * @param allows whether a request may publish and withdraw
 */
export function publicationHandlers(
  means: ResultMeans,
  publisher: Publisher,
  today: () => string,
  allows: (request: FastifyRequest) => boolean,
): Pick<Handlers, Operation> {
  const { reader } = means;
  const describe = async (request: FastifyRequest, catalog: Catalog, id: string) => {
    const entry = requirePublication(catalog, id);
    const statements = await reader.statements(catalog, id);
    return describePublication(catalog, entry, statements, languageOf(request), apiBase(request));
  };
  return {
    async listPublications(request, reply) {
      const catalog = reader.catalog();
      const language = languageOf(request);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language])) {
        return reply.code(304).send();
      }
      return {
        publications: listPublications(catalog).map((entry) =>
          describePublication(catalog, entry, null, language, apiBase(request)),
        ),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async publishAnalysis(request, reply) {
      if (!allows(request)) throw notAllowed('POST /publications', 'sozialraum publish');
      const { id, title, description = null, licence = null, results } = request.body;
      const obtained = await obtainResults(means, results, today());
      const added = await publisher.publish({ id, title, description, licence, ...obtained });
      reply.header('vary', 'Accept-Language').header('cache-control', 'no-store');
      if (added) reply.code(201).header('location', `${apiBase(request)}/collections/${id}`);
      return await describe(request, reader.catalog(), id);
    },

    async getPublication(request, reply) {
      const catalog = reader.catalog();
      const { publicationId } = request.params;
      requirePublication(catalog, publicationId);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), languageOf(request)])) {
        return reply.code(304).send();
      }
      return await describe(request, catalog, publicationId);
    },

    async withdrawPublication(request, reply) {
      if (!allows(request)) throw notAllowed('DELETE /publications', 'sozialraum withdraw');
      const { publicationId } = request.params;
      const ended = await publisher.withdraw(publicationId, request.query.reason);
      const catalog = reader.catalog();
      if (!ended) throw refuseWithdrawn(catalog, publicationId, catalog.withdrawn.get(publicationId)!);
      reply.header('vary', 'Accept-Language').header('cache-control', 'no-store');
      return await describe(request, catalog, publicationId);
    },
  };
}

function requirePublication(catalog: Catalog, id: string): PublicationEntry {
  const entry = listPublications(catalog).find((one) => one.id === id);
  if (entry) return entry;
  throw noPublication(id);
}

function notAllowed(got: string, command: string): Problem {
  return new Problem('not_allowed', 'Requests may not publish analyses here; operators may.', [
    { code: 'not_allowed', got, expected: `PUBLICATIONS=on, or the command ${command}` },
  ]);
}
