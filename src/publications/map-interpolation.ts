/** Counts that were moved to other districts, as features: estimates in classes with about equally many districts. */

import type { Indicator } from '../catalog/catalog.ts';
import type { AttributeValue } from '../districts/attribute.ts';
import { sequentialRamp } from '../indicators/ramps.ts';
import { findBreaks } from '../stats/classes/breaks.ts';
import { type DistrictAnalysis, mapDistricts } from './district-analysis.ts';
import {
  attribute,
  classAttribute,
  type MapContext,
  type MappedResult,
  noResult,
  valueAttribute,
} from './mapped-result.ts';

interface Moved {
  value: number | null;
  status: 'ok' | 'uncovered' | 'missing' | 'no_base';
  method: string | null;
  coverage: number | null;
  numerator?: number | null;
  denominator?: number | null;
}

const CLASSES = 5;

/** Maps the result. */
export function mapInterpolation(result: DistrictAnalysis<Moved>, context: MapContext): MappedResult {
  const { indicator: code, unit } = result.analysis.indicators[0]!;
  const indicator = context.catalog.indicators.get(code);
  const values = Float64Array.from(result.features, ({ properties }) => properties.value ?? Number.NaN);
  const limits = limitsOf(values);
  return mapDistricts(
    result,
    context,
    indicator?.polarity ?? 0,
    [
      classAttribute(describeClasses(limits, indicator), 'integer'),
      valueAttribute(context.catalog, 'value', code, unit),
      attribute('numerator', 'number', 'Zähler', 'Numerator', { unit: 'count' }),
      attribute('denominator', 'number', 'Nenner', 'Denominator', { unit: 'count' }),
      attribute('coverage', 'number', 'Abgedeckter Anteil der Fläche', 'Share of the area that is covered'),
      attribute('method', 'string', 'Wie geteilt wurde', 'How it was divided'),
      attribute('outcome', 'string', 'Ergebnis', 'Outcome'),
    ],
    ({ value, status, method, coverage, numerator = null, denominator = null }) => ({
      // The statement's exclusions are districts that were moved from.
      status: value === null ? 'not_available' : 'estimated',
      reason: null,
      class: value === null ? 0 : limits.slice(1, -1).filter((limit) => value > limit).length + 1,
      value,
      numerator,
      denominator,
      coverage,
      method,
      outcome: status,
    }),
  );
}

/** Limits of the classes, the least and the greatest value included; none without values. */
function limitsOf(values: Float64Array): number[] {
  const breaks = findBreaks(values, { kind: 'quantile', classes: CLASSES });
  return breaks.status === 'no_values' ? [] : [breaks.minimum, ...breaks.limits, breaks.maximum];
}

function describeClasses(limits: readonly number[], indicator: Indicator | undefined): AttributeValue[] {
  const count = Math.max(0, limits.length - 1);
  const colours = count === 0 ? [] : sequentialRamp(count, indicator?.polarity ?? 0);
  const print = (locale: string, limit: number): string =>
    limit.toLocaleString(locale, { maximumFractionDigits: indicator?.decimals ?? 2 });
  return [
    ...colours.map((colour, k) => {
      const [lower, upper] = [limits[k]!, limits[k + 1]!];
      return {
        value: k + 1,
        title: {
          de: `${print('de', lower)} bis ${print('de', upper)}`,
          en: `${print('en', lower)} to ${print('en', upper)}`,
        },
        colour,
        pattern: null,
      };
    }),
    { ...noResult('', { de: 'kein Wert', en: 'no value' }, null), value: 0 },
  ];
}
