/**
 * The lock of an embedded database's folder. PostgreSQL's own lock file does not work in PGlite, and a file
 * with a process number means nothing in a container, where every process is number 1. So the lock is an
 * exclusive transaction on an SQLite file: the kernel holds it and frees it when the process ends, however.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Problem } from '../../problem.ts';

/** SQLite's result code for a file that someone else has locked. */
const SQLITE_BUSY = 5;

/** Open lock files: one that is forgotten would be closed, and so unlocked, by the garbage collector. */
const held = new Set<DatabaseSync>();

/**
 * Locks a folder for this process.
 * @returns a function that unlocks it; calling it again does nothing.
 * @throws Problem `database_busy` naming the holder, as far as known.
 */
export function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  // This file must never be opened by anything else in this process: closing it would free the lock (POSIX).
  const file = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  const owner = join(dataDir, 'owner.json');
  try {
    file.exec('begin exclusive');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw buildBusy(dataDir, owner);
  }
  writeFileSync(
    owner,
    `${JSON.stringify({ pid: process.pid, host: hostname(), command: process.argv.slice(1) })}\n`,
  );
  held.add(file);
  return () => {
    if (!held.delete(file)) return;
    rmSync(owner, { force: true });
    file.close();
  };
}

function buildBusy(dataDir: string, owner: string): Problem {
  const holder = describeOwner(owner);
  return new Problem('database_busy', `The database in ${dataDir} is in use by ${holder}.`, [
    {
      code: 'database_busy',
      got: `a folder in use by ${holder}`,
      expected: 'a folder that no process uses',
      file: dataDir,
    },
  ]);
}

/** The holder writes its file after it has got the lock, so it can be missing or half written. */
function describeOwner(owner: string): string {
  try {
    const { pid, host } = JSON.parse(readFileSync(owner, 'utf8')) as { pid: number; host: string };
    return `process ${pid} on ${host}`;
  } catch {
    return 'another process';
  }
}
