/**
 * The join: which indicator columns a request adds to the districts of a boundary version, under which names.
 * request → plan (names and columns to load) → joined columns (a value per district, joined-column.ts).
 */
import {
  type BoundaryVersion,
  type Catalog,
  type ColumnEntry,
  columnsOf,
  type Geography,
  type Indicator,
  listed,
  type Source,
} from '../catalog/catalog.ts';
import { Problem } from '../problem.ts';
import type { MissingReason } from './column.ts';
import { type Measure, orderMeasures } from './measure.ts';
import {
  namesPeriods,
  type PeriodSelection,
  parsePeriodSelection,
  selectPeriods,
} from './period-selection.ts';

/** Join parameters of a request, as validated by the contract. */
export interface JoinParameters {
  indicators?: string[] | undefined;
  period?: string[] | undefined;
  measures: readonly Measure[];
}

/** One indicator in one period: what to load and how its columns are called. */
export interface JoinSlot {
  indicator: Indicator;
  source: Source;
  period: string;
  /** Column to load, or why there is none. */
  entry: ColumnEntry | MissingReason;
  /** `mss_s1` or `mss_s1_2019`. */
  name: string;
}

/** What a request joins. */
export interface JoinPlan {
  slots: JoinSlot[];
  measures: Measure[];
}

/**
 * Plans a join.
 * @returns a plan without slots where no indicators are asked for
 * @throws Problem invalid_request for an unknown indicator or period, or a period without indicators
 */
export function planJoin(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  parameters: JoinParameters,
): JoinPlan {
  const measures = orderMeasures(parameters.measures);
  if (parameters.indicators === undefined) {
    if (parameters.period !== undefined) throw refusePeriodAlone(parameters.period);
    return { slots: [], measures };
  }
  const selection = parsePeriodSelection(parameters.period);
  const indicators = parameters.indicators.map((code) => requireJoinable(catalog, geography, code));
  const here = (indicator: Indicator): ColumnEntry[] =>
    columnsOf(catalog, geography, indicator).filter((entry) => entry.boundaryVersion === version.id);
  const taken = new Map(
    indicators.map((indicator) => [
      indicator,
      selectPeriods(
        selection,
        here(indicator).map((entry) => entry.period),
      ),
    ]),
  );
  requirePeriods(catalog, geography, version, selection, taken);
  // Named periods give every indicator the same columns; a range or `latest` takes what each indicator has.
  const named =
    selection.kind === 'single' || selection.kind === 'list'
      ? selectPeriods(selection, [...taken.values()].flat())
      : null;
  const slots: JoinSlot[] = [];
  for (const [indicator, own] of taken) {
    for (const period of named ?? own) {
      slots.push({
        indicator,
        source: sourceOf(indicator, geography),
        period,
        entry:
          here(indicator).find((entry) => entry.period === period) ??
          whyMissing(catalog, geography, indicator, period),
        name: namesPeriods(selection) ? `${indicator.code}_${columnSuffix(period)}` : indicator.code,
      });
    }
  }
  refuseTooMany(slots.length * measures.length);
  return { slots, measures };
}

function whyMissing(
  catalog: Catalog,
  geography: Geography,
  indicator: Indicator,
  period: string,
): MissingReason {
  const elsewhere = columnsOf(catalog, geography, indicator).some((entry) => entry.period === period);
  return elsewhere ? 'other_boundary_version' : 'not_collected';
}

/** A district's profile of 100 indicators over 5 periods; more belongs into several requests or /observations. */
const MOST_COLUMNS = 500;

function refuseTooMany(columns: number): void {
  if (columns <= MOST_COLUMNS) return;
  throw new Problem('invalid_request', 'The join has too many columns.', [
    {
      code: 'too_many_columns',
      field: 'indicators',
      got: `${columns} columns (indicators × periods × measures)`,
      expected: `at most ${MOST_COLUMNS}`,
    },
  ]);
}

/** The period as it stands in column names: `2023_s1`. */
export function columnSuffix(period: string): string {
  return period.toLowerCase().replaceAll('-', '_');
}

/** The authority's own source of an indicator. */
export function sourceOf(indicator: Indicator, geography: Geography): Source {
  return (
    indicator.sources.get(geography.authority.id) ?? { text: '', licence: '', attribution: '', url: null }
  );
}

function requireJoinable(catalog: Catalog, geography: Geography, code: string): Indicator {
  const indicator = catalog.indicators.get(code);
  if (indicator && columnsOf(catalog, geography, indicator).length > 0) return indicator;
  const has = [...catalog.indicators.values()].filter(
    (entry) => columnsOf(catalog, geography, entry).length > 0,
  );
  throw new Problem('invalid_request', `${geography.collection} has no indicator ${code}.`, [
    {
      code: 'unknown_indicator',
      field: 'indicators',
      got: code,
      expected: listed(has.map((entry) => entry.code)),
    },
  ]);
}

function requirePeriods(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  selection: PeriodSelection,
  taken: Map<Indicator, string[]>,
): void {
  const all = [...taken.values()].flat();
  const missing =
    selection.kind === 'single' || selection.kind === 'list'
      ? selection.periods.find((period) => !all.includes(period))
      : all.length === 0
        ? selection.kind === 'range'
          ? selection.text
          : 'latest'
        : undefined;
  if (missing === undefined) return;
  const columns = [...taken.keys()].flatMap((indicator) => columnsOf(catalog, geography, indicator));
  const here = columns.filter((entry) => entry.boundaryVersion === version.id).map((entry) => entry.period);
  const everything: PeriodSelection = { kind: 'range', start: null, end: null, text: '' };
  const existing = selectPeriods(everything, here);
  const elsewhere = geography.boundaryVersions.filter(
    (other) =>
      other !== version &&
      columns.some(
        (entry) => entry.boundaryVersion === other.id && (missing === 'latest' || entry.period === missing),
      ),
  );
  const hint = elsewhere.map((other) => `datetime=${other.validFrom}`).join(' or ');
  const names = [...taken.keys()].map((indicator) => indicator.code).join(', ');
  throw new Problem(
    'invalid_request',
    `${names}: no period ${missing} on the boundary version of ${version.validFrom} of ${geography.collection}.`,
    [
      {
        code: 'unknown_period',
        field: 'period',
        got: missing,
        expected: `${listed(existing)}${hint ? `; or another boundary version with ${hint}` : ''}`,
      },
    ],
  );
}

function refusePeriodAlone(period: string[]): Problem {
  return new Problem('invalid_request', 'period needs indicators.', [
    {
      code: 'missing',
      field: 'indicators',
      got: `period=${period.join(',')} alone`,
      expected: 'indicators=… beside it',
    },
  ]);
}
