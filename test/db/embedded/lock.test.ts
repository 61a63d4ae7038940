import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { lockFolder } from '../../../src/db/embedded/lock.ts';
import { type Scope, testFolder } from '../../support/database.ts';

const HOLDER = join(import.meta.dirname, 'lock-holder.ts');

/** Starts a process that tries to lock the folder; resolves to it and to what it says. */
async function tryInProcess(t: Scope, folder: string, prefix: string[] = []) {
  const [command, ...args] = [...prefix, process.execPath, HOLDER, folder];
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, line };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

t.test('a folder has one holder in a process', async (t) => {
  const folder = testFolder(t);
  const unlock = lockFolder(folder);
  t.throws(() => lockFolder(folder), {
    code: 'database_busy',
    message: new RegExp(`process ${process.pid} `),
  });
  unlock();
  unlock();
  const again = lockFolder(folder);
  t.throws(() => unlock() ?? lockFolder(folder), { code: 'database_busy' }, 'an old unlock frees nothing');
  again();
});

t.test('another process is refused, and told which one holds the folder', async (t) => {
  const folder = testFolder(t);
  const { child, line } = await tryInProcess(t, folder);
  t.equal(line, 'locked');
  t.throws(() => lockFolder(folder), { code: 'database_busy', message: new RegExp(`process ${child.pid} `) });
  await kill(child);
  t.doesNotThrow(() => lockFolder(folder)(), 'a killed process leaves no lock behind');
});

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child'];
const permitted = spawnSync(UNSHARE[0]!, [...UNSHARE.slice(1), 'true']).status === 0;
const skip = permitted ? false : 'unshare --pid is not permitted here';

t.test('two containers where every process has number 1', { skip }, async (t) => {
  const folder = testFolder(t);
  const first = await tryInProcess(t, folder, UNSHARE);
  t.equal(first.line, 'locked');
  const second = await tryInProcess(t, folder, UNSHARE);
  t.match(second.line, /is in use by process 1 /);
  await kill(first.child);
  const third = await tryInProcess(t, folder, UNSHARE);
  t.equal(third.line, 'locked', 'number 1 in owner.json is not taken for the new process itself');
});
