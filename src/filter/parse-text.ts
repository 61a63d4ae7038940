/**
 * Reads CQL2 text by recursive descent, one function per level of precedence:
 *
 *     OR  <  AND  <  NOT  <  comparison, LIKE, BETWEEN, IN, IS NULL  <  + -  <  * / % DIV  <  ^  <  sign  <  operand
 */
import type { Problem } from '../problem.ts';
import {
  arityOf,
  type Bound,
  type Expression,
  findOperator,
  type GeometryLiteral,
  isFunctionLike,
  MOST_CHARACTERS,
  MOST_LEVELS,
  MOST_NODES,
  type Operator,
  type ParsedFilter,
  type Position,
} from './expression.ts';
import { type FaultCode, filterFault } from './fault.ts';
import { GEOMETRY_TYPES, geometryFault } from './geometry-literal.ts';
import { INSTANT_FORM, readInstant } from './instants.ts';
import { placeAt, readTokens, type Token } from './tokens.ts';

const COMPARISONS = new Set(['=', '<>', '<', '>', '<=', '>=']);

/** Words that cannot be names without quotes. */
const RESERVED = new Set(['and', 'or', 'not', 'like', 'between', 'in', 'is', 'null', 'div', 'true', 'false']);

/**
 * Reads a filter.
 * @throws Problem invalid_request with line and column
 */
export function parseFilterText(source: string): ParsedFilter {
  if (source.length > MOST_CHARACTERS) {
    const expected = `at most ${MOST_CHARACTERS} characters`;
    throw filterFault('', `${source.length} characters`, expected, 'filter_too_large');
  }
  return new TextParser(source).parse();
}

