/**
 * How long items take while fifty heavy jobs wait and run, against the same requests of an idle service. Berlin where its data are
 * there, else the synthetic town, on the embedded database; every request has another limit, so that none comes from memory.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareFolder } from '../support/prepared.ts';
import { startService } from '../support/run-command.ts';
import { skipWithoutShared } from '../support/shared.ts';
import type { Bench } from './main.ts';
import { median } from './median.ts';

const JOBS = 50;
const REQUESTS = 150;
const [DATA, COLLECTION, INDICATOR, PERIOD] = skipWithoutShared
  ? (['demo', 'musterstadt-quartier', 'pov_child', '2024'] as const)
  : (['berlin', 'berlin-plr', 'mss_s1', '2021'] as const);

const bench: Bench = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-bench-'));
  const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    cpSync(await prepareFolder(DATA), folder, { recursive: true });
    const { url } = await startService(
      { teardown: (work) => endings.push(work) },
      { DATA_DIR: folder, JOBS_AT_ONCE: '1' },
    );
    await timeItems(url, 0);
    const idle = await timeItems(url, 1);
    say(`Idle: ${idle.toFixed(2)} ms. Queueing ${JOBS} jobs …`);
    for (let seed = 1; seed <= JOBS; seed++) await queueJob(url, seed);
    await running(url);
    const busy = await timeItems(url, 2);
    const open = await countOpen(url);
    say(`With jobs: ${busy.toFixed(2)} ms; ${open} of ${JOBS} are not done yet.`);
    if (open === 0) throw new Error('All jobs ended before the measurement did: they are not heavy enough.');
    return [
      {
        figure: 'items-latency-under-jobs',
        n: JOBS,
        ours: busy,
        baseline: idle,
        unit: 'ms',
        ratio: idle / busy,
      },
    ];
  } finally {
    for (const end of endings.reverse()) await end();
  }
};
export default bench;

/** Median of one request after the other, in milliseconds. @param round makes the addresses new ones */
async function timeItems(url: string, round: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const limit = 1 + round * REQUESTS + i;
    const query = `indicators=${INDICATOR}&period=${PERIOD}&measures=value,z,rank&limit=20&offset=${limit % 20}&bbox=5,47,16,${55 + limit / 1000}`;
    const begun = performance.now();
    const response = await fetch(`${url}/v1/collections/${COLLECTION}/items?${query}`);
    await response.arrayBuffer();
    times.push(performance.now() - begun);
    if (!response.ok) throw new Error(`Items answered ${response.status}.`);
  }
  return median(times);
}

async function queueJob(url: string, seed: number): Promise<void> {
  const inputs = {
    collection: COLLECTION,
    indicators: [INDICATOR],
    period: PERIOD,
    permutations: 999_999,
    seed,
  };
  const response = await fetch(`${url}/v1/processes/local-geary/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ inputs }),
  });
  if (response.status !== 201) throw new Error(`A job was answered with ${response.status}.`);
}

async function countOpen(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/jobs?status=accepted,running&limit=100`);
  return ((await response.json()) as { jobs: unknown[] }).jobs.length;
}

/** Waits until a job runs. */
async function running(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/v1/jobs?status=running`);
    if (((await response.json()) as { jobs: unknown[] }).jobs.length > 0) return;
  }
}
