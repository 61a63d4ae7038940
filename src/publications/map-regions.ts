/** Regions as features: the region of each district. */
import type { Attribute, AttributeValue } from '../districts/attribute.ts';
import { type DistrictAnalysis, type DistrictValues, mapDistricts } from './district-analysis.ts';
import {
  attribute,
  classAttribute,
  type MapContext,
  type MappedResult,
  noResult,
  valueAttribute,
} from './mapped-result.ts';

interface Membership {
  values: DistrictValues;
  region: number | null;
  size: number | null;
}

/**
 * Hues of regions, which are neither good nor bad, in turn: pale, so that names can be read on them, and different in lightness or
 * blueness for those who do not see red and green apart.
 */
const HUES = ['#a6cee3', '#fdd58c', '#8ab1a0', '#d9c2e0', '#f3efb6', '#7d9cc0', '#c9a27e', '#c4e3c8'];

/** More classes fill no legend; their numbers stay attributes. */
const MOST_CLASSES = 60;

/** Maps the result. */
export function mapRegions(result: DistrictAnalysis<Membership>, context: MapContext): MappedResult {
  const { indicators } = result.analysis;
  const nameOf = (code: string): string => (indicators.length === 1 ? 'value' : `value_${code}`);
  const regions = Math.max(0, ...result.features.map(({ properties }) => properties.region ?? 0));
  return mapDistricts(
    result,
    context,
    0,
    [
      regions <= MOST_CLASSES ? classAttribute(classesOf(regions)) : PLAIN,
      attribute('region', 'integer', 'Region', 'Region'),
      attribute('size', 'integer', 'Gebiete der Region', 'Districts of the region', { unit: 'count' }),
      ...indicators.map(({ indicator, unit }) =>
        valueAttribute(context.catalog, nameOf(indicator), indicator, unit),
      ),
    ],
    ({ values, region, size }) => ({
      class: classOf(region, regions),
      region,
      size,
      ...Object.fromEntries(
        indicators.map(({ indicator }) => [nameOf(indicator), values[indicator] ?? null]),
      ),
    }),
  );
}

/** Class of all regions where there are too many to tell apart. */
const PLAIN: Attribute = classAttribute([
  { value: 'region', title: { de: 'Region', en: 'Region' }, colour: HUES[0]!, pattern: null },
  noResult('none', { de: 'keine Region', en: 'no region' }, null),
]);

function classOf(region: number | null, regions: number): string {
  if (region === null) return 'none';
  return regions <= MOST_CLASSES ? `region-${region}` : 'region';
}

function classesOf(regions: number): AttributeValue[] {
  return [
    ...Array.from({ length: regions }, (_, r) => ({
      value: `region-${r + 1}`,
      title: { de: `Region ${r + 1}`, en: `Region ${r + 1}` },
      colour: HUES[r % HUES.length]!,
      pattern: null,
    })),
    noResult('none', { de: 'keine Region', en: 'no region' }, null),
  ];
}
