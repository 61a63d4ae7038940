/** HTTP of styles and their sprite. */
import { requireGeography, stampOf } from '../catalog/catalog.ts';
import { isFresh } from '../http/caching.ts';
import type { Handlers } from '../http/contract.ts';
import { apiBase, MEDIA, selfHref } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import { joinVersion } from '../indicators/load-join.ts';
import { textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import { loadLayers } from '../tiles/describe-layers.ts';
import { makeStyle, planStyle, styledIndicators } from './make-style.ts';
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
        styles: styledIndicators(catalog, geography).map(({ code, label }) => ({
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
