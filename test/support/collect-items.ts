import { Problem, type ProblemItem } from '../../src/problem.ts';

/** Items of the Problem `invalid_package` that an action throws; none when it succeeds. */
export async function collectItems(action: () => unknown): Promise<readonly ProblemItem[]> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_package') return error.items;
    throw error;
  }
  return [];
}
