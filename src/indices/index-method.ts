/** Index methods as versioned objects: what a definition is, and how the engine reads it. */
import type { components } from '../../openapi/generated/types.ts';
import { parsePeriod } from '../indicators/period.ts';
import type { Label } from '../label.ts';
import type { ClassRule } from '../stats/classes/class-rule.ts';
import type { IndexMethod } from '../stats/indices/index-method.ts';
import type { Scoring } from '../stats/indices/score-indicator.ts';

/** The whole method of a composite index, as it is defined and never changed. */
export type IndexDefinition = components['schemas']['IndexDefinition'];
/** Two indices side by side. */
export type IndexCombination = components['schemas']['IndexCombination'];
/** One indicator in a definition. */
export type IndexPart = components['schemas']['IndexPart'];
/** A class with its words. */
export type IndexClass = components['schemas']['IndexClass'];

/** A composite index there is. */
export interface CompositeMethod {
  kind: 'composite';
  /** Who defined it; null where it is built in. */
  authority: string | null;
  definition: IndexDefinition;
}

/** A combination there is; all are built in. */
export interface CombinedMethod {
  kind: 'combination';
  authority: null;
  definition: IndexCombination;
}

/** One version of an index. */
export type VersionedIndex = CompositeMethod | CombinedMethod;

/** Points of `points` without a choice: quintiles. */
const QUINTILES = 5;

/** The engine's method for so many indicators. */
export function toEngineMethod({ method }: IndexDefinition, indicators: number): IndexMethod {
  const { rescale, minimumPresent } = method;
  return {
    scoring: toScoring(method),
    rescale: rescale
      ? { mean: rescale.mean, deviation: rescale.deviation, spread: rescale.spread ?? 'population' }
      : null,
    missing: minimumPresent === undefined ? 'all' : { minimum: Math.min(minimumPresent, indicators) },
  };
}

function toScoring({
  scoring,
  spread = 'population',
  points = QUINTILES,
}: IndexDefinition['method']): Scoring {
  if (scoring === 'z' || scoring === 'pca') return { kind: scoring, spread };
  if (scoring === 'points') return { kind: scoring, points };
  return { kind: scoring };
}

/** The engine's rule for classes; the definition was checked. */
export function toClassRule({ classes }: IndexDefinition): ClassRule {
  if (classes.kind === 'limits') return { kind: 'limits', limits: classes.limits! };
  return {
    kind: 'breaks',
    method: { kind: classes.kind, classes: classes.count! },
    closed: classes.closed ?? 'right',
  };
}

/** How many classes a definition has. */
export function countClasses({ classes }: IndexDefinition): number {
  return classes.kind === 'limits' ? classes.limits!.length + 1 : classes.count!;
}

/** Words of every class, the lowest index first. */
export function describeClasses(definition: IndexDefinition): IndexClass[] {
  const count = countClasses(definition);
  return (
    definition.classes.labels ??
    Array.from({ length: count }, (_, k) => ({
      code: String(k + 1),
      label: { de: `Klasse ${k + 1} von ${count}`, en: `class ${k + 1} of ${count}` },
      standsOut: false,
    }))
  );
}

/** 1 where a higher value raises the index: an index is higher where more stands out. */
export function directionOf({ polarity }: IndexPart): 1 | -1 {
  return polarity === -1 ? 1 : -1;
}

/** The indicators that are part of an index in a period. */
export function partsIn(definition: IndexDefinition, period: string): IndexPart[] {
  const year = Number(period.slice(0, 4));
  return definition.indicators.filter(
    ({ from, until }) => (from === undefined || year >= from) && (until === undefined || year <= until),
  );
}

/** How a column of an index is called: `pov_child`, and for a change `pov_child_change_3y`. */
export function nameOf({ indicator, changeYears }: IndexPart): string {
  return changeYears === undefined ? indicator : `${indicator}_change_${changeYears}y`;
}

/** The period so many years before: 2021-S2 less 2 is 2019-S2; null before the year 1. */
export function yearsBefore(period: string, years: number): string | null {
  const earlier = String(Number(period.slice(0, 4)) - years).padStart(4, '0') + period.slice(4);
  return parsePeriod(earlier)?.id ?? null;
}

/** Orders versions: negative where a is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  return left[0]! - right[0]! || left[1]! - right[1]! || left[2]! - right[2]!;
}

/** Reasons that indices give beside those of the figures. */
export const INDEX_REASONS: Record<'index_not_computed' | 'area_unknown' | 'indicator_missing', Label> = {
  indicator_missing: {
    de: 'mindestens eine Kennzahl fehlt; gerechnet wurde mit den übrigen',
    en: 'at least one indicator is missing; the others were used',
  },
  index_not_computed: {
    de: 'der Index lässt sich für diesen Zeitraum nicht berechnen',
    en: 'the index cannot be computed for this period',
  },
  area_unknown: {
    de: 'die Bezugsgröße der Bewertungsregel liegt nicht vor',
    en: 'the figure that decides whether a district is rated is not there',
  },
};
