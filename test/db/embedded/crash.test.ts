import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { testFolder, writeMigrations } from '../../support/database.ts';

const WRITER = join(import.meta.dirname, 'writer.ts');

/** Pairs to wait for before each kill, and milliseconds after that: so that it hits different moments. */
const KILLS = [
  { pairs: 1, delayMs: 0 },
  { pairs: 20, delayMs: 1 },
  { pairs: 3, delayMs: 2 },
  { pairs: 50, delayMs: 0 },
  { pairs: 7, delayMs: 3 },
];

interface Said {
  found?: { last: number; halves: number };
  committed?: number;
}

t.test('kill -9 while writing loses nothing that was committed', { timeout: 120_000 }, async (t) => {
  const dataDir = testFolder(t);
  const migrations = writeMigrations(t, {
    '0001_entry.sql': 'create table entry (pair integer, half integer, primary key (pair, half));',
  });

  /** Runs a writer until it is killed; returns what it found and the last pair it said to have committed. */
  async function writeUntilKilled(pairs: number, delayMs: number) {
    const child = spawn(process.execPath, [WRITER, dataDir, migrations], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let found: Said['found'];
    let committed = 0;
    let seen = 0;
    for await (const line of createInterface(child.stdout)) {
      const said = JSON.parse(line) as Said;
      found ??= said.found;
      if (said.committed === undefined) continue;
      committed = said.committed;
      seen += 1;
      if (seen === pairs) setTimeout(() => child.kill('SIGKILL'), delayMs);
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return { found, committed, signal: child.signalCode };
  }

  let committed = 0;
  for (const { pairs, delayMs } of [...KILLS, { pairs: 1, delayMs: 0 }]) {
    const run = await writeUntilKilled(pairs, delayMs);
    const { last = -1, halves = -1 } = run.found ?? {};
    t.ok(last >= committed, `found pair ${last}, committed before the kill: ${committed}`);
    t.ok(last <= committed + 1, 'at most the one whose answer the kill cut off');
    t.equal(halves, 2 * last, 'no half transaction');
    t.equal(run.signal, 'SIGKILL');
    committed = run.committed;
  }
});
