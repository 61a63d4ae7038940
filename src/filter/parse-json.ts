/** Reads CQL2 JSON. */
import type { Problem } from '../problem.ts';
import {
  arityOf,
  type Bound,
  type Expression,
  findOperator,
  type GeometryLiteral,
  MOST_CHARACTERS,
  MOST_LEVELS,
  MOST_NODES,
  type ParsedFilter,
  type Position,
} from './expression.ts';
import { type FaultCode, filterFault } from './fault.ts';
import { GEOMETRY_TYPES, geometryFault } from './geometry-literal.ts';
import { INSTANT_FORM, readInstant } from './instants.ts';
import { isName } from './tokens.ts';

/**
 * Reads a filter.
 * @throws Problem invalid_request with a JSON pointer to the fault
 */
export function parseFilterJson(source: string): ParsedFilter {
  if (source.length > MOST_CHARACTERS) {
    const expected = `at most ${MOST_CHARACTERS} characters`;
    throw filterFault('', `${source.length} characters`, expected, 'filter_too_large');
  }
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw filterFault('', `no JSON (${(error as Error).message})`, 'CQL2 JSON, or filter-lang=cql2-text');
  }
  const reader = new JsonReader();
  const expression = reader.read(value, '', 1);
  return { expression, placeOf: (node) => reader.placeOf(node) };
}

type JsonObject = Record<string, unknown>;

/** Members of each form of object; the first says which form it is. */
const FORMS = [['op', 'args'], ['property'], ['date'], ['timestamp'], ['interval'], ['bbox']] as const;

class JsonReader {
  readonly #pointers = new WeakMap<Expression, string>();
  #nodes = 0;

  placeOf(node: Expression): string {
    return this.#pointers.get(node) ?? '/';
  }

  read(value: unknown, at: string, level: number): Expression {
    if (level > MOST_LEVELS) {
      throw fault(at, `more than ${MOST_LEVELS} levels`, `at most ${MOST_LEVELS}`, 'filter_too_large');
    }
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) {
      throw fault(at, `more than ${MOST_NODES} parts`, `at most ${MOST_NODES}`, 'filter_too_large');
    }
    const node = this.#node(value, at, level);
    this.#pointers.set(node, at === '' ? '/' : at);
    return node;
  }

  #node(value: unknown, at: string, level: number): Expression {
    if (typeof value === 'string') return { kind: 'literal', value: text(value, at) };
    if (typeof value === 'boolean') return { kind: 'literal', value };
    if (typeof value === 'number') return { kind: 'literal', value: number(value, at) };
    if (Array.isArray(value)) return { kind: 'array', items: this.#list(value, at, level) };
    if (!isObject(value)) throw fault(at, show(value), 'a literal or an object');
    if (Object.hasOwn(value, 'type')) return readGeometryNode(value, at);
    const form = FORMS.find(([first]) => Object.hasOwn(value, first));
    if (!form)
      throw fault(at, show(value), 'op and args, property, date, timestamp, interval, bbox or a geometry');
    const other = Object.keys(value).find((key) => !(form as readonly string[]).includes(key));
    if (other !== undefined) throw fault(`${at}/${other}`, other, form.join(' and '));
    switch (form[0]) {
      case 'op':
        return this.#call(value, at, level);
      case 'property': {
        const name = typeof value.property === 'string' ? text(value.property, `${at}/property`) : '';
        if (name === '') throw fault(`${at}/property`, show(value.property), 'the name of a property');
        return { kind: 'property', name };
      }
      case 'interval':
        return this.#interval(value.interval, `${at}/interval`, level);
      case 'bbox':
        return readBbox(value.bbox, `${at}/bbox`);
      default: {
        const type = form[0];
        const instant = typeof value[type] === 'string' ? readInstant(value[type]) : null;
        if (instant?.type !== type) throw fault(`${at}/${type}`, show(value[type]), INSTANT_FORM);
        return instant;
      }
    }
  }

  #call({ op: name, args }: JsonObject, at: string, level: number): Expression {
    if (typeof name !== 'string')
      throw fault(`${at}/op`, show(name), 'the name of an operator or a function');
    if (!Array.isArray(args)) throw fault(`${at}/args`, show(args), 'a list of operands');
    const op = findOperator(name);
    if (op === undefined) {
      if (!isName(name)) throw fault(`${at}/op`, show(name), 'the name of an operator or a function');
      return { kind: 'function', name, args: this.#list(args, `${at}/args`, level) };
    }
    const [fewest, most] = arityOf(op);
    if (args.length < fewest || args.length > most) {
      const expected = most === Infinity ? `at least ${fewest}` : String(fewest);
      throw fault(`${at}/args`, `${args.length} operands of ${op}`, expected);
    }
    if (op === 'in' && !(Array.isArray(args[1]) && args[1].length > 0))
      throw fault(`${at}/args/1`, show(args[1]), 'a list of at least one value');
    return { kind: 'call', op, args: this.#list(args, `${at}/args`, level) };
  }

  #list(values: readonly unknown[], at: string, level: number): Expression[] {
    return values.map((value, i) => this.read(value, `${at}/${i}`, level + 1));
  }

  #interval(value: unknown, at: string, level: number): Expression {
    if (!Array.isArray(value) || value.length !== 2) throw fault(at, show(value), 'two ends');
    const [start, end] = value.map((bound, i) => this.#bound(bound, `${at}/${i}`, level)) as [Bound, Bound];
    return { kind: 'interval', start, end };
  }

  #bound(value: unknown, at: string, level: number): Bound {
    if (value === '..') return '..';
    if (typeof value !== 'string') return this.read(value, at, level + 1);
    const instant = readInstant(value);
    if (!instant) throw fault(at, show(value), `${INSTANT_FORM} or ".."`);
    this.#pointers.set(instant, at);
    return instant;
  }
}

