/**
 * Checks a filter against what can be asked for: each name is known, each operator gets operands of its types. What
 * passes can be evaluated on every row.
 */
import type { Problem } from '../problem.ts';
import {
  type Bound,
  type Call,
  type Expression,
  isArrayOperator,
  isSpatial,
  isTemporal,
  type ParsedFilter,
  type TemporalOperator,
} from './expression.ts';
import { type FaultCode, filterFault } from './fault.ts';
import { INSTANT_FORM, readInstant } from './instants.ts';
import { endsInEscape } from './like.ts';

/** What a property holds. Arrays are of texts, numbers and truth values. */
export type PropertyType =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'geometry'
  | 'array';

/** Types of the properties that a filter may name. */
export type PropertyTypes = ReadonlyMap<string, PropertyType>;

type Type = Exclude<PropertyType, 'integer'> | 'interval';

/** Comparisons of these make sense for instants, too; the others are for intervals only. */
const FOR_INSTANTS: ReadonlySet<TemporalOperator> = new Set<TemporalOperator>([
  't_after',
  't_before',
  't_disjoint',
  't_equals',
  't_intersects',
]);

/**
 * Checks a filter.
 * @returns the filter; texts that are compared with dates or timestamps have become such
 * @throws Problem invalid_request: an unknown property or function, or an operand of the wrong type, with its place
 */
export function checkFilter(parsed: ParsedFilter, properties: PropertyTypes): Expression {
  const check = new Check(parsed, properties);
  const [expression, type] = check.visit(parsed.expression);
  if (type !== 'boolean') throw check.mismatch(parsed.expression, type, 'a condition');
  return expression;
}

type Typed = readonly [Expression, Type];

class Check {
  readonly #parsed: ParsedFilter;
  readonly #properties: PropertyTypes;

  constructor(parsed: ParsedFilter, properties: PropertyTypes) {
    this.#parsed = parsed;
    this.#properties = properties;
  }

