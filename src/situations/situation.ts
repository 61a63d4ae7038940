/** Problem situations (Problemlagen): what a rule is. */
import type { components } from '../../openapi/generated/types.ts';
import { type Language, textOf } from '../label.ts';

/** A rule with target groups and action fields. */
export type SituationDefinition = components['schemas']['SituationDefinition'];
/** One condition of a rule. */
export type SituationCondition = components['schemas']['SituationCondition'];

/** What a rule says of a district: it is met, it is not, or figures are missing. */
export type State = 'present' | 'absent' | 'not_assessed';

/** Whether a condition is met; null where it cannot be said. */
export type Met = boolean | null;

/**
 * What conditions say together. A missing figure never counts as a no: `all` is absent only with one that is not met, `any` only
 * with none that might be.
 */
export function judge(need: SituationDefinition['need'], met: readonly Met[]): State {
  const decisive = need === 'any';
  if (met.includes(decisive)) return decisive ? 'present' : 'absent';
  if (met.includes(null)) return 'not_assessed';
  return decisive ? 'absent' : 'present';
}

/** A rule in words. */
export function wordRule({ need, conditions }: SituationDefinition, language: Language): string {
  const parts = conditions.map((condition) => wordCondition(condition, language));
  const between =
    language === 'de' ? (need === 'all' ? ' und ' : ' oder ') : need === 'all' ? ' and ' : ' or ';
  return parts.join(between);
}

function wordCondition(condition: SituationCondition, language: Language): string {
  const german = language === 'de';
  if (condition.kind === 'index') {
    const names = (condition.indices ?? []).join(german ? ' oder ' : ' or ');
    const classes = condition.classes?.join(', ');
    if (german) return `Klasse von ${names} ${classes ? `ist ${classes}` : 'ist auffällig'}`;
    return `class of ${names} ${classes ? `is ${classes}` : 'stands out'}`;
  }
  const { indicators = [], measure = 'z', limit = 0, changeYears } = condition;
  const names = indicators.join(german ? ' oder ' : ' or ');
  const change = changeYears
    ? german
      ? `Veränderung in ${changeYears} Jahren von `
      : `change over ${changeYears} years of `
    : '';
  if (german)
    return `${change}${names} ${measure === 'z' ? `mehr als ${limit} Standardabweichungen` : `über die Grenze ${limit} hinaus`} auf der ungünstigen Seite`;
  return `${change}${names} ${measure === 'z' ? `more than ${limit} deviations` : `beyond the limit ${limit}`} on the worse side`;
}

/** Label of a situation. */
export function labelOfSituation({ label }: SituationDefinition, language: Language): string {
  return textOf(label, language);
}
