/** Properties as JSON Schema (OGC API Features Part 5), and the schema of a whole feature. */
import type { components } from '../../openapi/generated/types.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Attribute } from '../districts/attribute.ts';
import { columnTitle, unitOf } from '../indicators/column-text.ts';
import { STATUSES } from '../indicators/status.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { type ColumnMeaning, GEOMETRY, type Property, type RowName, type StoredName } from './property.ts';
import type { Beside } from './queryables.ts';
import type { Rows } from './rows.ts';

type PropertyDescription = components['schemas']['PropertyDescription'];
type PropertySchema = components['schemas']['PropertySchema'];
type FeatureSchema = components['schemas']['FeatureSchema'];

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** What all of them are called. */
export const STORED_TITLES: Record<StoredName | RowName | Beside, Label> = {
  key: { de: 'Schlüssel', en: 'Key' },
  name: { de: 'Name', en: 'Name' },
  label: { de: 'Gebiet', en: 'District' },
  parent: { de: 'Schlüssel des übergeordneten Gebiets', en: 'Key of the parent district' },
  date: { de: 'Stichtag', en: 'Day' },
  geometry: { de: 'Umriss', en: 'Shape' },
  valid_from: { de: 'Erster Tag des Gebietsstands', en: 'First day of the boundary version' },
  valid_until: {
    de: 'Tag nach dem letzten des Gebietsstands',
    en: 'Day after the last of the boundary version',
  },
};

/** Longer lists of values fill no menu. */
const LONGEST_ENUM = 1000;

/** What a schema is written for. */
export interface SchemaSubject {
  /** Address of the schema. */
  id: string;
  title: string;
  catalog: Catalog;
  rows: Rows;
  properties: readonly Property[];
  language: Language;
}

/** Schema of the properties. @param beside what else can be named */
export function describeProperties(subject: SchemaSubject, beside: readonly Beside[]): PropertySchema {
  const { id, title, properties, language } = subject;
  return {
    $schema: DIALECT,
    $id: id,
    type: 'object',
    title,
    properties: Object.fromEntries([
      ...properties.map((property) => [property.name, describeProperty(subject, property)]),
      ...beside.map((name) => [
        name,
        { title: textOf(STORED_TITLES[name], language), ...(name === GEOMETRY ? SHAPE : DAY) },
      ]),
    ]),
    additionalProperties: false,
  };
}

/** Spatial properties have a format and no type. */
const SHAPE = { 'x-ogc-role': 'primary-geometry', format: 'geometry-multipolygon' } as const;
const DAY = { type: 'string', format: 'date' } as const;

/** Schema of a GeoJSON feature, as plain as GDAL reads it. */
export function describeFeature({ id, title, properties }: SchemaSubject): FeatureSchema {
  return {
    $schema: DIALECT,
    $id: id,
    type: 'object',
    title,
    properties: {
      type: { type: 'string', enum: ['Feature'] },
      id: { type: 'string' },
      geometry: { type: 'object', properties: { type: { type: 'string', enum: ['MultiPolygon'] } } },
      properties: {
        type: 'object',
        properties: Object.fromEntries(properties.map(({ name, type }) => [name, { type }])),
      },
    },
  };
}

function describeProperty(subject: SchemaSubject, property: Property): PropertyDescription {
  const { name, type, format, role, forMenus, column, attribute } = property;
  if (column) return { type, ...describeColumn(subject, column) };
  if (attribute) return describeAttribute(attribute, subject.language);
  const { rows, language } = subject;
  const values = rows.values(name);
  const cells = new Set(Array.from({ length: rows.n }, (_, i) => values(i)));
  cells.delete(null);
  return {
    title: textOf(STORED_TITLES[name as StoredName | RowName], language),
    type,
    ...(format ? { format } : {}),
    ...(role ? { 'x-ogc-role': role } : {}),
    ...enumOf([...cells] as string[], forMenus ? Number.POSITIVE_INFINITY : LONGEST_ENUM),
  };
}

/** The schema of an attribute; its possible values have titles, as JSON Schema writes them. */
export function describeAttribute(
  { type, title, unit, values }: Attribute,
  language: Language,
): PropertyDescription {
  return {
    title: textOf(title, language),
    type,
    ...(unit === null ? {} : { 'x-ogc-unit': unit }),
    ...(values === null
      ? {}
      : {
          enum: values.map(({ value }) => value),
          oneOf: values.map((own) => ({ const: own.value, title: textOf(own.title, language) })),
        }),
  };
}

function describeColumn(
  { catalog, language }: SchemaSubject,
  { indicator, measure, period }: ColumnMeaning,
): Omit<PropertyDescription, 'type'> {
  const title = columnTitle(indicator, measure, period, language);
  if (measure === 'status') return { title, enum: [...STATUSES] };
  if (measure === 'reason') return { title, ...enumOf([...catalog.reasons.keys()]) };
  const unit = { 'x-ogc-unit': unitOf(measure, indicator.unit) };
  if (measure !== 'value') return { title, ...unit };
  const classes = indicator.categories.map(({ value, label }) => `${value} ${textOf(label, language)}`);
  const texts = [indicator.description ? textOf(indicator.description, language) : '', classes.join(', ')];
  return {
    title,
    ...(texts.some(Boolean) ? { description: texts.filter(Boolean).join(': ') } : {}),
    ...unit,
    ...enumOf(indicator.categories.map(({ value }) => value)),
  };
}

/** The different values in their order, where there are some and not too many. */
function enumOf(
  values: readonly (string | number)[],
  most = LONGEST_ENUM,
): Pick<PropertyDescription, 'enum'> {
  const different = [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));
  return different.length > 0 && different.length <= most ? { enum: different } : {};
}
