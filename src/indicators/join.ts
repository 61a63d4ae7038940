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
import type { Label } from '../label.ts';
import { Problem } from '../problem.ts';
import { findBase } from './change.ts';
import { type Classification, parseClassification, refuseTooManyValues } from './classification.ts';
import type { MissingReason } from './column.ts';
import { type Measure, orderMeasures } from './measure.ts';
import { parsePeriod } from './period.ts';
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
  classification?: string | undefined;
  classificationPeriods?: ClassPeriods | undefined;
  changeFrom?: string | undefined;
}

/** Whether breaks come from the values of each period, or of all periods of the indicator in the request. */
export type ClassPeriods = 'each' | 'all';

/** One indicator in one period: what to load and how its columns are called. */
export interface JoinSlot {
  indicator: Indicator;
  source: Source;
  period: string;
  /** Column to load, or why there is none. */
  entry: ColumnEntry | MissingReason;
  /** Column that the change is counted from; null where there is none or no change is asked for. */
  base: ColumnEntry | null;
  /** Labels of reasons by code. */
  reasons: ReadonlyMap<string, Label>;
  /** `mss_s1` or `mss_s1_2019`. */
  name: string;
}

/** What a request joins. */
export interface JoinPlan {
  slots: JoinSlot[];
  measures: Measure[];
  /** How to find classes; null where none are asked for. */
  classes: { classification: Classification; periods: ClassPeriods } | null;
}

/** Joins nothing. */
export const NO_JOIN: JoinPlan = { slots: [], measures: [], classes: null };

/**
 * Plans a join.
 * @returns a plan without slots where no indicators are asked for
 * @throws Problem invalid_request for an unknown indicator or period, a parameter whose object is missing, a classification
 *   that is none, or more columns or values than are joined at once
 */
export function planJoin(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion,
  parameters: JoinParameters,
): JoinPlan {
  const measures = orderMeasures(parameters.measures);
  refuseLonely(parameters);
  const classes = planClasses(parameters);
  if (parameters.indicators === undefined) return { slots: [], measures, classes };
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
  requireBase(version, indicators.flatMap(here), parameters.changeFrom);
  // Named periods give every indicator the same columns; a range or `latest` takes what each indicator has.
  const named =
    selection.kind === 'single' || selection.kind === 'list'
      ? selectPeriods(selection, [...taken.values()].flat())
      : null;
  const slots: JoinSlot[] = [];
  for (const [indicator, own] of taken) {
    if (classes?.periods === 'all') refuseTooManyValues(own.length, version.districts);
    for (const period of named ?? own) {
      const entries = here(indicator);
      const entry = entries.find((one) => one.period === period);
      const changes = entry !== undefined && measures.includes('change');
      slots.push({
        indicator,
        source: sourceOf(indicator, geography),
        period,
        entry: entry ?? whyMissing(catalog, geography, indicator, period),
        base: changes ? findBase(entries, entry, parameters.changeFrom) : null,
        reasons: catalog.reasons,
        name: namesPeriods(selection) ? `${indicator.code}_${columnSuffix(period)}` : indicator.code,
      });
    }
  }
  refuseTooMany(slots.length * measures.length);
  return { slots, measures, classes };
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
  const existing = periodsOf(columns.filter((entry) => entry.boundaryVersion === version.id));
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

/** @throws Problem unless some indicator has the base period of changes on the boundary version */
function requireBase(version: BoundaryVersion, here: readonly ColumnEntry[], from: string | undefined): void {
  if (from === undefined || here.some((entry) => entry.period === from)) return;
  const known = parsePeriod(from) !== null;
  throw new Problem('invalid_request', `No change can be counted from ${from}.`, [
    {
      code: known ? 'unknown_period' : 'period_invalid',
      field: 'changeFrom',
      got: from,
      expected: `${listed(periodsOf(here))} on the boundary version of ${version.validFrom}`,
    },
  ]);
}

function periodsOf(entries: readonly ColumnEntry[]): string[] {
  const everything: PeriodSelection = { kind: 'range', start: null, end: null, text: '' };
  return selectPeriods(
    everything,
    entries.map((entry) => entry.period),
  );
}

function planClasses(parameters: JoinParameters): JoinPlan['classes'] {
  if (!parameters.measures.includes('class')) return null;
  return {
    classification: parseClassification(parameters.classification),
    periods: parameters.classificationPeriods ?? 'each',
  };
}

/** @throws Problem invalid_request for a parameter that says how, without what it says it of */
function refuseLonely(parameters: JoinParameters): void {
  const { indicators, period, measures, classification, classificationPeriods, changeFrom } = parameters;
  const joined = (measure: Measure): boolean => indicators !== undefined && measures.includes(measure);
  const needs = [
    { name: 'period', value: period?.join(), there: indicators !== undefined, expected: 'indicators=…' },
    { name: 'classification', value: classification, there: joined('class'), expected: CLASS },
    { name: 'classificationPeriods', value: classificationPeriods, there: joined('class'), expected: CLASS },
    { name: 'changeFrom', value: changeFrom, there: joined('change'), expected: CHANGE },
  ];
  const lonely = needs.filter(({ value, there }) => value !== undefined && !there);
  if (lonely.length === 0) return;
  throw new Problem(
    'invalid_request',
    lonely.map(({ name, expected }) => `${name} needs ${expected}.`).join(' '),
    lonely.map(({ name, value, expected }) => ({
      code: 'missing',
      field: indicators === undefined ? 'indicators' : 'measures',
      got: `${name}=${value} alone`,
      expected: `${expected} beside it`,
    })),
  );
}

const CLASS = 'indicators=… and measures=class';
const CHANGE = 'indicators=… and measures=change';
