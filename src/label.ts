/** Texts for people, in German and where there is one in English. */
import type { Label } from './import/candidate.ts';

/** Language of labels. */
export type Language = 'de' | 'en';

/** Text of a label in a language; German where there is no English. */
export function textOf(label: Label, language: Language): string {
  return language === 'en' ? (label.en ?? label.de) : label.de;
}
