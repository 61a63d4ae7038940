/** The table of processes: one entry for each. */
import { listed } from '../catalog/catalog.ts';
import { Problem } from '../problem.ts';
import { DISTRICT_PROCESSES } from './district-processes.ts';
import { OTHER_PROCESSES } from './other-processes.ts';
import type { Process } from './process.ts';

/** All processes by id, in the order of the ids. */
export const PROCESSES: ReadonlyMap<string, Process> = new Map(
  [...DISTRICT_PROCESSES, ...OTHER_PROCESSES]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((process) => [process.id, process]),
);

/** @throws Problem no_such_process */
export function requireProcess(id: string): Process {
  const process = PROCESSES.get(id);
  if (process) return process;
  throw new Problem('no_such_process', `There is no process ${id}.`, [
    { code: 'no_such_process', field: 'processId', got: id, expected: listed(PROCESSES.keys()) },
  ]);
}
