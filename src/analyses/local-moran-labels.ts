/** What a local result is called in plain words; it says what stands out, never why. */
import type { Language } from '../label.ts';
import type { QUADRANTS, UNIT_STATUSES } from '../stats/local/local-moran.ts';

/** Name of a quadrant of the Moran scatter plot. */
export type QuadrantName = (typeof QUADRANTS)[number];
type UnitStatus = (typeof UNIT_STATUSES)[number];

const SIGNIFICANT: Record<QuadrantName, Record<Language, string>> = {
  'high-high': { de: 'auffällig: Häufung hoher Werte', en: 'stands out: high values together' },
  'low-low': { de: 'auffällig: Häufung niedriger Werte', en: 'stands out: low values together' },
  'high-low': { de: 'auffällig: hoher Wert unter niedrigen', en: 'stands out: high among low values' },
  'low-high': { de: 'auffällig: niedriger Wert unter hohen', en: 'stands out: low among high values' },
  none: { de: 'nicht auffällig', en: 'does not stand out' },
};

const UNTESTED: Record<Exclude<UnitStatus, 'tested'>, Record<Language, string>> = {
  island: { de: 'keine Nachbarn', en: 'no neighbours' },
  missing: { de: 'keine Angabe', en: 'no value' },
  not_tested: { de: 'nicht geprüft', en: 'not tested' },
};

/** The label of one district. */
export function labelOf(
  quadrant: QuadrantName | null,
  significant: boolean | null,
  status: UnitStatus,
  language: Language,
): string {
  if (status !== 'tested') return UNTESTED[status][language];
  return SIGNIFICANT[significant && quadrant ? quadrant : 'none'][language];
}
