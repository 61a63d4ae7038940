import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import type { Contract } from '../http/contract.ts';
import { apiBase } from '../http/links.ts';
import { renderDocs } from './render-docs.ts';

const PAGE = join(import.meta.dirname, 'page');

/** Libraries of the page, by the folder that it knows them by. */
const LIBRARIES = {
  maplibre: distOf(import.meta.resolve('maplibre-gl/package.json')),
  pmtiles: distOf(import.meta.resolve('pmtiles/package.json')),
};

function distOf(manifest: string): string {
  return join(dirname(fileURLToPath(manifest)), 'dist');
}

/**
 * The web page: the atlas at `/`, its files below `/atlas/`, and the documentation of the API at `/docs`.
 * Everything comes from this server; the page asks nobody else.
 *
 * @param options.contract the bundled contract that the documentation is made of
 */
export const atlas: FastifyPluginAsync<{ contract: Contract }> = async (app, { contract }) => {
  await app.register(fastifyStatic, { root: PAGE, prefix: '/atlas/', index: false });
  for (const [name, root] of Object.entries(LIBRARIES)) {
    await app.register(fastifyStatic, {
      root,
      prefix: `/atlas/${name}/`,
      decorateReply: false,
      index: false,
      // A library only changes with an installation.
      maxAge: '1d',
    });
  }
  app.get('/', (_, reply) => reply.sendFile('index.html', PAGE));
  app.get('/docs', (request, reply) => {
    return reply.type('text/html; charset=utf-8').send(renderDocs(contract, apiBase(request)));
  });
};
