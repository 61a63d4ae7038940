/** Emerging hot spots as features: the history of each district, and what it was made from. */

import { columnSuffix } from '../indicators/join.ts';
import { divergingRamp } from '../indicators/ramps.ts';
import { labelOfHistory } from '../processes/tasks/class-labels.ts';
import { type DistrictAnalysis, type DistrictValues, mapDistricts } from './district-analysis.ts';
import {
  attribute,
  classAttribute,
  type MapContext,
  type MappedResult,
  noResult,
  valueAttribute,
} from './mapped-result.ts';

interface History {
  values: DistrictValues;
  status: 'judged' | 'no_final_value' | 'too_few_periods';
  category: string | null;
  tested: number;
  hot: number;
  cold: number;
  trendZ: number | null;
  trendP: number | null;
}

/** From the weakest to the strongest finding. */
const HISTORIES = [
  'historical',
  'oscillating',
  'sporadic',
  'new',
  'consecutive',
  'diminishing',
  'persistent',
  'intensifying',
];

/** Maps the result. */
export function mapHotSpots(result: DistrictAnalysis<History>, context: MapContext): MappedResult {
  const { indicators } = result.analysis;
  const { indicator, unit } = indicators[0]!;
  const polarity = context.catalog.indicators.get(indicator)?.polarity ?? 0;
  const nameOf = (period: string): string => `value_${columnSuffix(period)}`;
  return mapDistricts(
    result,
    context,
    polarity,
    [
      classAttribute(classesOf(polarity)),
      ...indicators.map(({ period }) => {
        const value = valueAttribute(context.catalog, nameOf(period), indicator, unit);
        const { de, en = de } = value.title;
        return { ...value, title: { de: `${de} ${period}`, en: `${en} ${period}` } };
      }),
      attribute('tested', 'integer', 'Geprüfte Zeiträume', 'Periods tested', { unit: 'count' }),
      attribute('hot', 'integer', 'Zeiträume als Häufung hoher Werte', 'Periods as hot spot', {
        unit: 'count',
      }),
      attribute('cold', 'integer', 'Zeiträume als Häufung niedriger Werte', 'Periods as cold spot', {
        unit: 'count',
      }),
      attribute(
        'trend_z',
        'number',
        'z-Wert des Trends (Mann-Kendall)',
        'z-score of the trend (Mann-Kendall)',
      ),
      attribute('trend_p', 'number', 'p-Wert des Trends', 'p-value of the trend'),
    ],
    ({ values, status, category, tested, hot, cold, trendZ, trendP }) => ({
      // A gap in one of many periods leaves the district in.
      status: status === 'judged' ? 'ok' : 'not_assessed',
      reason: null,
      class: category ?? status,
      ...Object.fromEntries(Object.entries(values).map(([period, value]) => [nameOf(period), value])),
      tested,
      hot,
      cold,
      trend_z: trendZ,
      trend_p: trendP,
    }),
  );
}

function classesOf(polarity: -1 | 0 | 1) {
  const steps = HISTORIES.length;
  const colours = divergingRamp(steps, true, steps, polarity);
  const titleOf = (category: string, status: string) => ({
    de: labelOfHistory(category, status, 'de'),
    en: labelOfHistory(category, status, 'en'),
  });
  const side = (kind: 'hot' | 'cold') =>
    HISTORIES.map((history, h) => ({
      value: `${history}-${kind}`,
      title: titleOf(`${history}-${kind}`, 'judged'),
      colour: colours[kind === 'hot' ? steps + 1 + h : steps - 1 - h]!,
      pattern: null,
    }));
  return [
    ...side('hot').reverse(),
    ...side('cold').reverse(),
    { value: 'none', title: titleOf('none', 'judged'), colour: colours[steps]!, pattern: null },
    noResult('no_final_value', titleOf('', 'no_final_value'), null),
    noResult('too_few_periods', titleOf('', 'too_few_periods'), null),
  ];
}
