/** Reads numbers as statistical offices write them; whatever is not wholly a number is none. */

/** How a column writes its numbers; names as in the Frictionless table schema. */
interface NumberFormat {
  /** One character between integer and fraction. */
  decimalChar: string;
  /** Character between groups of three digits, or '' for none; any space stands for all kinds of spaces. */
  groupChar: string;
}

const SPACES = /[ \u00a0\u2007\u2009\u202f]/;

/**
 * Makes a parser for one column.
 *
 * Accepts an optional sign, digits (in groups of three where groupChar is declared), a fraction and a decimal
 * exponent, with spaces around. A minus apart from its digits (`-  23`) is accepted only where groupChar
 * is a space, since only then a space is part of a number.
 *
 * @returns function from text to a finite number, or null for anything else ('' , `0x10`, `1e400`, `NaN`, `5 %`)
 */
export function makeNumberParser(format: NumberFormat): (text: string) => number | null {
  const spaced = SPACES.test(format.groupChar);
  const group = spaced ? SPACES.source : escapeChar(format.groupChar);
  const decimal = escapeChar(format.decimalChar);
  const gap = spaced ? `(?:${group})*` : '';
  const digits = group === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const pattern = new RegExp(`^([+-]?)${gap}(${digits})?(?:${decimal}(\\d+))?(?:[eE]([+-]?\\d+))?$`);
  const groups = group === '' ? null : new RegExp(group, 'g');
  return (text) => {
    const parts = pattern.exec(text.trim());
    if (!parts) return null;
    const [, sign = '', integer = '', fraction = '', exponent = '0'] = parts;
    if (integer === '' && fraction === '') return null;
    const whole = groups ? integer.replace(groups, '') : integer;
    const value = Number(`${sign}${whole || '0'}.${fraction || '0'}e${exponent}`);
    // + 0 turns the minus zero of `-0` into a plain zero.
    return Number.isFinite(value) ? value + 0 : null;
  };
}

function escapeChar(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
