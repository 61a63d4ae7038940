import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createEngine } from '../../../src/db/embedded/engine.ts';
import { buildQuery, splitFrames } from '../../../src/db/embedded/protocol.ts';
import { copyTemplate, ensureTemplate, packageCache } from '../../../src/db/embedded/template.ts';
import { type Scope, testFolder } from '../../support/database.ts';

async function startEngine(t: Scope) {
  const template = await ensureTemplate(packageCache(), () => {});
  const pgData = join(testFolder(t), 'pgdata');
  await copyTemplate(template, pgData);
  const engine = createEngine({ pgData, bundle: template.bundle });
  t.teardown(() => engine.close());
  return engine;
}

/** Types of the messages that answer a query. */
const typesOf = (answer: Uint8Array): string =>
  splitFrames(answer)
    .frames.map(({ type }) => type)
    .join('');

t.test('batches run one after the other, in the order they were asked for', async (t) => {
  const engine = await startEngine(t);
  const order: number[] = [];
  const asked = [0.2, 0, 0.1].map((seconds, index) =>
    engine.run(buildQuery(`select pg_sleep(${seconds})`), 0).then(() => order.push(index)),
  );
  await Promise.all(asked);
  t.strictSame(order, [0, 1, 2]);
  t.equal(typesOf(await engine.run(buildQuery('select 1'), 0)), 'TDCZ');
});

t.test('a statement that breaks PostgreSQL off is an error, and the next one is served', async (t) => {
  const engine = await startEngine(t);
  await engine.run(
    buildQuery(`create function descend(i integer) returns integer language plpgsql as
      $$ begin return descend(i + 1); end $$`),
    0,
  );
  const endless = engine.run(buildQuery('select descend(1)'), 0);
  const next = engine.run(buildQuery('select 1'), 0);
  await t.rejects(endless, { code: 'database_error', message: /^The embedded database stopped: .{1,300}$/ });
  t.equal(typesOf(await next), 'TDCZ');
});

t.test('a folder that cannot be opened is an error in one line', async (t) => {
  const pgData = join(testFolder(t), 'pgdata');
  mkdirSync(pgData);
  const engine = createEngine({ pgData, bundle: join(pgData, 'absent.tar.gz') });
  t.teardown(() => engine.close());
  for (const attempt of ['first', 'second']) {
    const run = engine.run(buildQuery('select 1'), 0);
    await t.rejects(run, { code: 'database_error', message: /^The embedded database .{1,300}$/ }, attempt);
  }
});

t.test('a closed engine takes nothing more, whatever it was asked before', async (t) => {
  const engine = await startEngine(t);
  const running = engine.run(buildQuery('select 1'), 0);
  const closing = engine.close();
  t.equal(typesOf(await running), 'TDCZ', 'what was asked before is answered');
  await Promise.all([closing, engine.close()]);
  await t.rejects(engine.run(buildQuery('select 1'), 0), { code: 'database_error' });
});
