/** What results are called in plain words: what stands out, never why. */
import type { Language } from '../../label.ts';

type Words = Record<Language, string>;

const CLASSES: Record<string, Words> = {
  'high-high': {
    de: 'auffällig: hohe Werte neben ähnlich hohen',
    en: 'stands out: high values beside similar ones',
  },
  'low-low': {
    de: 'auffällig: niedrige Werte neben ähnlich niedrigen',
    en: 'stands out: low values beside similar ones',
  },
  high: { de: 'auffällig: Häufung hoher Werte', en: 'stands out: high values together' },
  low: { de: 'auffällig: Häufung niedriger Werte', en: 'stands out: low values together' },
  positive: { de: 'auffällig: ähnliche Nachbarn', en: 'stands out: similar neighbours' },
  negative: { de: 'auffällig: unähnliche Nachbarn', en: 'stands out: dissimilar neighbours' },
};

const OTHERS: Record<string, Words> = {
  tested: { de: 'nicht auffällig', en: 'does not stand out' },
  island: { de: 'keine Nachbarn', en: 'no neighbours' },
  missing: { de: 'keine Angabe', en: 'no value' },
  not_tested: { de: 'nicht geprüft', en: 'not tested' },
  too_few_periods: { de: 'zu wenige Zeiträume', en: 'too few periods' },
  no_final_value: { de: 'kein Ergebnis im letzten Zeitraum', en: 'no result in the last period' },
};

const HISTORIES: Record<string, Words> = {
  new: { de: 'neu', en: 'new' },
  consecutive: { de: 'zuletzt durchgehend', en: 'consecutive' },
  intensifying: { de: 'dauerhaft und zunehmend', en: 'intensifying' },
  persistent: { de: 'dauerhaft', en: 'persistent' },
  diminishing: { de: 'dauerhaft und abnehmend', en: 'diminishing' },
  sporadic: { de: 'zeitweise', en: 'sporadic' },
  oscillating: { de: 'wechselnd', en: 'oscillating' },
  historical: { de: 'früher', en: 'historical' },
};

/** Label of a district by its class where that is significant, else by its status. */
export function labelOfClass(
  name: string,
  significant: boolean | null,
  status: string,
  language: Language,
): string {
  const words = (significant ? CLASSES[name] : undefined) ?? OTHERS[status]!;
  return words[language];
}

/** Label of a category of emerging hot spots, such as `new-hot`. */
export function labelOfHistory(category: string, status: string, language: Language): string {
  if (status !== 'judged') return OTHERS[status]![language];
  const [history = '', kind] = category.split('-');
  const words = HISTORIES[history];
  if (!words) return OTHERS.tested![language];
  return `${CLASSES[kind === 'hot' ? 'high' : 'low']![language]}, ${words[language]}`;
}
