import Fastify from 'fastify';
import t from 'tap';
import { keepAnswers } from '../../src/http/kept-answers.ts';
import { sendChunks } from '../../src/http/stream.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn } from '../support/service.ts';

t.test('what is asked for again is the same, and a new release makes a new answer', async (t) => {
  const database = await testDatabase(t);
  await importTown(t, database.db);
  const { app } = await serviceOn(t, database);
  const items = '/v1/collections/klein-quarter/items?indicators=residents&period=2022&limit=3';
  for (const url of [items, `${items}&f=csv`, `${items}&crs=EPSG:25832`]) {
    for (const coding of ['identity', 'gzip', 'br']) {
      const ask = async (host = 'localhost') =>
        await app.server.inject({ url, headers: { 'accept-encoding': coding, host } });
      const [first, second] = [await ask(), await ask()];
      const [{ date: _, ...before }, { date: __, ...after }] = [first.headers, second.headers];
      for (const headers of [before, after]) delete headers['content-length'];
      t.strictSame(after, before, `${url} ${coding}`);
      t.equal(second.statusCode, 200);
      t.match((await ask('town.example')).headers.link, /^<http:\/\/town\.example\//, 'of another host');
    }
  }
  const english = await app.server.inject({ url: items, headers: { 'accept-language': 'en' } });
  const german = await app.server.inject({ url: items });
  t.not(english.body, german.body, 'labels are in the language of the client');
  await importTown(t, database.db, {
    package: (pkg) => {
      pkg.lines = pkg.lines.map((line) => line.replace('0101;2022;1.200', '0101;2022;7'));
    },
  });
  await app.refresh();
  const corrected = (await app.server.inject({ url: items })).json();
  t.equal(corrected.features[0].properties.residents, 7);
  t.equal(corrected.release, 2);
});

t.test('only what was sent to its end is kept', async (t) => {
  const app = Fastify();
  const answers = keepAnswers();
  let made = 0;
  app.get('/', async (request, reply) => {
    reply.header('etag', '"x"').type('text/csv');
    return (
      answers.send(reply) ??
      (await sendChunks(
        reply,
        answers.record(
          request,
          reply,
          (async function* () {
            made++;
            for (let i = 0; i < 6; i++) yield 'x'.repeat(100_000);
            if (made === 1) throw new Error('broken');
          })(),
        ),
      ))
    );
  });
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.close());
  const read = async (): Promise<string> => await (await fetch(base)).text();
  await t.rejects(read());
  t.equal((await read()).length, 600_000);
  t.equal((await read()).length, 600_000);
  t.equal(made, 2, 'the broken one was made again, the whole one was not');
});
