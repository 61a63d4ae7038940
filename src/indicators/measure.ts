/** What can be joined of an indicator, in the order in which columns stand, whatever the request's. */
export const MEASURES = [
  'value',
  'status',
  'reason',
  'z',
  'rank',
  'percentile',
  'class',
  'change',
  'numerator',
  'denominator',
  'release',
] as const;

/** One of them. */
export type Measure = (typeof MEASURES)[number];

/** Measures whose cells are texts. */
export type TextMeasure = Extract<Measure, 'status' | 'reason'>;

/** Measures whose cells are numbers. */
export type NumberMeasure = Exclude<Measure, TextMeasure>;

/** Puts measures in their order; a value never travels without its status. */
export function orderMeasures(asked: readonly Measure[]): Measure[] {
  return MEASURES.filter((measure) => measure === 'status' || asked.includes(measure));
}
