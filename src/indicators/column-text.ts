/** How joined columns are called and measured, for people. */
import { type Label, type Language, textOf } from '../label.ts';
import type { IndicatorDefinition } from './indicator.ts';
import type { Measure } from './measure.ts';

const MEASURE_LABELS: Record<Measure, Label | null> = {
  value: null,
  status: { de: 'Status', en: 'status' },
  reason: { de: 'Grund', en: 'reason' },
  z: { de: 'z-Wert', en: 'z-score' },
  rank: { de: 'Rang', en: 'rank' },
  percentile: { de: 'Prozentrang', en: 'percentile' },
  class: { de: 'Klasse', en: 'class' },
  change: { de: 'Veränderung', en: 'change' },
  numerator: { de: 'Zähler', en: 'numerator' },
  denominator: { de: 'Nenner', en: 'denominator' },
  release: { de: 'Veröffentlichung', en: 'release' },
};

/** Title of a joined column, e.g. `Arbeitslosigkeit 2021, Rang`. @param period null where every row has its own */
export function columnTitle(
  indicator: Pick<IndicatorDefinition, 'label'>,
  measure: Measure,
  period: string | null,
  language: Language,
): string {
  const label = MEASURE_LABELS[measure];
  const name = textOf(indicator.label, language);
  const base = period === null ? name : `${name} ${period}`;
  return label ? `${base}, ${textOf(label, language)}` : base;
}

/** Unit of a joined column. @param unit of the indicator */
export function unitOf(measure: Measure, unit: string): string {
  switch (measure) {
    case 'value':
      return unit;
    case 'z':
      return 'standard deviations';
    case 'rank':
    case 'class':
      return measure;
    case 'percentile':
      return 'percent';
    case 'change':
      return unit === 'percent' ? 'percentage_points' : unit;
    case 'numerator':
    case 'denominator':
      return 'count';
    default:
      return 'code';
  }
}
