import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { testFolder } from '../support/database.ts';
import { startService } from '../support/run-command.ts';

t.setTimeout(240_000);

interface Status {
  status: string;
  progress: number;
}

t.test('kill -9 of the service during a job: the next one finishes it', async (t) => {
  const environment = { DATA_DIR: testFolder(t), DEMO: 'off' };
  const first = await startService(t, environment);
  const post = async (base: string, text: string, seconds: number): Promise<string> => {
    const response = await fetch(`${base}/v1/processes/echo/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({ inputs: { text, pause: seconds } }),
    });
    t.equal(response.status, 201);
    return new URL(response.headers.get('location')!).pathname;
  };
  const ask = async <T>(base: string, path: string): Promise<T> =>
    (await (await fetch(base + path)).json()) as T;

  const running = await post(first.url, 'running', 3);
  const waiting = await post(first.url, 'waiting', 0);
  while ((await ask<Status>(first.url, running)).status !== 'running') await pause(50);
  t.equal((await ask<Status>(first.url, waiting)).status, 'accepted');
  first.child.kill('SIGKILL');
  t.equal((await first.ended).signal, 'SIGKILL');

  const second = await startService(t, environment);
  for (const [path, text] of [
    [running, 'running'],
    [waiting, 'waiting'],
  ] as const) {
    let status: Status;
    do {
      await pause(100);
      status = await ask<Status>(second.url, path);
    } while (['accepted', 'running'].includes(status.status));
    t.match(status, { status: 'successful', progress: 100 });
    t.strictSame(await ask(second.url, `${path}/results`), { text });
  }
});
