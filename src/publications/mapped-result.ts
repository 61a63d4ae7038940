/** A result of a process as features: what every kind of result is mapped to. */
import type { Catalog } from '../catalog/catalog.ts';
import type { Attribute, AttributeValue } from '../districts/attribute.ts';
import type { Polarity } from '../indicators/indicator.ts';
import { parsePeriod } from '../indicators/period.ts';
import { STATUSES, type Status } from '../indicators/status.ts';
import type { IndexList } from '../indices/choose-subject.ts';
import type { Label } from '../label.ts';
import { MISSING_LABELS } from '../styles/missing.ts';
import type { ResultPeriod } from './publication.ts';

/** What a mapping may look at. */
export interface MapContext {
  /** The state of the data that was analysed. */
  catalog: Catalog;
  indices: IndexList;
  inputs: Record<string, unknown>;
}

/** Cells of a feature by name of the attribute. */
export type Cells = Record<string, number | string | null>;

/** A feature: one district, or several that become one outline. */
export interface MappedFeature {
  key: string;
  name: string;
  /** Keys of districts of the analysed boundary version. */
  members: readonly string[];
  cells: Cells;
}

/** A result as it is published. */
export interface MappedResult {
  /** Collection and first day of the boundary version that were analysed. */
  collection: string;
  boundaryVersion: string;
  /** Codes of the indicators that went in, whose sources are named. */
  indicators: readonly string[];
  polarity: Polarity;
  attributes: Attribute[];
  period: ResultPeriod;
  features: MappedFeature[];
  /** Statement of method as the process wrote it. */
  statement: object;
}

/** Maps a result. @param result JSON of the process's output */
export type MapResult = (result: never, context: MapContext) => MappedResult;

/** Declares an attribute. */
export function attribute(
  name: string,
  type: Attribute['type'],
  de: string,
  en: string,
  more: Partial<Attribute> = {},
): Attribute {
  return { name, type, title: { de, en }, unit: null, role: null, values: null, ...more };
}

/** Declares the attribute that maps colour by. */
export function classAttribute(values: AttributeValue[], type: Attribute['type'] = 'string'): Attribute {
  return attribute('class', type, 'Klasse', 'Class', { role: 'class', values });
}

/** A value that stands for no result. @param pattern of the missing value that it looks like */
export function noResult(value: string, title: Label, pattern: AttributeValue['pattern']): AttributeValue {
  return { value, title, colour: NO_RESULT, pattern };
}

/** The ground of districts without a value in every style. */
const NO_RESULT = '#dcdcd9';

const PRESENT: Record<'ok' | 'estimated', Label> = {
  ok: { de: 'liegt vor', en: 'present' },
  estimated: { de: 'geschätzt', en: 'estimated' },
};

/** Period, status and reason, which every result of districts has. @param catalog knows the words of reasons */
export function commonAttributes({ reasons }: Catalog): Attribute[] {
  const plain = (value: string, title: Label): AttributeValue => ({
    value,
    title,
    colour: null,
    pattern: null,
  });
  return [
    PERIOD,
    attribute('status', 'string', 'Status des Werts', 'Status of the value', {
      role: 'status',
      values: STATUSES.map((status) => plain(status, { ...PRESENT, ...MISSING_LABELS }[status])),
    }),
    attribute('reason', 'string', 'Grund', 'Reason', {
      role: 'reason',
      values: [...reasons].map(([code, title]) => plain(code, title)),
    }),
  ];
}

/** The time that a result is about. */
export const PERIOD: Attribute = attribute('period', 'string', 'Zeitraum', 'Period', { role: 'period' });

/** What an analysis says of a district that it left out. */
export interface Exclusion {
  key: string;
  status: string;
  reason: string | null;
}

/** Status and reason of each district by its key; those that were not left out have a value. */
export function statusCells(excluded: readonly Exclusion[]): (key: string) => Cells {
  const byKey = new Map(excluded.map((own) => [own.key, own]));
  return (key) => ({
    status: (byKey.get(key)?.status ?? ('ok' satisfies Status)) as string,
    reason: byKey.get(key)?.reason ?? null,
  });
}

/** The time from the first to the last of one or more periods. @param ids oldest first */
export function spanOf(ids: readonly string[]): ResultPeriod {
  const [first, last] = [parsePeriod(ids[0]!)!, parsePeriod(ids.at(-1)!)!];
  const end = new Date(`${last.end}T00:00:00Z`);
  end.setUTCDate(end.getUTCDate() + 1);
  return {
    id: ids.length === 1 ? first.id : `${first.id}/${last.id}`,
    validFrom: first.start,
    validUntil: end.toISOString().slice(0, 10),
  };
}

/** Polarity of what several indicators say together: context where they disagree. */
export function jointPolarity({ indicators }: Catalog, codes: readonly string[]): Polarity {
  const polarities = new Set(codes.map((code) => indicators.get(code)?.polarity ?? 0));
  return polarities.size === 1 ? [...polarities][0]! : 0;
}

/** The name of an indicator's values among the attributes. */
export function valueAttribute({ indicators }: Catalog, name: string, code: string, unit: string): Attribute {
  const label = indicators.get(code)?.label ?? { de: code };
  return { ...attribute(name, 'number', '', ''), title: label, unit };
}
