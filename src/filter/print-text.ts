/** Writes a filter as CQL2 text, with as few parentheses as the grammar allows. */
import {
  type Bound,
  type Call,
  type Expression,
  findOperator,
  type GeometryLiteral,
  isFunctionLike,
  type Operator,
  type Position,
} from './expression.ts';
import { GEOMETRY_TYPES } from './geometry-literal.ts';
import { isName } from './tokens.ts';

/** Levels of the grammar: a part of a lower level than its place asks for stands in parentheses. */
const OR = 0;
const AND = 1;
const NOT = 2;
const PREDICATE = 3;
const SUM = 4;
const PRODUCT = 5;
const POWER = 6;
const OPERAND = 7;

const LEVELS: Partial<Record<Operator, number>> = {
  or: OR,
  and: AND,
  not: NOT,
  '+': SUM,
  '-': SUM,
  '*': PRODUCT,
  '/': PRODUCT,
  '%': PRODUCT,
  div: PRODUCT,
  '^': POWER,
};

/**
 * The text of a filter, which reads back to an equal tree.
 * @throws RangeError for a character literal that ends with a backslash: the grammar has no way to write it
 */
export function toFilterText(node: Expression): string {
  return print(node, OR);
}

function print(node: Expression, level: number): string {
  const text = printNode(node);
  return levelOf(node) < level ? `(${text})` : text;
}

function levelOf(node: Expression): number {
  if (node.kind !== 'call' || isFunctionLike(node.op)) return OPERAND;
  return LEVELS[node.op] ?? PREDICATE;
}

function printNode(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return typeof node.value === 'string' ? printString(node.value) : String(node.value).toUpperCase();
    case 'instant':
      return `${node.type.toUpperCase()}('${node.value}')`;
    case 'interval':
      return `INTERVAL(${printBound(node.start)}, ${printBound(node.end)})`;
    case 'geometry':
      return printGeometry(node.geometry);
    case 'bbox':
      return `BBOX(${node.bbox.join(', ')})`;
    case 'property':
      return printName(node.name);
    case 'array':
      return printList(node.items);
    case 'function':
      return `${node.name}${printList(node.args)}`;
    case 'call':
      return printCall(node);
  }
}

function printCall({ op, args }: Call): string {
  if (isFunctionLike(op)) return `${op.toUpperCase()}${printList(args)}`;
  const at = (i: number, level: number): string => print(args[i]!, level);
  switch (op) {
    // A nested chain of the same kind keeps its parentheses: it is a node of its own.
    case 'or':
      return args.map((arg) => print(arg, AND)).join(' OR ');
    case 'and':
      return args.map((arg) => print(arg, NOT)).join(' AND ');
    case 'not':
      return `NOT ${at(0, NOT)}`;
    case 'isNull':
      return `${at(0, SUM)} IS NULL`;
    case 'between':
      return `${at(0, SUM)} BETWEEN ${at(1, SUM)} AND ${at(2, SUM)}`;
    case 'in':
      return `${at(0, SUM)} IN ${print(args[1]!, SUM)}`;
    case '+':
    case '-':
      return `${at(0, SUM)} ${op} ${at(1, PRODUCT)}`;
    case '*':
    case '/':
    case '%':
    case 'div':
      return `${at(0, PRODUCT)} ${op.toUpperCase()} ${at(1, POWER)}`;
    case '^':
      return `${at(0, OPERAND)} ^ ${at(1, POWER)}`;
    default:
      return `${at(0, SUM)} ${op.toUpperCase()} ${at(1, SUM)}`;
  }
}

function printList(items: readonly Expression[]): string {
  return `(${items.map((item) => print(item, OR)).join(', ')})`;
}

function printBound(bound: Bound): string {
  if (bound === '..') return "'..'";
  return bound.kind === 'instant' ? `'${bound.value}'` : print(bound, OPERAND);
}

/** Words that mean something else, at least before a parenthesis. */
const WORDS = new Set([
  ...['and', 'or', 'not', 'like', 'between', 'in', 'is', 'null', 'div', 'true', 'false'],
  ...['date', 'timestamp', 'interval', 'bbox', 'z'],
]);

function printName(name: string): string {
  const plain =
    isName(name) &&
    !WORDS.has(name.toLowerCase()) &&
    !GEOMETRY_TYPES.has(name.toUpperCase()) &&
    !findOperator(name);
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

function printString(text: string): string {
  if (text.endsWith('\\'))
    throw new RangeError(`CQL2 text cannot write a literal that ends with a backslash: ${text}`);
  // After a backslash, a doubled quote would read as an escaped and a closing one.
  return `'${text.replace(/(\\?)'/g, (_, backslash: string) => (backslash ? "\\\\'" : "''"))}'`;
}

function printGeometry(geometry: GeometryLiteral): string {
  const z = hasHeight(geometry) ? ' Z' : '';
  const content =
    geometry.type === 'GeometryCollection'
      ? `(${geometry.geometries.map(printGeometry).join(', ')})`
      : printCoordinates(geometry.type === 'Point' ? [geometry.coordinates] : geometry.coordinates);
  return `${geometry.type.toUpperCase()}${z} ${content}`;
}

function printCoordinates(parts: readonly Coordinates[]): string {
  return `(${parts.map((part) => (isPosition(part) ? part.join(' ') : printCoordinates(part))).join(', ')})`;
}

type Coordinates = Position | Coordinates[];

function isPosition(part: Coordinates): part is Position {
  return typeof part[0] === 'number';
}

function hasHeight(geometry: GeometryLiteral): boolean {
  if (geometry.type === 'GeometryCollection') return false;
  let part: unknown = geometry.coordinates;
  while (Array.isArray(part) && Array.isArray(part[0])) part = part[0];
  return (part as Position).length === 3;
}
