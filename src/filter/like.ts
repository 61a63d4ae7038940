/** LIKE: `%` stands for any characters, `_` for one, `\` makes the next one literal. */

/** Any characters, or one. */
const MANY = Symbol('%');
const ONE = Symbol('_');

/** True for a pattern whose last character is a backslash that escapes nothing. */
export function endsInEscape(pattern: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(pattern);
}

/**
 * Makes the test of a pattern. A mismatch goes back to the last `%` only, so that the time is at most the product of
 * both lengths, whatever the pattern.
 */
export function likeTest(pattern: string): (text: string) => boolean {
  const parts = readPattern(pattern);
  return (text) => {
    const characters = Array.from(text);
    let [c, p] = [0, 0];
    let [retryC, retryP] = [0, -1];
    while (c < characters.length) {
      const part = parts[p];
      if (part === MANY) {
        p += 1;
        retryP = p;
        retryC = c;
      } else if (part === ONE || part === characters[c]) {
        p += 1;
        c += 1;
      } else if (retryP >= 0) {
        retryC += 1;
        c = retryC;
        p = retryP;
      } else return false;
    }
    return parts.slice(p).every((part) => part === MANY);
  };
}

function readPattern(pattern: string): (string | symbol)[] {
  const parts: (string | symbol)[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (escaped) {
      parts.push(character);
      escaped = false;
    } else if (character === '\\') escaped = true;
    else if (character === '%') parts.push(MANY);
    else parts.push(character === '_' ? ONE : character);
  }
  return parts;
}
