/**
 * The database worker: PGlite with PostGIS on one data folder. It takes batches of protocol messages one
 * at a time and answers with the server's bytes, so that the main thread never runs PostgreSQL code.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { openPglite } from './pglite.ts';

const port = parentPort!;
const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

/** PGlite's own errors can carry 20 kB of its minified source: one line is what people can read. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300);

try {
  const { pgData, bundle } = workerData as WorkerStart;
  const engine = await openPglite(pgData, bundle);
  port.on('message', async (message: ToWorker) => {
    try {
      if (message.kind === 'close') {
        await engine.close();
        send({ kind: 'closed' });
        port.close();
      } else {
        const bytes = await engine.run(message.batch);
        send({ kind: 'answer', bytes }, [bytes.buffer]);
      }
    } catch (error) {
      send({ kind: 'failed', message: firstLine(error) });
    }
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'failed', message: firstLine(error) });
  port.close();
}
