/**
 * The tree of a CQL2 filter (OGC 21-065r2), one for both encodings. Operators have the names of CQL2 JSON.
 *
 *     mss_s1 > 4 AND NOT parent = '0110'          and
 *                                                ╱    ╲
 *                                               >      not
 *                                              ╱ ╲       ╲
 *                                          mss_s1  4      =
 *                                                        ╱ ╲
 *                                                   parent  '0110'
 */

/** A position: x, y and perhaps a height, which no predicate looks at. */
export type Position = number[];

/** A geometry literal, as in GeoJSON but in the CRS of the filter. */
export type GeometryLiteral =
  | { type: 'Point'; coordinates: Position }
  | { type: 'MultiPoint' | 'LineString'; coordinates: Position[] }
  | { type: 'MultiLineString' | 'Polygon'; coordinates: Position[][] }
  | { type: 'MultiPolygon'; coordinates: Position[][][] }
  | { type: 'GeometryCollection'; geometries: GeometryLiteral[] };

/** A day (`2021-12-31`) or a moment in UTC (`2021-12-31T23:59:59Z`, at most six decimals, no trailing zeros). */
export interface Instant {
  kind: 'instant';
  type: 'date' | 'timestamp';
  value: string;
}

/** An end of an interval; `..` is open. */
export type Bound = Expression | '..';

/** A call of one of the language's operators. */
export interface Call {
  kind: 'call';
  op: Operator;
  args: Expression[];
}

/** Any node of a filter. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean }
  | Instant
  | { kind: 'interval'; start: Bound; end: Bound }
  | { kind: 'geometry'; geometry: GeometryLiteral }
  | { kind: 'bbox'; bbox: number[] }
  | { kind: 'property'; name: string }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'function'; name: string; args: Expression[] }
  | Call;

/** A filter as read, with the places of its nodes for error messages. */
export interface ParsedFilter {
  expression: Expression;
  /** Where a node stands, for people: `line 1, column 8` or `/args/0`. */
  placeOf(node: Expression): string;
}

/** Operands of each operator; two numbers where there may be more. */
const ARITY = {
  and: [2, Infinity],
  or: [2, Infinity],
  not: [1, 1],
  '=': [2, 2],
  '<>': [2, 2],
  '<': [2, 2],
  '>': [2, 2],
  '<=': [2, 2],
  '>=': [2, 2],
  like: [2, 2],
  between: [3, 3],
  in: [2, 2],
  isNull: [1, 1],
  casei: [1, 1],
  accenti: [1, 1],
  '+': [2, 2],
  '-': [2, 2],
  '*': [2, 2],
  '/': [2, 2],
  '%': [2, 2],
  div: [2, 2],
  '^': [2, 2],
  s_intersects: [2, 2],
  s_equals: [2, 2],
  s_disjoint: [2, 2],
  s_touches: [2, 2],
  s_within: [2, 2],
  s_overlaps: [2, 2],
  s_crosses: [2, 2],
  s_contains: [2, 2],
  t_after: [2, 2],
  t_before: [2, 2],
  t_contains: [2, 2],
  t_disjoint: [2, 2],
  t_during: [2, 2],
  t_equals: [2, 2],
  t_finishedBy: [2, 2],
  t_finishes: [2, 2],
  t_intersects: [2, 2],
  t_meets: [2, 2],
  t_metBy: [2, 2],
  t_overlappedBy: [2, 2],
  t_overlaps: [2, 2],
  t_startedBy: [2, 2],
  t_starts: [2, 2],
  a_equals: [2, 2],
  a_contains: [2, 2],
  a_containedBy: [2, 2],
  a_overlaps: [2, 2],
} as const satisfies Record<string, readonly [number, number]>;

/** Name of an operator, as CQL2 JSON writes it. */
export type Operator = keyof typeof ARITY;

/** Spatial, temporal and array predicates. */
export type SpatialOperator = Extract<Operator, `s_${string}`>;
export type TemporalOperator = Extract<Operator, `t_${string}`>;
export type ArrayOperator = Extract<Operator, `a_${string}`>;

const BY_LOWER_CASE = new Map(Object.keys(ARITY).map((op) => [op.toLowerCase(), op as Operator]));

/** The operator of a name in any case; undefined for a function that is not the language's own. */
export function findOperator(name: string): Operator | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

/** Fewest and most operands of an operator. */
export function arityOf(op: Operator): readonly [number, number] {
  return ARITY[op];
}

/** True for the operators that text writes like functions: `CASEI(…)`, `S_…`, `T_…`, `A_…`. */
export function isFunctionLike(op: Operator): boolean {
  return op === 'casei' || op === 'accenti' || /^[sta]_/.test(op);
}

/** True for the comparisons of geometries. */
export function isSpatial(op: Operator): op is SpatialOperator {
  return op.startsWith('s_');
}

/** True for the comparisons of instants and intervals. */
export function isTemporal(op: Operator): op is TemporalOperator {
  return op.startsWith('t_');
}

/** True for the comparisons of arrays. */
export function isArrayOperator(op: Operator): op is ArrayOperator {
  return op.startsWith('a_');
}

/** The direct operands of a node, in their order; the ends of an interval count. */
export function operandsOf(node: Expression): Expression[] {
  if (node.kind === 'call' || node.kind === 'function') return node.args;
  if (node.kind === 'array') return node.items;
  if (node.kind === 'interval') return [node.start, node.end].filter((bound) => bound !== '..');
  return [];
}

/** True if the node or one below it passes the test. */
export function contains(node: Expression, test: (node: Expression) => boolean): boolean {
  return test(node) || operandsOf(node).some((operand) => contains(operand, test));
}

/** All geometry literals of a filter but boxes. */
export function geometriesIn(node: Expression): GeometryLiteral[] {
  return node.kind === 'geometry' ? [node.geometry] : operandsOf(node).flatMap(geometriesIn);
}

/** Characters of a filter. URLs end at 16 KiB anyway; a drawn polygon of 400 vertices fits. */
export const MOST_CHARACTERS = 10_000;

/** Nesting: a person's filter has some five levels; recursion over the tree must end far before the stack does. */
export const MOST_LEVELS = 50;

/** Nodes: each costs a step per district. */
export const MOST_NODES = 1_000;
