/** What decides which clusters there are: situations, method and its parameters. */
import { createHash } from 'node:crypto';
import type { components } from '../../openapi/generated/types.ts';
import { REGION_METHODS, type RegionMethod } from '../analyses/find-regions.ts';
import { Problem, type ProblemItem } from '../problem.ts';
import type { SituationParameters } from '../situations/choose-situations.ts';

/** Method and parameters, defaults in place; those that do not count for the method are left out. */
export type ClusterParameters = components['schemas']['ClusterParameters'];
/** How districts come to stand out. */
export type ClusterMethod = ClusterParameters['method'];

/** Parameters of a request. */
export interface ClusterQuery extends SituationParameters {
  method?: ClusterMethod | undefined;
  minSituations?: number | undefined;
  gap?: number | undefined;
  minDistricts?: number | undefined;
  minPopulation?: number | undefined;
  population?: string | undefined;
  contiguity?: ClusterParameters['contiguity'] | undefined;
  tolerance?: number | undefined;
  alpha?: number | undefined;
  permutations?: number | undefined;
  seed?: number | undefined;
  indicators?: string[] | undefined;
  regions?: number | undefined;
}

/** Whether a method joins districts that are alike into regions. */
export function isRegional(method: ClusterMethod): method is RegionMethod {
  return method in REGION_METHODS;
}

const TESTS: readonly ClusterMethod[] = ['local-moran', 'getis-ord'];
const REGIONS = Object.keys(REGION_METHODS) as RegionMethod[];

/** Methods that a parameter counts for; those that are not named count for all. */
const COUNTS_FOR: Partial<Record<keyof ClusterQuery, readonly ClusterMethod[]>> = {
  minSituations: ['contiguity', ...REGIONS],
  gap: ['contiguity', ...TESTS],
  alpha: TESTS,
  permutations: TESTS,
  seed: [...TESTS, ...REGIONS.filter((method) => REGION_METHODS[method].seeded)],
  indicators: REGIONS,
  regions: REGIONS.filter((method) => method !== 'max-p'),
};

/**
 * Fills in defaults, but for the indicators of regions, which depend on the situations.
 * @throws Problem invalid_request for a parameter that would change nothing, and for one that the method lacks
 */
export function readParameters(query: ClusterQuery): ClusterParameters {
  const { method = 'contiguity' } = query;
  for (const [name, methods] of Object.entries(COUNTS_FOR)) {
    const got = query[name as keyof ClusterQuery];
    if (got === undefined || methods.includes(method)) continue;
    throw refuse(`${name} has no part in the method ${method}.`, {
      code: 'parameter_not_used',
      field: name,
      got: String(got),
      expected: `method=${methods.join(' or ')}`,
    });
  }
  const shared = {
    method,
    contiguity: query.contiguity ?? 'queen',
    tolerance: query.tolerance ?? 0.01,
    ...(!isRegional(method) && { gap: query.gap ?? 0 }),
    minDistricts: query.minDistricts ?? 1,
    minPopulation: query.minPopulation ?? 0,
  };
  const { minSituations = 2, alpha = 0.05, permutations = 99_999, seed = 1 } = query;
  if (method === 'contiguity') return { ...shared, minSituations };
  if (!isRegional(method)) return { ...shared, alpha, permutations, seed };
  requireNumber(method, query.regions, shared.minDistricts, shared.minPopulation);
  return {
    ...shared,
    minSituations,
    ...(query.regions !== undefined && { regions: query.regions }),
    ...(REGION_METHODS[method].seeded && { seed }),
  };
}

/** Regions are told how many they are, or how large they have to be. */
function requireNumber(
  method: RegionMethod,
  regions: number | undefined,
  minDistricts: number,
  minPopulation: number,
): void {
  if (method !== 'max-p' && regions === undefined) {
    throw refuse(`${method} needs the number of regions.`, {
      code: 'missing',
      field: 'regions',
      got: 'nothing',
      expected: 'a number of regions, e.g. 20',
    });
  }
  if (method === 'max-p' && minDistricts < 2 && minPopulation === 0) {
    throw refuse('max-p makes as many regions as a minimum allows, and needs one.', {
      code: 'missing',
      field: 'minDistricts',
      got: String(minDistricts),
      expected: 'minDistricts of 2 or more, or minPopulation',
    });
  }
}

function refuse(detail: string, item: ProblemItem): Problem {
  return new Problem('invalid_request', detail, [item]);
}

/** Short hash of everything that decides which clusters there are, whatever the figures. */
export function hashDefinition(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}
