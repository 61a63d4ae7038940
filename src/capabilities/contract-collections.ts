/** What of the contract there is for each collection. */
import type { Catalog } from '../catalog/catalog.ts';
import { type Statistics, statisticsOf } from '../catalog/statistics.ts';
import type { Attribute } from '../districts/attribute.ts';
import { STORED_TITLES } from '../features/describe-schema.ts';
import { MEASURE_TYPES } from '../features/property.ts';
import { columnTitle } from '../indicators/column-text.ts';
import type { Label } from '../label.ts';
import type { ConcreteCollection } from './expand-contract.ts';

/** Paths below a collection that only wide tables have, and those that they have of all others. */
const ONLY_STATISTICS = '/masterportal-dashboard';
const ALSO_STATISTICS = /^(|\/items(\/\{featureId\})?|\/queryables|\/sortables|\/(feature-)?schema)$/;

/** Parameters of a join, which wide tables are not made by. */
const JOIN: readonly string[] = ['period', 'classification', 'classificationPeriods', 'changeFrom'];

/** Days as parameters are not told of properties: GDAL would send them as 2021/12/31. It filters by what it has read instead. */
const DAYS: readonly string[] = ['validFrom', 'validUntil'];

/** Geographies and published analyses first, then wide tables. */
export function contractCollections(catalog: Catalog): ConcreteCollection[] {
  const geographies = [...catalog.geographies.values()];
  return [
    ...geographies.map(({ collection, publication }) => ({
      id: collection,
      attributes: publication?.attributes ?? [],
      hasPath: (path: string) => path !== ONLY_STATISTICS,
      takes: () => true,
    })),
    ...geographies.flatMap((geography) => {
      const statistics = statisticsOf(catalog, geography);
      if (!statistics) return [];
      return {
        id: statistics.collection,
        attributes: attributesOf(statistics),
        hasPath: (path: string) => path === ONLY_STATISTICS || ALSO_STATISTICS.test(path),
        takes: (parameter: string) => !JOIN.includes(parameter) && !DAYS.includes(parameter),
      };
    }),
  ];
}

/** Columns that are there without a parameter. */
function attributesOf({ indicators }: Statistics): Attribute[] {
  const attribute = (name: string, type: Attribute['type'], title: Label): Attribute => ({
    name,
    type,
    title,
    unit: null,
    role: null,
    values: null,
  });
  return [
    attribute('label', 'string', STORED_TITLES.label),
    ...indicators.flatMap((indicator) =>
      (['value', 'status'] as const).map((measure) =>
        attribute(measure === 'value' ? indicator.code : `${indicator.code}_status`, MEASURE_TYPES[measure], {
          de: columnTitle(indicator, measure, null, 'de'),
          en: columnTitle(indicator, measure, null, 'en'),
        }),
      ),
    ),
  ];
}
