/**
 * The properties of a district: what is stored of it, attributes of a published analysis included, then the joined columns. Names and types are known before
 * anything is loaded, so that requests are refused and schemas are written without reading figures.
 */
import type { Geography } from '../catalog/catalog.ts';
import { type Attribute, attributeAt } from '../districts/attribute.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import type { JoinPlan } from '../indicators/join.ts';
import {
  type Cell,
  cellAt,
  type JoinedColumn,
  type PlannedColumn,
  planColumns,
} from '../indicators/joined-column.ts';
import type { Measure } from '../indicators/measure.ts';
import { Problem } from '../problem.ts';

/** Name by which requests and schemas call the shape. */
export const GEOMETRY = 'geometry';

/** What is stored of every district. */
export const STORED = ['key', 'name', 'parent'] as const;

/** Name of a stored property. */
export type StoredName = (typeof STORED)[number];

/** A property of the features of a request. */
export interface Property {
  name: string;
  type: 'string' | 'number' | 'integer';
  /** The joined column; null for what is stored. */
  column: PlannedColumn | null;
  /** How the collection declares it; only attributes of a published analysis have one. */
  attribute?: Attribute;
}

/** Value of the district at position i of the district table. */
export type Values = (i: number) => Cell;

const TYPES: Record<Measure, Property['type']> = {
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

/** All properties of a request's features, in the order of the answer. */
export function propertiesOf({ publication }: Geography, plan: JoinPlan): Property[] {
  return [
    ...STORED.map((name) => ({ name, type: 'string' as const, column: null })),
    ...(publication?.attributes ?? []).map((attribute) => ({
      name: attribute.name,
      type: attribute.type,
      column: null,
      attribute,
    })),
    ...planColumns(plan).map((column) => ({ name: column.name, type: TYPES[column.measure], column })),
  ];
}

/** How to read a property's values. @param columns the loaded columns of the plan */
export function valuesOf(property: Property, table: DistrictTable, columns: readonly JoinedColumn[]): Values {
  if (property.column) {
    const column = columns.find(({ name }) => name === property.name)!;
    return (i) => cellAt(column, i);
  }
  if (property.attribute) {
    const column = table.attributes.find(({ name }) => name === property.name)!;
    return (i) => attributeAt(column, i);
  }
  const texts = { key: table.keys, name: table.names, parent: table.parents }[property.name as StoredName];
  return (i) => texts[i]!;
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
