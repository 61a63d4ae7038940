/** What decides which clusters there are: situations, method and its parameters. */
import { createHash } from 'node:crypto';
import type { components } from '../../openapi/generated/types.ts';
import { Problem } from '../problem.ts';
import type { SituationParameters } from '../situations/choose-situations.ts';

/** Method and parameters, defaults in place; those that do not count for the method are left out. */
export type ClusterParameters = components['schemas']['ClusterParameters'];

/** Parameters of a request. */
export interface ClusterQuery extends SituationParameters {
  method?: ClusterParameters['method'] | undefined;
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
}

/** Parameters that count for one kind of method only. */
const OF_CONTIGUITY = ['minSituations'] as const;
const OF_TESTS = ['alpha', 'permutations', 'seed'] as const;

/**
 * Fills in defaults.
 * @throws Problem invalid_request for a parameter that would change nothing
 */
export function readParameters(query: ClusterQuery): ClusterParameters {
  const { method = 'contiguity' } = query;
  const foreign = method === 'contiguity' ? OF_TESTS : OF_CONTIGUITY;
  const idle = foreign.find((name) => query[name] !== undefined);
  if (idle !== undefined) {
    throw new Problem('invalid_request', `${idle} has no part in the method ${method}.`, [
      {
        code: 'parameter_not_used',
        field: idle,
        got: String(query[idle]),
        expected: method === 'contiguity' ? 'method=local-moran or getis-ord' : 'method=contiguity',
      },
    ]);
  }
  const shared = {
    method,
    contiguity: query.contiguity ?? 'queen',
    tolerance: query.tolerance ?? 0.01,
    gap: query.gap ?? 0,
    minDistricts: query.minDistricts ?? 1,
    minPopulation: query.minPopulation ?? 0,
  };
  if (method === 'contiguity') return { ...shared, minSituations: query.minSituations ?? 2 };
  const { alpha = 0.05, permutations = 99_999, seed = 1 } = query;
  return { ...shared, alpha, permutations, seed };
}

/** Short hash of everything that decides which clusters there are, whatever the figures. */
export function hashDefinition(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
}
