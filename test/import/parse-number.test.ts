import fc from 'fast-check';
import t from 'tap';
import { makeNumberParser } from '../../src/import/parse-number.ts';

const PLAIN = { decimalChar: '.', groupChar: '' };
const GERMAN = { decimalChar: ',', groupChar: '.' };
const SPACED = { decimalChar: ',', groupChar: ' ' };

const CASES: [string, typeof PLAIN, number | null][] = [
  ['12', PLAIN, 12],
  [' 12.50 ', PLAIN, 12.5],
  ['-0.5', PLAIN, -0.5],
  ['+3', PLAIN, 3],
  ['.5', PLAIN, 0.5],
  ['007', PLAIN, 7],
  ['1e3', PLAIN, 1000],
  ['2.5E-2', PLAIN, 0.025],
  ['-0', PLAIN, 0],
  ['', PLAIN, null],
  ['   ', PLAIN, null],
  ['.', PLAIN, null],
  ['-', PLAIN, null],
  ['+', PLAIN, null],
  ['e5', PLAIN, null],
  ['5.', PLAIN, null],
  ['1.2.3', PLAIN, null],
  ['1,5', PLAIN, null],
  ['1,000', PLAIN, null],
  ['- 5', PLAIN, null],
  ['1 000', PLAIN, null],
  ['0x10', PLAIN, null],
  ['0b1', PLAIN, null],
  ['1e400', PLAIN, null],
  ['NaN', PLAIN, null],
  ['Infinity', PLAIN, null],
  ['-inf', PLAIN, null],
  ['1_000', PLAIN, null],
  ['5 %', PLAIN, null],
  ['mittel', PLAIN, null],
  ['٣', PLAIN, null],
  ['1.234,5', GERMAN, 1234.5],
  ['1234,5', GERMAN, 1234.5],
  ['1.234.567', GERMAN, 1234567],
  ['1.23', GERMAN, null],
  ['12345.678', GERMAN, null],
  ['1..234', GERMAN, null],
  ['- 23', GERMAN, null],
  [' 1 675    ', SPACED, 1675],
  ['1\u00a0675', SPACED, 1675],
  ['1\u202f675,25', SPACED, 1675.25],
  ['-  23', SPACED, -23],
  ['- 1 675,5', SPACED, -1675.5],
  ['1 67', SPACED, null],
  ['1 675 ,5', SPACED, null],
  ['2-', SPACED, null],
];

t.test('numbers as offices write them', async (t) => {
  for (const [text, format, expected] of CASES) {
    t.equal(
      makeNumberParser(format)(text),
      expected,
      `${JSON.stringify(text)} with ${JSON.stringify(format)}`,
    );
  }
});

t.test('every finite number that JavaScript writes is read back exactly', async () => {
  const parse = makeNumberParser(PLAIN);
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => parse(String(value)) === value,
    ),
    { seed: 1 },
  );
});

t.test('a grouped number is the number without its groups', async () => {
  const parse = makeNumberParser(GERMAN);
  fc.assert(
    fc.property(fc.integer(), (value) => parse(value.toLocaleString('de-DE')) === value),
    { seed: 2 },
  );
});

t.test('no text at all gives NaN or an infinite number', async () => {
  const parsers = [PLAIN, GERMAN, SPACED].map(makeNumberParser);
  fc.assert(
    fc.property(fc.stringMatching(/^[-+0-9.,eExX NaIinfty]{0,12}$/), (text) =>
      parsers.every((parse) => {
        const value = parse(text);
        return value === null || Number.isFinite(value);
      }),
    ),
    { seed: 3 },
  );
});
