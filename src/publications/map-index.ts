/** A composite index as features: index, class and figures of each district. */
import type { components } from '../../openapi/generated/types.ts';
import { requireIndex } from '../indices/choose-subject.ts';
import { coloursOf } from '../indices/class-colours.ts';
import { describeClasses } from '../indices/index-method.ts';
import {
  attribute,
  classAttribute,
  commonAttributes,
  type MapContext,
  type MappedResult,
  spanOf,
} from './mapped-result.ts';

interface IndexResult {
  statement: components['schemas']['IndexStatement'];
  results: components['schemas']['IndexRow'][];
}

/** Maps the result. */
export function mapIndex(
  { statement, results }: IndexResult,
  { catalog, indices }: MapContext,
): MappedResult {
  const index = requireIndex(indices, statement.index, statement.version);
  const labels = index.kind === 'composite' ? describeClasses(index.definition) : index.definition.classes;
  const colours = coloursOf(index, labels);
  const classes = labels.map(({ label }, k) => ({
    value: k + 1,
    title: label,
    colour: colours[k]!,
    pattern: null,
  }));
  const period = spanOf([statement.period]);
  const figures = statement.indicators.map(({ indicator, label, unit }) => ({
    name: `value_${indicator}`,
    figure: indicator,
    label,
    unit,
  }));
  return {
    collection: statement.collection,
    boundaryVersion: statement.boundaryVersion,
    indicators: statement.indicators.map(({ indicator }) => indicator),
    // An index is higher where more stands out, whatever the polarity of its indicators.
    polarity: labels.some(({ standsOut }) => standsOut) ? -1 : 0,
    attributes: [
      classAttribute(classes, 'integer'),
      ...commonAttributes(catalog),
      attribute('class_code', 'string', 'Kürzel der Klasse', 'Code of the class'),
      attribute('stands_out', 'integer', 'auffällig (1) oder nicht (0)', 'stands out (1) or not (0)'),
      attribute('value', 'number', 'Index', 'Index'),
      attribute('rank', 'integer', 'Rang', 'Rank', { unit: 'rank' }),
      ...figures.map(({ name, label, unit }) => attribute(name, 'number', label, label, { unit })),
    ],
    period,
    features: results.map((row) => ({
      key: row.district,
      name: row.districtName,
      members: [row.district],
      cells: {
        class: row.class,
        period: period.id,
        status: row.status,
        reason: row.reason,
        class_code: row.classCode,
        stands_out: row.standsOut === null ? null : Number(row.standsOut),
        value: row.value,
        rank: row.rank,
        ...Object.fromEntries(figures.map(({ name, figure }) => [name, row.figures[figure]?.value ?? null])),
      },
    })),
    statement,
  };
}
