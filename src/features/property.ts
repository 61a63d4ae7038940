/**
 * The properties of a feature: what is stored of it, attributes of a published analysis included, then the joined columns. Names and types are known before
 * anything is loaded, so that requests are refused and schemas are written without reading figures.
 */
import type { Geography, Indicator } from '../catalog/catalog.ts';
import type { Attribute } from '../districts/attribute.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { type Cell, planColumns } from '../indicators/joined-column.ts';
import type { Measure } from '../indicators/measure.ts';
import { Problem } from '../problem.ts';

/** Name by which requests and schemas call the shape. */
export const GEOMETRY = 'geometry';

/** What is stored of every district. */
export const STORED = ['key', 'name', 'parent'] as const;

/** Name of a stored property. */
export type StoredName = (typeof STORED)[number];

/** What rows of a wide table have beside that: a name that no other district has, and their time. */
export type RowName = 'label' | 'date' | 'valid_from';

/** A property of the features of a request. */
export interface Property {
  name: string;
  type: 'string' | 'number' | 'integer';
  /** Of texts that are days. */
  format?: 'date';
  /** Whether clients need all of its values for a menu, however many. */
  forMenus?: true;
  /** What it is to a feature, as in OGC API Features Part 5. */
  role?: 'id' | 'primary-instant';
  /** What a joined column holds; null for what is stored. */
  column: ColumnMeaning | null;
  /** How the collection declares it; only attributes of a published analysis have one. */
  attribute?: Attribute;
}

/** What a joined column holds. */
export interface ColumnMeaning {
  indicator: Indicator;
  measure: Measure;
  /** Null where every row has its own. */
  period: string | null;
}

/** Value of the row at position i. */
export type Values = (i: number) => Cell;

/** Types of joined columns. */
export const MEASURE_TYPES: Record<Measure, Property['type']> = {
  value: 'number',
  status: 'string',
  reason: 'string',
  z: 'number',
  rank: 'integer',
  percentile: 'number',
  class: 'integer',
  change: 'number',
  numerator: 'number',
  denominator: 'number',
  release: 'integer',
};

/** All properties of districts with a join, in the order of the answer. */
export function propertiesOf({ publication }: Geography, plan: JoinPlan): Property[] {
  return [
    { name: 'key', type: 'string', role: 'id', column: null },
    { name: 'name', type: 'string', column: null },
    { name: 'parent', type: 'string', column: null },
    ...(publication?.attributes ?? []).map((attribute) => ({
      name: attribute.name,
      type: attribute.type,
      column: null,
      attribute,
    })),
    ...planColumns(plan).map(({ name, measure, slot: { indicator, period } }) => ({
      name,
      type: MEASURE_TYPES[measure],
      column: { indicator, measure, period },
    })),
  ];
}

/**
 * The property that a parameter names.
 * @throws Problem invalid_request for a name that no property has
 */
export function requireProperty(properties: readonly Property[], name: string, field: string): Property {
  const found = properties.find((property) => property.name === name);
  if (found) return found;
  throw refuseName(properties, name, field, '');
}

/** Which properties an answer has. */
export interface Selection {
  properties: Property[];
  geometry: boolean;
}

/**
 * Reads `properties`, `exclude-properties` and `skipGeometry`. A list of properties without `geometry` leaves the shape
 * out, as Masterportal expects it.
 *
 * @throws Problem invalid_request for an unknown name
 */
export function selectProperties(
  all: readonly Property[],
  query: {
    properties?: readonly string[] | undefined;
    'exclude-properties'?: readonly string[] | undefined;
    skipGeometry?: boolean | undefined;
  },
): Selection {
  const { properties: wanted, 'exclude-properties': unwanted, skipGeometry = false } = query;
  for (const [field, names] of [
    ['properties', wanted],
    ['exclude-properties', unwanted],
  ] as const) {
    const unknown = names?.find(
      (name) => name !== GEOMETRY && !all.some((property) => property.name === name),
    );
    if (unknown !== undefined) throw refuseName(all, unknown, field, ` or ${GEOMETRY}`);
  }
  const has = (name: string): boolean => (wanted?.includes(name) ?? true) && !unwanted?.includes(name);
  return {
    properties: all.filter(({ name }) => has(name)),
    geometry: !skipGeometry && has(GEOMETRY),
  };
}

function refuseName(properties: readonly Property[], name: string, field: string, also: string): Problem {
  return new Problem('invalid_request', `There is no property ${name}.`, [
    {
      code: 'unknown_property',
      field,
      got: name,
      expected: `one of ${properties.map((property) => property.name).join(', ')}${also} (indicators=… joins more)`,
    },
  ]);
}
