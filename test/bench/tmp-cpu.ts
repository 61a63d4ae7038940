import { fork } from 'node:child_process';
import Fastify from 'fastify';
import { buildApp } from '../../src/app.ts';
import { openDatabase } from '../../src/db/database.ts';

const { db } = await openDatabase({ databaseUrl: null, dataDir: '/tmp/bd', statementTimeoutMs: 60000 });
const cached = await buildApp({ db, logLevel: 'silent' });
const joining = await buildApp({ db, logLevel: 'silent', tileCacheMib: 0 });
const bare = Fastify();
const c = await cached.server.listen({ port: 0, host: '127.0.0.1' });
const j = await joining.server.listen({ port: 0, host: '127.0.0.1' });
const paths = ['2013', '2019', '2021']
  .slice(2)
  .flatMap((p) =>
    ['mss_s1', 'mss_s3', 'mss_s4'].map(
      (i) =>
        `/v1/collections/berlin-plr/tiles/WebMercatorQuad/${process.argv[2] ?? '12/1343/2201'}?indicators=${i}&period=${p}`,
    ),
  );
const body = Buffer.from(
  await (await fetch(j + paths[0], { headers: { 'accept-encoding': 'identity' } })).arrayBuffer(),
);
bare.get('/bare/:name', (_r, reply) => {
  reply.type('application/vnd.mapbox-vector-tile').send(body);
});
const b = await bare.listen({ port: 0, host: '127.0.0.1' });
const client = fork(import.meta.dirname + '/load-client.ts');
const ask = (origin: string, paths: string[], headers: Record<string, string> = {}, ms = 1500) =>
  new Promise<any>((res) => {
    const u = process.cpuUsage();
    client.once('message', (m: any) => {
      const d = process.cpuUsage(u);
      const n = (m.rate * ms) / 1000;
      res(((d.user + d.system) / n).toFixed(1) + ' µs cpu/request ' + m.rate?.toFixed(0) + (m.error ?? ''));
    });
    client.send({ origin, paths, headers, milliseconds: ms });
  });
console.log('body', body.length);
const G = { 'accept-encoding': 'gzip' };
if (process.argv[3]) {
  for (let k = 0; k < 4; k++) console.log(await ask(j, paths, process.argv[3] === 'gzip' ? G : {}, 3000));
} else
  for (let k = 0; k < 3; k++) {
    console.log(
      'bare',
      await ask(b, ['/bare/x']),
      '| cached',
      await ask(c, paths),
      '| cached gzip',
      await ask(c, paths, G),
      '| joined',
      await ask(j, paths),
      '| joined gzip',
      await ask(j, paths, G),
    );
  }
process.exit(0);
