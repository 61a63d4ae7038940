/** HTTP of styles and their sprite. */
import { type Catalog, type Geography, requireGeography, stampOf } from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, MEDIA, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { NO_JOIN } from '../indicators/join.ts';
import { joinVersion } from '../indicators/load-join.ts';
import { type Label, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { loadLayers } from '../tiles/describe-layers.ts';
import { makeStyle, planStyle, styledIndicators } from './make-style.ts';
import { classOf, makePublishedStyle, requireStyledClass } from './published-style.ts';
import { spriteImage, spriteIndex } from './sprite.ts';

/** Handlers of the styles slice. @param today ISO date of today */
export function styleHandlers(
  reader: Reader,
  today: () => string,
): Pick<Handlers, 'listStyles' | 'getStyle' | 'getSprite'> {
  return {
    async listStyles(request, reply) {
      const catalog = reader.catalog();
      const geography = requireGeography(catalog, request.params.collectionId);
      const language = languageOf(request);
      if (isFresh(request, reply, [stampOf(catalog, [catalog.release]), language])) {
        return reply.code(304).send();
      }
      const styles = `${apiBase(request)}/collections/${geography.collection}/styles`;
      return {
        styles: styledNames(catalog, geography).map(({ code, label }) => ({
          id: code,
          title: textOf(label, language),
          links: [
            {
              href: `${styles}/${code}`,
              rel: 'stylesheet',
              type: MEDIA.style,
              title: textOf(label, language),
            },
          ],
        })),
        links: [{ href: selfHref(request), rel: 'self', type: MEDIA.json }],
      };
    },

    async getStyle(request, reply) {
      const { params, query } = request;
      const { catalog, day } = await reader.stateAt(query.release, today());
      const language = languageOf(request);
      const geography = requireGeography(catalog, params.collectionId);
      if (geography.publication) {
        const version = requireBoundary(geography, query.datetime, day);
        requireStyledClass(geography, params.indicatorId, query);
        if (isFresh(request, reply, joinVersion(catalog, geography, version, NO_JOIN, language))) {
          return reply.code(304).send();
        }
        const table = await reader.districts(geography, version);
        reply.type(MEDIA.style);
        return makePublishedStyle(geography, version, table, language, apiBase(request));
      }
      const layer = planStyle(catalog, geography, params.indicatorId, query, day);
      if (isFresh(request, reply, joinVersion(catalog, geography, layer.version, layer.plan, language))) {
        return reply.code(304).send();
      }
      const [loaded] = await loadLayers(reader, [layer]);
      reply.type(MEDIA.style);
      return makeStyle(loaded!, query.classification, language, apiBase(request));
    },

    async getSprite(request, reply) {
      if (isFresh(request, reply, [])) return reply.code(304).send();
      const { file } = request.params;
      const pixelRatio = file.includes('@2x') ? 2 : 1;
      if (file.endsWith('.json')) return spriteIndex(pixelRatio);
      return reply.type(MEDIA.png).send(spriteImage(pixelRatio));
    },
  };
}

/** What there are styles of: indicators with figures, or the classes of a published analysis. */
function styledNames(catalog: Catalog, geography: Geography): { code: string; label: Label }[] {
  if (!geography.publication) return styledIndicators(catalog, geography);
  const own = classOf(geography);
  return own ? [{ code: own.name, label: geography.label }] : [];
}
