/** The servers of the features benchmark, in a process of their own: the service and the baseline. Says their origins. */
import Fastify from 'fastify';
import { buildApp } from '../../src/app.ts';
import { openDatabase } from '../../src/db/database.ts';
import { addBaseline } from './features-postgis.ts';

const databaseUrl = process.argv[2]!;
const { db, close } = await openDatabase({ databaseUrl, dataDir: '', statementTimeoutMs: 600_000 });
const ours = await buildApp({ db, logLevel: 'silent' });
const baseline = Fastify();
addBaseline(baseline, databaseUrl);

process.on('message', async () => {
  await Promise.all([ours.server.close(), baseline.close()]);
  await close();
  process.disconnect();
});
process.send!({
  ours: await ours.server.listen({ host: '127.0.0.1', port: 0 }),
  baseline: await baseline.listen({ host: '127.0.0.1', port: 0 }),
});
