/** Texts for people, in German and where there is one in English. */

/** A label in German and, where there is one, in English. */
export interface Label {
  de: string;
  en?: string;
}

/** Language of labels. */
export type Language = 'de' | 'en';

/** Text of a label in a language; German where there is no English. */
export function textOf(label: Label, language: Language): string {
  return language === 'en' ? (label.en ?? label.de) : label.de;
}
