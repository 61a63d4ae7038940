/** Steps of a local analysis, run in worker threads. Plain typed arrays in, plain typed arrays out. */
import { countPart, type LocalPart } from '../stats/local/count-local.ts';
import type { SequentialCounts } from '../stats/local/count-sequentially.ts';
import { analyseLocal, describeLocal } from '../stats/local/local-analysis.ts';
import { type LocalRequest, planLocal } from '../stats/local/local-plan.ts';
import type { LocalAnalysis } from '../stats/local/local-result.ts';

/** The whole analysis. */
export function analyse(request: LocalRequest): LocalAnalysis {
  return analyseLocal(request);
}

/** Counts of one part of the work. */
export function count({ request, part }: { request: LocalRequest; part: LocalPart }): SequentialCounts[] {
  return countPart(planLocal(request), part);
}

/** Results from the counts of all parts. */
export function describe({
  request,
  parts,
}: {
  request: LocalRequest;
  parts: SequentialCounts[][];
}): LocalAnalysis {
  return describeLocal(request, planLocal(request), parts);
}