function readBbox(value: unknown, at: string): Expression {
  const numbers = Array.isArray(value) && value.every((entry) => typeof entry === 'number');
  if (!numbers || (value.length !== 4 && value.length !== 6)) throw fault(at, show(value), '4 or 6 numbers');
  return { kind: 'bbox', bbox: value.map((entry) => number(entry, at)) };
}

function readGeometryNode(value: JsonObject, at: string): Expression {
  const geometry = readGeometry(value, at, 1);
  const wrong = geometryFault(geometry);
  if (wrong) throw fault(at, wrong.got, wrong.expected, 'invalid_geometry');
  return { kind: 'geometry', geometry };
}

/** Lists around a position. */
const NESTING = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 };

function readGeometry(value: unknown, at: string, level: number): GeometryLiteral {
  const type = isObject(value) && typeof value.type === 'string' ? value.type : '';
  if (!isObject(value) || GEOMETRY_TYPES.get(type.toUpperCase()) !== type) {
    throw fault(`${at}/type`, show(isObject(value) ? value.type : value), 'the type of a GeoJSON geometry');
  }
  const content = type === 'GeometryCollection' ? 'geometries' : 'coordinates';
  const other = Object.keys(value).find((key) => key !== 'type' && key !== content);
  if (other !== undefined) throw fault(`${at}/${other}`, other, `type and ${content}`);
  if (type !== 'GeometryCollection') {
    const coordinates = readCoordinates(
      value.coordinates,
      `${at}/coordinates`,
      NESTING[type as keyof typeof NESTING],
    );
    return { type, coordinates } as GeometryLiteral;
  }
  const parts = value.geometries;
  if (!Array.isArray(parts) || parts.length === 0 || level > MOST_LEVELS)
    throw fault(`${at}/geometries`, show(parts), 'a list of geometries');
  return { type, geometries: parts.map((part, i) => readGeometry(part, `${at}/geometries/${i}`, level + 1)) };
}

type Coordinates = Position | Coordinates[];

function readCoordinates(value: unknown, at: string, nesting: number): Coordinates {
  if (nesting === 0) {
    const numbers = Array.isArray(value) && value.every((entry) => typeof entry === 'number');
    if (!numbers || value.length < 2 || value.length > 3) throw fault(at, show(value), '[x, y] or [x, y, z]');
    return value.map((entry) => number(entry, at));
  }
  if (!Array.isArray(value) || value.length === 0)
    throw fault(at, show(value), 'a list of positions or lists');
  return value.map((entry, i) => readCoordinates(entry, `${at}/${i}`, nesting - 1)) as Coordinates;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON.parse makes 1e999 infinite; a negative zero is zero. */
function number(value: number, at: string): number {
  if (!Number.isFinite(value)) throw fault(at, String(value), 'a number up to 1.8e308');
  return value === 0 ? 0 : value;
}

/** A text that a database takes, too: no half characters, no NUL. */
function text(value: string, at: string): string {
  if (value.isWellFormed() && !value.includes('\0')) return value;
  throw fault(at, 'a character that is none', 'Unicode text without NUL');
}

function fault(at: string, got: string, expected: string, code?: FaultCode): Problem {
  return filterFault(at === '' ? '/' : at, got, expected, code);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
