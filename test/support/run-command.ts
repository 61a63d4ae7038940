/** Runs the command line as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Scope } from './database.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** What a process left behind. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A running command. */
export interface Running {
  child: ChildProcess;
  /** Resolves when the output has a match; rejects when the process ends without one. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ended>;
}

/** Starts `sozialraum` with nothing in its environment but what is given; killed when the test ends. */
export function startCommand(
  t: Scope,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  cwd: string = process.cwd(),
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  const note = (): void => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    note();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    note();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (!match) return;
        waiting.delete(check);
        resolve(match);
      };
      waiting.add(check);
      void ended.then(() => reject(new Error(`Ended without ${pattern}: ${stdout}${stderr}`)));
      check();
    });
  return { child, says, ended };
}

/** Runs `sozialraum` to its end. */
export function runCommand(
  t: Scope,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  cwd?: string,
): Promise<Ended> {
  return startCommand(t, args, environment, cwd).ended;
}

/** Starts the service on a free port and waits until it listens. */
export async function startService(
  t: Scope,
  environment: NodeJS.ProcessEnv,
): Promise<Running & { url: string }> {
  const running = startCommand(t, ['serve'], {
    PORT: '0',
    DEMO: 'off',
    LOG_LEVEL: 'warn',
    ...environment,
  });
  const [, url = ''] = await running.says(/Map:\s+(http:\S+?)\/\n/);
  return { ...running, url };
}