class TextParser {
  readonly #source: string;
  readonly #tokens: Token[];
  readonly #offsets = new WeakMap<Expression, number>();
  #at = 0;
  #level = 0;
  #nodes = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = readTokens(source);
  }

  parse(): ParsedFilter {
    const expression = this.#or();
    if (this.#next.type !== 'end') throw this.#unexpected('AND, OR or the end');
    return {
      expression,
      placeOf: (node) => placeAt(this.#source, this.#offsets.get(node) ?? 0),
    };
  }

  #or(): Expression {
    return this.#chain('or', () => this.#and());
  }

  #and(): Expression {
    return this.#chain('and', () => this.#not());
  }

  /** `a AND b AND c` is one node with three operands. */
  #chain(op: 'and' | 'or', operand: () => Expression): Expression {
    const start = this.#next;
    const args = [operand()];
    while (this.#takeWord(op)) args.push(operand());
    return args.length === 1 ? args[0]! : this.#node(start, { kind: 'call', op, args });
  }

  #not(): Expression {
    const start = this.#next;
    if (!this.#takeWord('not')) return this.#predicate();
    return this.#call(
      start,
      'not',
      this.#deeper(() => this.#not()),
    );
  }

  #predicate(): Expression {
    const start = this.#next;
    const left = this.#sum();
    if (this.#next.type === 'sign' && COMPARISONS.has(this.#next.text)) {
      const op = this.#take().text as Operator;
      return this.#call(start, op, left, this.#sum());
    }
    if (this.#takeWord('is')) {
      const negated = this.#takeWord('not');
      if (!this.#takeWord('null')) throw this.#unexpected(negated ? 'NULL' : 'NULL or NOT NULL');
      return this.#maybeNot(start, negated, this.#call(start, 'isNull', left));
    }
    const negated = this.#takeWord('not');
    if (this.#takeWord('like')) {
      return this.#maybeNot(start, negated, this.#call(start, 'like', left, this.#sum()));
    }
    if (this.#takeWord('between')) {
      const low = this.#sum();
      if (!this.#takeWord('and')) throw this.#unexpected('AND and the upper end of BETWEEN');
      return this.#maybeNot(start, negated, this.#call(start, 'between', left, low, this.#sum()));
    }
    if (this.#takeWord('in')) {
      const list = this.#next;
      const items = this.#list(() => this.#or());
      const array = this.#node(list, { kind: 'array', items });
      return this.#maybeNot(start, negated, this.#call(start, 'in', left, array));
    }
    if (negated) throw this.#unexpected('LIKE, BETWEEN or IN');
    return left;
  }

  #maybeNot(start: Token, negated: boolean, node: Expression): Expression {
    return negated ? this.#call(start, 'not', node) : node;
  }

  #sum(): Expression {
    return this.#leftToRight(['+', '-'], () => this.#product());
  }

  #product(): Expression {
    return this.#leftToRight(['*', '/', '%', 'div'], () => this.#power());
  }

  #leftToRight(operators: readonly Operator[], operand: () => Expression): Expression {
    const start = this.#next;
    let left = operand();
    for (;;) {
      const { type, text } = this.#next;
      const op = operators.find(
        (name) => (type === 'sign' || type === 'name') && text.toLowerCase() === name,
      );
      if (!op) return left;
      this.#take();
      left = this.#call(start, op, left, operand());
    }
  }

  /** The exponent binds to the right: 2 ^ 3 ^ 2 is 2 ^ 9. */
  #power(): Expression {
    const start = this.#next;
    const base = this.#signed();
    if (!this.#takeSign('^')) return base;
    return this.#call(
      start,
      '^',
      base,
      this.#deeper(() => this.#power()),
    );
  }

  /** A sign belongs to its operand, before any power: -2 ^ 2 is 4, as in the grammar. */
  #signed(): Expression {
    const start = this.#next;
    if (this.#takeSign('+')) {
      if (this.#next.type !== 'number') throw this.#unexpected('a number after +');
      return this.#node(start, { kind: 'literal', value: this.#number() });
    }
    if (!this.#takeSign('-')) return this.#operand();
    if (this.#next.type === 'number')
      return this.#node(start, { kind: 'literal', value: negative(this.#number()) });
    const minusOne = this.#node(start, { kind: 'literal', value: -1 });
    return this.#call(
      start,
      '*',
      minusOne,
      this.#deeper(() => this.#signed()),
    );
  }

  #operand(): Expression {
    const token = this.#next;
    switch (token.type) {
      case 'number':
        return this.#node(token, { kind: 'literal', value: this.#number() });
      case 'string':
        return this.#node(token, { kind: 'literal', value: this.#text(this.#take()) });
      case 'quoted':
        return this.#node(token, { kind: 'property', name: this.#text(this.#take()) });
      case 'name':
        return this.#named();
      default: {
        if (!this.#takeSign('(')) throw this.#unexpected('a property, a literal or a function');
        const inner = this.#deeper(() => this.#or());
        this.#require(')');
        return inner;
      }
    }
  }

  #named(): Expression {
    const token = this.#next;
    const name = token.text.toLowerCase();
    if (name === 'true' || name === 'false') {
      this.#take();
      return this.#node(token, { kind: 'literal', value: name === 'true' });
    }
    if (RESERVED.has(name)) throw this.#unexpected('a property, a literal or a function');
    const after = this.#tokens[this.#at + 1]!;
    const geometry = GEOMETRY_TYPES.get(name.toUpperCase());
    const isZ = after.type === 'name' && after.text.toUpperCase() === 'Z';
    const parenthesis = isZ && geometry ? this.#tokens[this.#at + 2]! : after;
    if (parenthesis.type !== 'sign' || parenthesis.text !== '(') {
      return this.#node(token, { kind: 'property', name: this.#take().text });
    }
    if (geometry) return this.#geometryNode(token);
    this.#take();
    if (name === 'bbox') return this.#bbox(token);
    if (name === 'date' || name === 'timestamp') return this.#instant(token, name);
    if (name === 'interval') return this.#interval(token);
    const op = findOperator(name);
    if (op && isFunctionLike(op)) {
      const args = this.#list(() => this.#element(op.startsWith('a_')));
      this.#requireArity(token, op, args.length);
      return this.#node(token, { kind: 'call', op, args });
    }
    const args = this.#list(() => this.#element(true), true);
    return this.#node(token, { kind: 'function', name: token.text, args });
  }

  /** An operand in a list; where arrays may stand, parentheses around a whole operand make one. */
  #element(arrays: boolean): Expression {
    if (!arrays || this.#next.text !== '(' || this.#next.type !== 'sign') return this.#or();
    const [start, at, nodes] = [this.#next, this.#at, this.#nodes];
    const items = this.#deeper(() => this.#list(() => this.#element(true), true));
    if (this.#next.type === 'sign' && /^[,)]$/.test(this.#next.text))
      return this.#node(start, { kind: 'array', items });
    // (a + 1) * 2 began like an array.
    this.#at = at;
    this.#nodes = nodes;
    return this.#or();
  }

  /** `(a, b, c)` */
  #list(item: () => Expression, mayBeEmpty = false): Expression[] {
    this.#require('(');
    if (mayBeEmpty && this.#takeSign(')')) return [];
    const items: Expression[] = [];
    do items.push(this.#deeper(item));
    while (this.#takeSign(','));
    if (!this.#takeSign(')')) throw this.#unexpected(', or )');
    return items;
  }

  #instant(start: Token, type: 'date' | 'timestamp'): Expression {
    this.#require('(');
    const token = this.#next;
    const instant = token.type === 'string' ? readInstant(this.#take().text) : null;
    if (instant?.type !== type) {
      throw this.#fault(
        token,
        show(token),
        type === 'date' ? "a date: '2021-12-31'" : "a time: '2021-12-31T23:59:59Z'",
      );
    }
    this.#require(')');
    return this.#node(start, instant);
  }

  #interval(start: Token): Expression {
    this.#require('(');
    const from = this.#bound();
    this.#require(',');
    const to = this.#bound();
    this.#require(')');
    return this.#node(start, { kind: 'interval', start: from, end: to });
  }

  #bound(): Bound {
    const token = this.#next;
    if (token.type !== 'string') return this.#deeper(() => this.#operand());
    const text = this.#take().text;
    if (text === '..') return '..';
    const instant = readInstant(text);
    if (!instant) throw this.#fault(token, show(token), `${INSTANT_FORM} or '..'`);
    return this.#node(token, instant);
  }

  #bbox(start: Token): Expression {
    this.#require('(');
    const bbox = this.#coordinates();
    while (this.#takeSign(',')) bbox.push(...this.#coordinates());
    this.#require(')');
    if (bbox.length !== 4 && bbox.length !== 6)
      throw this.#fault(start, `a BBOX of ${bbox.length} numbers`, '4 or 6 numbers');
    return this.#node(start, { kind: 'bbox', bbox });
  }

  #geometryNode(start: Token): Expression {
    const geometry = this.#geometry();
    const fault = geometryFault(geometry);
    if (fault) throw this.#fault(start, fault.got, fault.expected, 'invalid_geometry');
    return this.#node(start, { kind: 'geometry', geometry });
  }

  #geometry(): GeometryLiteral {
    const type = this.#next.type === 'name' ? GEOMETRY_TYPES.get(this.#next.text.toUpperCase()) : undefined;
    if (!type) throw this.#unexpected('a geometry');
    this.#take();
    this.#takeWord('z');
    switch (type) {
      case 'Point':
        return { type, coordinates: this.#inParentheses(() => this.#position()) };
      case 'LineString':
        return { type, coordinates: this.#positions() };
      // Points of a MultiPoint stand in parentheses of their own or not; both are met.
      case 'MultiPoint':
        return {
          type,
          coordinates: this.#sequence(() =>
            this.#next.text === '(' ? this.#inParentheses(() => this.#position()) : this.#position(),
          ),
        };
      case 'MultiLineString':
      case 'Polygon':
        return { type, coordinates: this.#sequence(() => this.#positions()) };
      case 'MultiPolygon':
        return { type, coordinates: this.#sequence(() => this.#sequence(() => this.#positions())) };
      case 'GeometryCollection':
        return { type, geometries: this.#deeper(() => this.#sequence(() => this.#geometry())) };
    }
  }

  #positions(): Position[] {
    return this.#sequence(() => this.#position());
  }

  #sequence<T>(part: () => T): T[] {
    return this.#inParentheses(() => {
      const parts = [part()];
      while (this.#takeSign(',')) parts.push(part());
      return parts;
    });
  }

  #inParentheses<T>(content: () => T): T {
    this.#require('(');
    const value = content();
    if (!this.#takeSign(')')) throw this.#unexpected(', or )');
    return value;
  }

  #position(): Position {
    const token = this.#next;
    const numbers = this.#coordinates();
    if (numbers.length === 2 || numbers.length === 3) return numbers;
    throw this.#fault(token, `a position of ${numbers.length} numbers`, 'x y or x y z');
  }

  /** One or more numbers with signs, up to something else. */
  #coordinates(): number[] {
    const numbers: number[] = [];
    for (;;) {
      const sign = this.#next.type === 'sign' ? this.#next.text : '';
      if (sign === '-' || sign === '+') this.#take();
      if (this.#next.type !== 'number') {
        if (sign === '-' || sign === '+' || numbers.length === 0) throw this.#unexpected('a number');
        return numbers;
      }
      const number = this.#number();
      numbers.push(sign === '-' ? negative(number) : number);
    }
  }

  #number(): number {
    const token = this.#take();
    const value = Number(token.text);
    if (!Number.isFinite(value)) throw this.#fault(token, token.text, 'a number up to 1.8e308');
    return value;
  }

  /** A text that a database takes, too: no half characters, no NUL. */
  #text(token: Token): string {
    if (token.text.isWellFormed() && !token.text.includes('\0')) return token.text;
    throw this.#fault(token, 'a character that is none', 'Unicode text without NUL');
  }

  #call(start: Token, op: Operator, ...args: Expression[]): Expression {
    return this.#node(start, { kind: 'call', op, args });
  }

  #node<N extends Expression>(start: Token, node: N): N {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) {
      throw this.#fault(start, `more than ${MOST_NODES} parts`, `at most ${MOST_NODES}`, 'filter_too_large');
    }
    this.#offsets.set(node, start.offset);
    return node;
  }

  #deeper<T>(work: () => T): T {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) {
      const got = `more than ${MOST_LEVELS} levels`;
      throw this.#fault(this.#next, got, `at most ${MOST_LEVELS}`, 'filter_too_large');
    }
    const value = work();
    this.#level -= 1;
    return value;
  }

  #requireArity(token: Token, op: Operator, count: number): void {
    const [fewest] = arityOf(op);
    if (count !== fewest)
      throw this.#fault(
        token,
        `${token.text} of ${count} operands`,
        `${fewest} operand${fewest > 1 ? 's' : ''}`,
      );
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const token = this.#next;
    if (token.type !== 'end') this.#at += 1;
    return token;
  }

  #takeSign(sign: string): boolean {
    const found = this.#next.type === 'sign' && this.#next.text === sign;
    if (found) this.#take();
    return found;
  }

  #takeWord(word: string): boolean {
    const found = this.#next.type === 'name' && this.#next.text.toLowerCase() === word;
    if (found) this.#take();
    return found;
  }

  #require(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#unexpected(sign);
  }

  #unexpected(expected: string): Problem {
    return this.#fault(this.#next, show(this.#next), expected);
  }

  #fault(token: Token, got: string, expected: string, code?: FaultCode): Problem {
    return filterFault(placeAt(this.#source, token.offset), got, expected, code);
  }
}

/** No negative zero: text and JSON write it differently, and it equals zero. */
function negative(value: number): number {
  return value === 0 ? 0 : -value;
}

function show(token: Token): string {
  if (token.type === 'end') return 'the end';
  return token.type === 'string' ? `'${token.text}'` : token.text;
}
