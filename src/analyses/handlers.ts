/** HTTP of spatial statistics. */
import type { Handlers } from '../http/contract.ts';
import { MEDIA } from '../http/links.ts';
import { languageOf } from '../http/negotiate.ts';
import type { Reader } from '../reader.ts';
import { runLocalMoran } from './run-local-moran.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Handlers of the analyses slice. @param today ISO date of today */
export function analysisHandlers(
  reader: Reader,
  pool: WorkerPool,
  today: () => string,
): Pick<Handlers, 'executeLocalMoran'> {
  return {
    async executeLocalMoran(request, reply) {
      // The validator has filled in the contract's defaults.
      const inputs = request.body.inputs as Required<typeof request.body.inputs>;
      const result = await runLocalMoran(reader, pool, inputs, today(), languageOf(request));
      reply.header('vary', 'Accept-Language');
      return reply.type(MEDIA.geojson).send(JSON.stringify(result));
    },
  };
}
