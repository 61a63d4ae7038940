/** Results that have a feature for each district and a statement under `analysis`, as most processes write them. */
import type { Attribute } from '../districts/attribute.ts';
import type { Polarity } from '../indicators/indicator.ts';
import {
  type Cells,
  commonAttributes,
  type Exclusion,
  type MapContext,
  type MappedResult,
  spanOf,
  statusCells,
} from './mapped-result.ts';

/** One. */
export interface DistrictAnalysis<Properties> {
  features: { properties: Properties & { key: string; name: string } }[];
  analysis: {
    collection: string;
    boundaryVersion: string;
    indicators: { indicator: string; unit: string; period: string }[];
    excluded: Exclusion[];
  };
}

/** Values of a district by indicator or by period. */
export type DistrictValues = Record<string, number | null>;

/**
 * Maps such a result.
 * @param own attributes beside period, status and reason; the class first
 * @param cellsOf those attributes of a district
 */
export function mapDistricts<P>(
  { features, analysis }: DistrictAnalysis<P>,
  { catalog }: MapContext,
  polarity: Polarity,
  own: readonly Attribute[],
  cellsOf: (properties: P) => Cells,
): MappedResult {
  const { collection, boundaryVersion, indicators, excluded } = analysis;
  // Of a series the periods are in their order.
  const period = spanOf([...new Set(indicators.map((one) => one.period))]);
  const statusOf = statusCells(excluded);
  const [first, ...others] = own;
  return {
    collection,
    boundaryVersion,
    indicators: [...new Set(indicators.map(({ indicator }) => indicator))],
    polarity,
    attributes: [...(first ? [first] : []), ...commonAttributes(catalog), ...others],
    period,
    features: features.map(({ properties }) => ({
      key: properties.key,
      name: properties.name,
      members: [properties.key],
      cells: { period: period.id, ...statusOf(properties.key), ...cellsOf(properties) },
    })),
    statement: analysis,
  };
}
