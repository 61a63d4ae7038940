/** The flat columns of a join: one number or text per district, in district order. */
import { rankPercentiles, rankValues, standardise } from '../stats/standardise.ts';
import { changeSince, type LoadedBase } from './change.ts';
import { type Classes, type ClassPool, classifyColumn } from './classification.ts';
import { type Column, numberAt } from './column.ts';
import { derive } from './derived.ts';
import type { JoinPlan, JoinSlot } from './join.ts';
import type { Measure, NumberMeasure, TextMeasure } from './measure.ts';
import { STATUSES } from './status.ts';

/** A joined column before anything is loaded. */
export interface PlannedColumn {
  /** `mss_s1`, `mss_s1_rank`, `mss_s1_2019_rank`. */
  name: string;
  slot: JoinSlot;
  measure: Measure;
}

/** What every joined column has. */
interface JoinedBase extends PlannedColumn {
  /** The column that it was made from. */
  column: Column;
}

/** A column of numbers. */
export interface NumberColumn extends JoinedBase {
  kind: 'number';
  measure: NumberMeasure;
  /** NaN where there is no number. Shared between requests: not to be written to. */
  values: Float64Array;
  /** Breaks and counts, of the measure class. */
  classes?: Classes;
}

/** A column of texts, of which there are few different ones. */
export interface TextColumn extends JoinedBase {
  kind: 'text';
  measure: TextMeasure;
  /** Position in `texts` for each district. Shared between requests: not to be written to. */
  codes: Uint8Array | Uint32Array;
  /** The different texts; null stands for none. */
  texts: readonly (string | null)[];
}

/** One flat column. */
export type JoinedColumn = NumberColumn | TextColumn;

/** A cell of a joined column; null where there is nothing. */
export type Cell = number | string | null;

/** The cell of the district at position i. */
export function cellAt(column: JoinedColumn, i: number): Cell {
  return column.kind === 'number' ? numberAt(column.values, i) : column.texts[column.codes[i]!]!;
}

/** The flat columns of a plan, in their order. */
export function planColumns(plan: JoinPlan): PlannedColumn[] {
  return plan.slots.flatMap((slot) =>
    plan.measures.map((measure) => ({ name: nameOf(slot, measure), slot, measure })),
  );
}

/** A slot with what was loaded for it. */
export interface LoadedSlot {
  slot: JoinSlot;
  column: Column;
  /** What its change is counted from; null where there is none or no change is asked for. */
  base: LoadedBase | null;
}

/** Makes the flat columns of a plan. @param loaded its slots, in their order */
export function joinColumns(plan: JoinPlan, loaded: readonly LoadedSlot[]): JoinedColumn[] {
  const bySlot = new Map(loaded.map((one) => [one.slot, one]));
  return planColumns(plan).map((planned) => joinOne(plan, loaded, planned, bySlot.get(planned.slot)!));
}

function joinOne(
  plan: JoinPlan,
  loaded: readonly LoadedSlot[],
  planned: PlannedColumn,
  { slot, column, base }: LoadedSlot,
): JoinedColumn {
  const { measure } = planned;
  const common = { ...planned, column };
  switch (measure) {
    case 'status':
      return { ...common, kind: 'text', measure, codes: column.status, texts: STATUSES };
    case 'reason':
      return {
        ...common,
        kind: 'text',
        measure,
        ...derive(column, measure, () => encodeTexts(column.reasons)),
      };
    case 'change':
      return { ...common, kind: 'number', measure, values: changeSince(column, base) };
    case 'class': {
      const { classification, periods } = plan.classes!;
      const pool = poolOf(slot, periods === 'all' ? loaded : loaded.filter((one) => one.slot === slot));
      const classes = classifyColumn(column, pool, classification);
      return { ...common, kind: 'number', measure, values: classes.values, classes };
    }
    default:
      return { ...common, kind: 'number', measure, values: NUMBERS[measure](column) };
  }
}

function nameOf(slot: JoinSlot, measure: Measure): string {
  return measure === 'value' ? slot.name : `${slot.name}_${measure}`;
}

/** All of the slots that are of the same indicator. The name has the indicator, since columns without values are shared. */
function poolOf({ indicator }: JoinSlot, loaded: readonly LoadedSlot[]): ClassPool {
  const own = loaded.filter(({ slot }) => slot.indicator === indicator);
  const entries = own.flatMap(({ slot }) => (typeof slot.entry === 'string' ? [] : [slot.entry]));
  return {
    name: `${indicator.id}/${entries.map(({ period, release }) => `${period}@${release}`).join()}`,
    columns: own.map(({ column }) => column),
    periods: entries.map(({ period }) => period),
  };
}

const NUMBERS: Record<Exclude<NumberMeasure, 'class' | 'change'>, (column: Column) => Float64Array> = {
  value: (column) => column.values,
  z: (column) => derive(column, 'z', () => standardise(column.values)),
  rank: (column) => derive(column, 'rank', () => zeroToNone(rankValues(column.values))),
  percentile: (column) => derive(column, 'percentile', () => rankPercentiles(column.values)),
  numerator: (column) => column.numerators,
  denominator: (column) => column.denominators,
  release: (column) => derive(column, 'release', () => zeroToNone(column.releases)),
};

/** Where 0 says that there is nothing. */
function zeroToNone(numbers: ArrayLike<number>): Float64Array {
  return Float64Array.from(numbers, (number) => (number === 0 ? Number.NaN : number));
}

function encodeTexts(cells: readonly (string | null)[]): Pick<TextColumn, 'codes' | 'texts'> {
  const codeOf = new Map<string | null, number>();
  const codes = Uint32Array.from(cells, (cell) => {
    const known = codeOf.get(cell);
    if (known !== undefined) return known;
    codeOf.set(cell, codeOf.size);
    return codeOf.size - 1;
  });
  return { codes, texts: [...codeOf.keys()] };
}
