/**
 * Evaluates a checked filter on rows in memory. It becomes a closure per node once; a row costs one call of each.
 * Logic is three-valued: a comparison with null is unknown (null), and a row passes only where the filter is true.
 */
import type { PropertyTypes } from './check.ts';
import {
  type ArrayOperator,
  type Bound,
  type Call,
  contains,
  type Expression,
  isArrayOperator,
  isSpatial,
  isTemporal,
  type TemporalOperator,
} from './expression.ts';
import { foldCase, stripAccents } from './fold-text.ts';
import { dayEnd, dayStart, EARLIEST, LATEST, sortableTimestamp } from './instants.ts';
import { likeTest } from './like.ts';
import { type End, type EndCondition, RELATIONS } from './temporal.ts';

/**
 * A value of a row; null is unknown. Dates are `2021-12-31`, timestamps have six decimals
 * (`2021-12-31T23:59:59.000000Z`), so that they sort as texts.
 */
export type Value = string | number | boolean | null | readonly Value[];

/** The value of a node for row i. */
export type Accessor = (i: number) => Value;

/** Truth for row i. */
export type Condition = (i: number) => boolean | null;

/** Where rows come from. */
export interface Rows {
  types: PropertyTypes;
  /** The values of a property; of a geometry only whether it is null counts. */
  property(name: string): Accessor;
  /** The truth of a spatial predicate, which only the database can tell. */
  spatial(predicate: Call): Condition;
}

/** Makes the condition of a checked filter. */
export function compileCondition(node: Expression, rows: Rows): Condition {
  return compile(node, rows) as Condition;
}

function compile(node: Expression, rows: Rows): Accessor {
  switch (node.kind) {
    case 'literal':
      return constant(node.value);
    case 'instant':
      return constant(node.type === 'date' ? node.value : sortableTimestamp(node.value));
    case 'property':
      return rows.property(node.name);
    case 'array': {
      const items = node.items.map((item) => compile(item, rows));
      return (i) => items.map((item) => item(i));
    }
    case 'geometry':
    case 'bbox':
      return constant(true);
    case 'interval':
      return constant(true);
    case 'call': {
      const accessor = compileCall(node, rows);
      return isConstant(node) ? constant(accessor(0)) : accessor;
    }
    case 'function':
      throw new Error(`Function ${node.name} passed the check.`);
  }
}

function constant(value: Value): Accessor {
  return () => value;
}

/** True for what is the same for every row. */
function isConstant(node: Expression): boolean {
  return !contains(node, (part) => part.kind === 'property' || (part.kind === 'call' && isSpatial(part.op)));
}

function compileCall(node: Call, rows: Rows): Accessor {
  const { op } = node;
  if (isSpatial(op)) return rows.spatial(node);
  if (isTemporal(op)) return compileTemporal(op, node.args, rows);
  const args = node.args.map((arg) => compile(arg, rows));
  if (isArrayOperator(op)) return binary(args, (a, b) => compareArrays(op, a as Value[], b as Value[]));
  const instants = isInstant(node.args[0]!, rows.types);
  const compare = instants ? compareInstants : compareValues;
  const compared = (a: Accessor, b: Accessor, test: (order: number) => boolean): Condition =>
    binary([a, b], (left, right) => test(compare(left, right))) as Condition;
  const [a, b] = args as [Accessor, Accessor];
  switch (op) {
    case 'and':
      return allOf(args as Condition[]);
    case 'or':
      return anyOf(args as Condition[]);
    case 'not':
      return negate(args[0] as Condition);
    case 'isNull':
      return (i) => a(i) === null;
    case '=':
      return compared(a, b, (order) => order === 0);
    case '<>':
      return compared(a, b, (order) => order !== 0);
    case '<':
      return compared(a, b, (order) => order < 0);
    case '>':
      return compared(a, b, (order) => order > 0);
    case '<=':
      return compared(a, b, (order) => order <= 0);
    case '>=':
      return compared(a, b, (order) => order >= 0);
    case 'between':
      return allOf([compared(a, b, (order) => order >= 0), compared(a, args[2]!, (order) => order <= 0)]);
    case 'in': {
      const { items } = node.args[1] as { items: Expression[] };
      const values = items.map((item) => compile(item, rows));
      if (!instants && items.every(isConstant)) return isOneOf(a, new Set(values.map((value) => value(0))));
      return anyOf(values.map((value) => compared(a, value, (order) => order === 0)));
    }
    case 'like': {
      // The check lets literals through only: the same for every row.
      const test = likeTest(b(0) as string);
      return unary(args, (text) => test(text as string));
    }
    case 'casei':
      return unary(args, (text) => foldCase(text as string));
    case 'accenti':
      return unary(args, (text) => stripAccents(text as string));
    default: {
      const calculate = ARITHMETIC[op];
      return binary(args, (a, b) => {
        const result = calculate(a as number, b as number);
        // No number: unknown, as any value that is not there.
        return Number.isFinite(result) ? result : null;
      });
    }
  }
}

