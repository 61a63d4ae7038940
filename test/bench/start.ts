/**
 * How long a second start on the embedded database takes, against opening that PGlite folder with its extensions and one
 * PostGIS query in a process of its own. Interleaved, seven of each, medians.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './main.ts';

const RUNS = 7;
const ROOT = join(import.meta.dirname, '../..');

const bench: Bench = async (say) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sozialraum-bench-'));
  try {
    say('First start …');
    await timeStart(dataDir);
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let run = 1; run <= RUNS; run++) {
      baseline.push(await timeOpen(dataDir));
      ours.push(await timeStart(dataDir));
      say(`${run} of ${RUNS}: open ${baseline.at(-1)!.toFixed(0)} ms, start ${ours.at(-1)!.toFixed(0)} ms`);
    }
    const [own, base] = [median(ours), median(baseline)];
    return [
      { figure: 'second-start-vs-open', n: 60, ours: own, baseline: base, unit: 'ms', ratio: base / own },
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
export default bench;

/** From spawning the service until it listens, in milliseconds. */
async function timeStart(dataDir: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '', PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const elapsed = await untilLine(child, 'Sozialraum is running.', begun);
  child.kill('SIGTERM');
  await ended(child);
  return elapsed;
}

/** From spawning a process that only opens the folder until its PostGIS query is answered, in milliseconds. */
async function timeOpen(dataDir: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'open-folder.ts'), join(dataDir, 'pgdata')],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const elapsed = await untilLine(child, 'answered', begun);
  await ended(child);
  return elapsed;
}

async function untilLine(child: ChildProcess, line: string, begun: number): Promise<number> {
  for await (const chunk of child.stdout!) if (String(chunk).includes(line)) return performance.now() - begun;
  throw new Error(`The process ended without saying: ${line}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => child.once('exit', resolve));
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
