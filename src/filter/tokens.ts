/** Words of CQL2 text: names, numbers, character literals and signs, with their places. */
import { filterFault } from './fault.ts';

/** A word. */
export interface Token {
  type: 'name' | 'quoted' | 'number' | 'string' | 'sign' | 'end';
  /** A name or sign as written; the content of what stands in quotes. */
  text: string;
  offset: number;
}

// Names as in the standard's grammar, which took them from XML; a dot and a digit only inside.
const START =
  ':_A-Za-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFE}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NAME = `[${START}][${START}.0-9\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`;
const WORD = new RegExp(
  [
    '(?<space>[\\s\\u{85}]+)',
    `(?<name>${NAME})`,
    '(?<number>(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?)',
    // A quote inside is written twice or after a backslash; any other backslash is itself.
    "'(?<string>(?:''|\\\\'|\\\\(?!')|[^'\\\\])*)'",
    '"(?<quoted>(?:""|[^"])+)"',
    '(?<sign><>|<=|>=|[-+*/%^=<>(),])',
  ].join('|'),
  'uy',
);
const ONE_NAME = new RegExp(`^${NAME}$`, 'u');

/** True for a name that needs no quotes. */
export function isName(text: string): boolean {
  return ONE_NAME.test(text);
}

/**
 * Splits a filter into words; the last is of type `end`.
 * @throws Problem invalid_request for a character that begins no word
 */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < source.length) {
    WORD.lastIndex = offset;
    const groups = WORD.exec(source)?.groups;
    if (!groups) throw refuse(source, offset);
    const token = toToken(groups, offset);
    if (token) tokens.push(token);
    const end = WORD.lastIndex;
    if (token?.type === 'number' && startsName(source, end)) throw refuse(source, end);
    offset = end;
  }
  tokens.push({ type: 'end', text: '', offset });
  return tokens;
}

function toToken(groups: Record<string, string | undefined>, offset: number): Token | null {
  if (groups.space !== undefined) return null;
  if (groups.name !== undefined) return { type: 'name', text: groups.name, offset };
  if (groups.number !== undefined) return { type: 'number', text: groups.number, offset };
  if (groups.quoted !== undefined)
    return { type: 'quoted', text: groups.quoted.replaceAll('""', '"'), offset };
  if (groups.sign !== undefined) return { type: 'sign', text: groups.sign, offset };
  return { type: 'string', text: groups.string!.replace(/''|\\'/g, "'"), offset };
}

function startsName(source: string, offset: number): boolean {
  const next = source.codePointAt(offset);
  return next !== undefined && isName(String.fromCodePoint(next));
}

function refuse(source: string, offset: number) {
  const found = String.fromCodePoint(source.codePointAt(offset)!);
  const place = placeAt(source, offset);
  if (found === "'") return filterFault(place, 'a character literal without end', "a closing '");
  if (found === '"') return filterFault(place, 'a quoted name without end', 'a name and a closing "');
  return filterFault(place, JSON.stringify(found), 'a name, a literal or an operator');
}

/** Line and column of an offset, both from 1. */
export function placeAt(source: string, offset: number): string {
  const lines = source.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
