/**
 * Divides a filter between the database and memory. The database tells which rows fulfil the parts about stored
 * properties and shapes, each part a set of rows; joined measures are evaluated on columns.
 *
 *     parent = '0110' AND S_INTERSECTS(…) AND NOT (mss_s1 > 4 OR S_WITHIN(…))
 *     ╰────────────── set 0 ────────────╯          ╰─────────╯    ╰────────╯
 *                                                   in memory      set 1, of NOT S_WITHIN(…)
 */
import type { PropertyTypes } from './check.ts';
import { type Accessor, type Condition, compileCondition } from './evaluate.ts';
import {
  type Call,
  contains,
  type Expression,
  isArrayOperator,
  isSpatial,
  operandsOf,
} from './expression.ts';

/** A divided filter. */
export interface FilterPlan {
  /** Conditions for the database. */
  stored: Expression[];
  root: Part;
}

type Part =
  | { kind: 'and' | 'or'; parts: Part[] }
  | { kind: 'stored'; set: number }
  | { kind: 'memory'; node: Expression; spatial: Map<Call, number> };

/** Operators that only memory evaluates, the same on every database. */
const MEMORY_ONLY: ReadonlySet<string> = new Set(['casei', 'accenti', '+', '-', '*', '/', '%', 'div', '^']);

/**
 * Plans a checked filter.
 * @param isStored whether the database has a property
 */
export function planFilter(expression: Expression, isStored: (property: string) => boolean): FilterPlan {
  const stored: Expression[] = [];
  const toSet = (node: Expression): number => stored.push(node) - 1;
  const forDatabase = (node: Expression): boolean =>
    contains(node, (part) => part.kind === 'property' || isSpatialCall(part)) &&
    !contains(node, (part) => {
      if (part.kind === 'property') return !isStored(part.name);
      return part.kind === 'call' && (MEMORY_ONLY.has(part.op) || isArrayOperator(part.op));
    });

  const divide = (node: Expression): Part => {
    if (forDatabase(node)) return { kind: 'stored', set: toSet(node) };
    if (node.kind !== 'call' || (node.op !== 'and' && node.op !== 'or')) return inMemory(node);
    const [theirs, ours] = [node.args.filter(forDatabase), node.args.filter((arg) => !forDatabase(arg))];
    const parts = ours.map(divide);
    const together = theirs.length > 1 ? { ...node, args: theirs } : theirs[0];
    if (together) parts.unshift({ kind: 'stored', set: toSet(together) });
    return { kind: node.op, parts };
  };
  const inMemory = (node: Expression): Part => ({
    kind: 'memory',
    node,
    spatial: new Map(spatialCallsIn(node).map((call) => [call, toSet(call)])),
  });
  return { stored, root: divide(pushNegations(expression)) };
}

function isSpatialCall(node: Expression): node is Call {
  return node.kind === 'call' && isSpatial(node.op);
}

function spatialCallsIn(node: Expression): Call[] {
  return isSpatialCall(node) ? [node] : operandsOf(node).flatMap(spatialCallsIn);
}

/**
 * Brings NOT below AND and OR. Above what remains there are AND and OR only, for which unknown is as good as false: a
 * set of the rows that fulfil a part says enough of it.
 */
function pushNegations(node: Expression): Expression {
  if (node.kind !== 'call') return node;
  if (node.op === 'and' || node.op === 'or') return { ...node, args: node.args.map(pushNegations) };
  if (node.op !== 'not') return node;
  const inner = node.args[0]!;
  if (inner.kind !== 'call') return node;
  if (inner.op === 'not') return pushNegations(inner.args[0]!);
  if (inner.op !== 'and' && inner.op !== 'or') return node;
  return {
    kind: 'call',
    op: inner.op === 'and' ? 'or' : 'and',
    args: inner.args.map((arg) => pushNegations({ kind: 'call', op: 'not', args: [arg] })),
  };
}

/** What a plan is evaluated on. */
export interface PlanRows {
  types: PropertyTypes;
  property(name: string): Accessor;
  /** Whether row i is in the set of a stored condition. Every row has a geometry, so that none is unknown. */
  isIn(set: number, i: number): boolean;
}

/** Makes the test whether a row passes. */
export function planTest({ root }: FilterPlan, rows: PlanRows): (i: number) => boolean {
  const test = toTest(root, rows);
  return (i) => test(i) === true;
}

function toTest(part: Part, rows: PlanRows): Condition {
  switch (part.kind) {
    case 'stored':
      return (i) => rows.isIn(part.set, i);
    case 'memory':
      return compileCondition(part.node, {
        types: rows.types,
        property: rows.property,
        spatial: (call) => {
          const set = part.spatial.get(call)!;
          return (i) => rows.isIn(set, i);
        },
      });
    default: {
      const tests = part.parts.map((inner) => toTest(inner, rows));
      return part.kind === 'and'
        ? (i) => tests.every((test) => test(i) === true)
        : (i) => tests.some((test) => test(i) === true);
    }
  }
}
