/** What an indicator (Kennzahl) is defined by. */
import type { Label } from '../label.ts';

/** How figures of several districts become one: summed, from counts, by weighted mean, anew, or not at all. */
export type Aggregation = 'sum' | 'ratio' | 'wmean' | 'median' | 'recompute' | 'none';

/** +1 higher is better, -1 higher is worse, 0 context. */
export type Polarity = -1 | 0 | 1;

export type LifeCycle = 'proposed' | 'agreed' | 'in_use' | 'retired';

/** P0 no persons, P1 population register, P2 benefit and labour data, P3 health, justice, child protection, P4 survey. */
export type ProtectionClass = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';

/** One class of a classified indicator. */
export interface CategoryEntry {
  value: number;
  label: Label;
}

/** The definition that all authorities share. */
export interface IndicatorDefinition {
  label: Label;
  description: Label | null;
  unit: string;
  decimals: number;
  numerator: Label | null;
  denominator: Label | null;
  aggregation: Aggregation;
  polarity: Polarity;
  theme: string;
  targetGroups: string[];
  lifeCycle: LifeCycle;
  protectionClass: ProtectionClass;
  categories: CategoryEntry[];
}
