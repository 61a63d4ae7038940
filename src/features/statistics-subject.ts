/** A request for the rows of a wide table. */
import { type Catalog, type Indicator, stampOf } from '../catalog/catalog.ts';
import { choosesDay } from '../catalog/resolve-boundary.ts';
import { chooseIndicators, type Statistics } from '../catalog/statistics.ts';
import type { JoinParameters } from '../indicators/join.ts';
import { type Measure, orderMeasures } from '../indicators/measure.ts';
import { Problem } from '../problem.ts';
import type { Reader } from '../reader.ts';
import { GEOMETRY, MEASURE_TYPES, type Property } from './property.ts';
import { queryablesOf } from './queryables.ts';
import { NO_ROWS } from './rows.ts';
import { openStatisticsRows } from './statistics-rows.ts';
import type { Subject } from './subject.ts';

/** `valid_from` is a property already. */
const BESIDE = [GEOMETRY, 'valid_until'] as const;

/** What the database has: the day is only here. */
const STORED: readonly string[] = ['key', 'name', 'parent', 'valid_from'];

/** These are counted over or between the periods of a request, which a wide table has not. */
const OF_JOINS: readonly Measure[] = ['class', 'change'];

/** Cells of a page, some ten bytes each; of more columns a page has fewer rows, and `next` leads on. */
const MOST_CELLS = 2_000_000;

/**
 * @param query `indicators` chooses columns, all without it; `datetime` chooses days
 * @throws Problem invalid_request for what a wide table has not
 */
export function statisticsSubject(
  reader: Reader,
  catalog: Catalog,
  statistics: Statistics,
  query: JoinParameters & { datetime?: string | undefined },
): Subject {
  refuseJoin(query);
  const { geography, collection } = statistics;
  const indicators = chooseIndicators(statistics, query.indicators);
  const measures = orderMeasures(query.measures);
  const days = statistics.days.filter(({ date }) => choosesDay(query.datetime, date));
  const properties = propertiesOf(indicators, measures);
  const releases = [geography.release, ...indicators.map(({ release }) => release)];
  const words = measures.includes('reason') ? [JSON.stringify([...catalog.reasons])] : [];
  return {
    collection,
    title: statistics.title,
    geography,
    version: null,
    properties,
    beside: BESIDE,
    queryables: queryablesOf(properties, BESIDE, ({ name }) => STORED.includes(name)),
    // Those that the contract names are read by it.
    free: properties
      .filter(({ name }) => !STORED.includes(name))
      .map(({ name, type, format }) => ({ name, type, ...(format && { format }), values: null })),
    mostRows: Math.max(1, Math.floor(MOST_CELLS / properties.length)),
    release: Math.max(...releases),
    state: (language) => [stampOf(catalog, releases), ...releases, language, ...words],
    unknown: (id) =>
      new Problem('not_found', `${collection} has no row ${id}.`, [
        {
          code: 'unknown_district',
          field: 'featureId',
          got: id,
          expected: `a day and the key of a district: ${statistics.days.at(-1)!.date}-…`,
        },
      ]),
    open: async () =>
      days.length === 0
        ? NO_ROWS
        : await openStatisticsRows(reader, statistics, days, properties, catalog.reasons),
  };
}

function propertiesOf(indicators: readonly Indicator[], measures: readonly Measure[]): Property[] {
  return [
    { name: 'key', type: 'string', column: null },
    { name: 'name', type: 'string', column: null },
    { name: 'label', type: 'string', forMenus: true, column: null },
    { name: 'parent', type: 'string', column: null },
    { name: 'date', type: 'string', format: 'date', role: 'primary-instant', forMenus: true, column: null },
    { name: 'valid_from', type: 'string', format: 'date', forMenus: true, column: null },
    ...indicators.flatMap((indicator) =>
      measures.map((measure) => ({
        name: measure === 'value' ? indicator.code : `${indicator.code}_${measure}`,
        type: MEASURE_TYPES[measure],
        column: { indicator, measure, period: null },
      })),
    ),
  ];
}

function refuseJoin(query: JoinParameters): void {
  const { period, classification, classificationPeriods, changeFrom, measures } = query;
  const given = Object.entries({ period, classification, classificationPeriods, changeFrom });
  const measure = measures.find((one) => OF_JOINS.includes(one));
  const wrong = [
    ...given.flatMap(([field, value]) => (value === undefined ? [] : [{ field, got: String(value) }])),
    ...(measure === undefined ? [] : [{ field: 'measures', got: measure }]),
  ];
  if (wrong.length === 0) return;
  throw new Problem(
    'invalid_request',
    'A wide table has a row for every day; it is not joined.',
    wrong.map(({ field, got }) => ({
      code: 'invalid_value',
      field,
      got,
      expected:
        field === 'measures'
          ? 'measures of one day; class and change are measures of the collection of districts'
          : "datetime=… or filter=date = DATE('…') to choose rows; the parameter is for the collection of districts",
    })),
  );
}
