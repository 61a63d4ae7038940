/** Words and unit of one indicator of an index: a change is another figure than the value it is taken from. */
import { type Language, textOf } from '../label.ts';
import type { PlannedPart } from './plan-index.ts';

/** Label of the value, or of its change. */
export function labelOfPart({ part, indicator }: PlannedPart, language: Language): string {
  const label = textOf(indicator.label, language);
  if (part.changeYears === undefined) return label;
  return language === 'de'
    ? `${label}, Veränderung in ${part.changeYears} Jahren`
    : `${label}, change over ${part.changeYears} years`;
}

/** Unit of the value, or of its change. */
export function unitOfPart({ part, indicator }: PlannedPart): string {
  return part.changeYears !== undefined && indicator.unit === 'percent'
    ? 'percentage_points'
    : indicator.unit;
}