  visit(node: Expression): Typed {
    switch (node.kind) {
      case 'literal':
        return [node, typeof node.value as 'string' | 'number' | 'boolean'];
      case 'instant':
        return [node, node.type];
      case 'geometry':
      case 'bbox':
        return [node, 'geometry'];
      case 'property':
        return [node, this.#property(node.name, node)];
      case 'interval':
        return [this.#interval(node), 'interval'];
      case 'array':
        return [{ kind: 'array', items: node.items.map((item) => this.#element(item)) }, 'array'];
      case 'function':
        throw this.#fault(
          node,
          `function ${node.name}`,
          'an operator of CQL2; there are no functions',
          'unknown_function',
        );
      case 'call':
        return this.#call(node);
    }
  }

  #property(name: string, node: Expression): Type {
    const type = this.#properties.get(name);
    if (type === undefined) {
      const names = [...this.#properties.keys()].join(', ');
      throw this.#fault(node, name, `one of ${names}`, 'unknown_property');
    }
    return type === 'integer' ? 'number' : type;
  }

  #call(node: Call): Typed {
    const { op, args } = node;
    if (isSpatial(op)) return [this.#each(node, ['geometry']), 'boolean'];
    if (isArrayOperator(op)) return [this.#each(node, ['array']), 'boolean'];
    if (isTemporal(op)) {
      const allowed = FOR_INSTANTS.has(op)
        ? (['date', 'timestamp', 'interval'] as const)
        : (['interval'] as const);
      return [this.#each(node, allowed), 'boolean'];
    }
    switch (op) {
      case 'and':
      case 'or':
      case 'not':
        return [this.#each(node, ['boolean']), 'boolean'];
      case 'isNull': {
        const [checked, type] = this.visit(args[0]!);
        if (type === 'array' && checked.kind === 'array')
          throw this.mismatch(args[0]!, type, 'something that can be null');
        return [{ ...node, args: [checked] }, 'boolean'];
      }
      case 'casei':
      case 'accenti':
        return [this.#each(node, ['string']), 'string'];
      case 'like':
        this.#requirePattern(args[1]!);
        return [this.#each(node, ['string']), 'boolean'];
      case 'in': {
        const list = args[1]!;
        const items = list.kind === 'array' ? list.items : [];
        const [first, ...rest] = this.#comparable([args[0]!, ...items]);
        return [{ ...node, args: [first!, { kind: 'array', items: rest }] }, 'boolean'];
      }
      case '=':
      case '<>':
      case '<':
      case '>':
      case '<=':
      case '>=':
      case 'between':
        return [{ ...node, args: this.#comparable(args) }, 'boolean'];
      default:
        return [this.#each(node, ['number']), 'number'];
    }
  }

  /** The node with all operands checked to be of the types allowed. */
  #each(node: Call, allowed: readonly Type[]): Call {
    const args = node.args.map((arg) => {
      const [checked, type] = this.visit(arg);
      if (!allowed.includes(type))
        throw this.mismatch(arg, type, `${allowed.map((each) => NAMES[each]).join(' or ')} for ${node.op}`);
      return checked;
    });
    return { ...node, args };
  }

  /** Operands that can be compared with each other: all texts, all numbers, all truth values or all instants. */
  #comparable(nodes: readonly Expression[]): Expression[] {
    const typed = nodes.map((node) => this.visit(node));
    const lead = typed.find(([node]) => node.kind !== 'literal') ?? typed[0]!;
    const group = groupOf(lead[1]);
    return typed.map(([checked, type], i) => {
      const node = nodes[i]!;
      if (group === null || groupOf(type) === null)
        throw this.mismatch(node, type, 'a value that can be compared');
      if (groupOf(type) === group) return checked;
      if (group !== 'temporal' || checked.kind !== 'literal' || typeof checked.value !== 'string') {
        throw this.mismatch(
          node,
          type,
          `${group === 'temporal' ? 'a date or timestamp' : NAMES[lead[1]]} to compare`,
        );
      }
      const instant = readInstant(checked.value);
      if (!instant) throw this.#fault(node, `'${checked.value}'`, INSTANT_FORM, 'type_mismatch');
      return instant;
    });
  }

  #interval(node: { start: Bound; end: Bound }): Expression {
    const bound = (end: Bound): Bound => {
      if (end === '..') return end;
      const [checked, type] = this.visit(end);
      if (type === 'date' || type === 'timestamp') return checked;
      throw this.mismatch(end, type, "a date, a timestamp or '..'");
    };
    const [start, end] = [bound(node.start), bound(node.end)];
    if (start !== '..' && end !== '..' && start.kind === 'instant' && end.kind === 'instant') {
      const length = Math.min(start.value.length, end.value.length);
      if (start.value.slice(0, length) > end.value.slice(0, length)) {
        throw this.#fault(
          node as Expression,
          `an interval from ${start.value} to ${end.value}`,
          'a start before the end',
        );
      }
    }
    return { kind: 'interval', start, end };
  }

  #element(node: Expression): Expression {
    const [checked, type] = this.visit(node);
    if (type === 'geometry' || type === 'interval' || type === 'array')
      throw this.mismatch(node, type, 'texts, numbers, truth values or instants in arrays');
    return checked;
  }

  /** A pattern is a literal, perhaps within CASEI and ACCENTI. */
  #requirePattern(node: Expression): void {
    let pattern = node;
    while (pattern.kind === 'call' && (pattern.op === 'casei' || pattern.op === 'accenti'))
      pattern = pattern.args[0]!;
    if (pattern.kind !== 'literal' || typeof pattern.value !== 'string')
      throw this.#fault(node, 'no literal', 'a text literal as pattern of LIKE', 'type_mismatch');
    if (endsInEscape(pattern.value))
      throw this.#fault(
        node,
        `'${pattern.value}'`,
        'a character after the last \\ of the pattern',
        'invalid_filter',
      );
  }

  mismatch(node: Expression, type: Type, expected: string): Problem {
    const name = node.kind === 'property' ? `${node.name}, ${NAMES[type]}` : NAMES[type];
    return this.#fault(node, name, expected, 'type_mismatch');
  }

  #fault(node: Expression, got: string, expected: string, code?: FaultCode): Problem {
    return filterFault(this.#parsed.placeOf(node), got, expected, code);
  }
}

const NAMES: Record<Type, string> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a condition',
  date: 'a date',
  timestamp: 'a timestamp',
  geometry: 'a geometry',
  array: 'an array',
  interval: 'an interval',
};

function groupOf(type: Type): 'string' | 'number' | 'boolean' | 'temporal' | null {
  if (type === 'date' || type === 'timestamp') return 'temporal';
  return type === 'string' || type === 'number' || type === 'boolean' ? type : null;
}
