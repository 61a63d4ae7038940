/** The flat columns of a join: one number or text per district, in district order. */
import { rankValues, standardise } from '../stats/standardise.ts';
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

/**
 * Makes the flat columns of a plan.
 * @param columns one loaded column per slot
 */
export function joinColumns(plan: JoinPlan, columns: readonly Column[]): JoinedColumn[] {
  const bySlot = new Map(plan.slots.map((slot, s) => [slot, columns[s]!]));
  return planColumns(plan).map((planned) => joinOne(planned, bySlot.get(planned.slot)!));
}

function joinOne(planned: PlannedColumn, column: Column): JoinedColumn {
  const { measure } = planned;
  const base = { ...planned, column };
  if (measure === 'status') return { ...base, kind: 'text', measure, codes: column.status, texts: STATUSES };
  if (measure === 'reason') {
    return { ...base, kind: 'text', measure, ...derive(column, measure, () => encodeTexts(column.reasons)) };
  }
  return { ...base, kind: 'number', measure, values: NUMBERS[measure](column) };
}

function nameOf(slot: JoinSlot, measure: Measure): string {
  return measure === 'value' ? slot.name : `${slot.name}_${measure}`;
}

const NUMBERS: Record<NumberMeasure, (column: Column) => Float64Array> = {
  value: (column) => column.values,
  z: (column) => derive(column, 'z', () => standardise(column.values)),
  rank: (column) => derive(column, 'rank', () => zeroToNone(rankValues(column.values))),
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
