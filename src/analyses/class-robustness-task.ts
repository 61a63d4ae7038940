/** Robustness of classes, run in worker threads. Plain typed arrays in, plain typed arrays out. */
import type { ClassRule } from '../stats/classes/class-rule.ts';
import {
  type ClassRobustness,
  classRobustness,
  type RobustnessOptions,
} from '../stats/indices/class-robustness.ts';
import type { IndexIndicator, IndexMethod } from '../stats/indices/index-method.ts';

/** Input of a run. */
export interface ClassRobustnessTask {
  indicators: readonly IndexIndicator[];
  method: IndexMethod;
  rule: ClassRule;
  options: RobustnessOptions;
}

/** Runs all perturbations. @throws RangeError as `classRobustness` */
export default function runClassRobustness(task: ClassRobustnessTask): ClassRobustness {
  return classRobustness(task.indicators, task.method, task.rule, task.options);
}