const ARITHMETIC = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  div: (a: number, b: number) => Math.trunc(a / b),
  '^': (a: number, b: number) => a ** b,
} as const;

function unary(args: readonly Accessor[], apply: (a: Value) => Value): Accessor {
  const a = args[0]!;
  return (i) => {
    const value = a(i);
    return value === null ? null : apply(value);
  };
}

function binary(args: readonly Accessor[], apply: (a: Value, b: Value) => Value): Accessor {
  const [a, b] = args as [Accessor, Accessor];
  return (i) => {
    const left = a(i);
    const right = b(i);
    return left === null || right === null ? null : apply(left, right);
  };
}

/** False beats unknown, unknown beats true. */
function allOf(conditions: readonly Condition[]): Condition {
  return (i) => {
    let result: boolean | null = true;
    for (const condition of conditions) {
      const value = condition(i);
      if (value === false) return false;
      if (value === null) result = null;
    }
    return result;
  };
}

/** True beats unknown, unknown beats false. */
function anyOf(conditions: readonly Condition[]): Condition {
  return (i) => {
    let result: boolean | null = false;
    for (const condition of conditions) {
      const value = condition(i);
      if (value === true) return true;
      if (value === null) result = null;
    }
    return result;
  };
}

function negate(condition: Condition): Condition {
  return (i) => {
    const value = condition(i);
    return value === null ? null : !value;
  };
}

/** A long list of literals costs a row one look. */
function isOneOf(value: Accessor, values: ReadonlySet<Value>): Condition {
  const otherwise = values.has(null) ? null : false;
  return (i) => {
    const own = value(i);
    if (own === null) return null;
    return values.has(own) ? true : otherwise;
  };
}

/** A comparison has instants on both sides or on none: the check saw to that. */
function isInstant(node: Expression, types: PropertyTypes): boolean {
  if (node.kind === 'instant') return true;
  const type = node.kind === 'property' ? types.get(node.name) : undefined;
  return type === 'date' || type === 'timestamp';
}

/** Negative, zero or positive: texts by code point, false before true. */
function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return (a as number) < (b as number) ? -1 : a === b ? 0 : 1;
}

/** A day that is compared with a timestamp is its midnight. */
function compareInstants(a: Value, b: Value): number {
  return compareEnds(a as string, dayStart, b as string, dayStart);
}

function isDay(text: string): boolean {
  return text.length === 10;
}

/** By code point, as the database sorts bytes of UTF-8; JavaScript's own order differs beyond U+FFFF. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
  if (Number.isNaN(left)) return -1;
  if (Number.isNaN(right)) return 1;
  // A surrogate belongs to a character above all that are written in one unit.
  const [high, low] = [isSurrogate(left), isSurrogate(right)];
  if (high !== low) return high ? 1 : -1;
  return left - right;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function compileTemporal(op: TemporalOperator, args: readonly Expression[], rows: Rows): Condition {
  const ends: Record<End, Accessor> = {
    start1: compileEnd(args[0]!, 'start', rows),
    end1: compileEnd(args[0]!, 'end', rows),
    start2: compileEnd(args[1]!, 'start', rows),
    end2: compileEnd(args[1]!, 'end', rows),
  };
  const holds = ([a, sign, b]: EndCondition): Condition => {
    const [widenA, widenB] = [widening(a), widening(b)];
    return binary([ends[a], ends[b]], (left, right) => {
      const order = compareEnds(left as string, widenA, right as string, widenB);
      return sign === '<' ? order < 0 : sign === '>' ? order > 0 : order === 0;
    }) as Condition;
  };
  const relation = RELATIONS[op];
  const lists = 'any' in relation ? relation.any : relation.none;
  const any = anyOf(lists.map((list) => allOf(list.map(holds))));
  return 'any' in relation ? any : negate(any);
}

function compileEnd(node: Expression, end: 'start' | 'end', rows: Rows): Accessor {
  const bound: Bound = node.kind === 'interval' ? node[end] : node;
  if (bound === '..') return constant(end === 'start' ? EARLIEST : LATEST);
  return compile(bound, rows);
}

type Widen = (date: string) => string;

function widening(end: End): Widen {
  return end.startsWith('start') ? dayStart : dayEnd;
}

function compareEnds(a: string, widenA: Widen, b: string, widenB: Widen): number {
  if (isDay(a) === isDay(b)) return compareTexts(a, b);
  return compareTexts(isDay(a) ? widenA(a) : a, isDay(b) ? widenB(b) : b);
}

/** Arrays are equal with the same items in the same order; the others ask for sets. Null equals nothing. */
function compareArrays(op: ArrayOperator, a: readonly Value[], b: readonly Value[]): boolean {
  const has = (items: readonly Value[], item: Value): boolean => item !== null && items.includes(item);
  switch (op) {
    case 'a_equals':
      return a.length === b.length && a.every((item, i) => item !== null && item === b[i]);
    case 'a_contains':
      return b.every((item) => has(a, item));
    case 'a_containedBy':
      return a.every((item) => has(b, item));
    case 'a_overlaps':
      return a.some((item) => has(b, item));
  }
}
