import fc from 'fast-check';
import t from 'tap';
import { foldCase, stripAccents } from '../../src/filter/fold-text.ts';
import { readInstant, sortableTimestamp } from '../../src/filter/instants.ts';
import { endsInEscape, likeTest } from '../../src/filter/like.ts';

t.test('case folds', async (t) => {
  for (const [a, b] of [
    ['Straße', 'STRASSE'],
    ['Οδος', 'ΟΔΟΣ'],
    ['ΟΔΟΣ%', 'οδοσ%'],
    ['KØBENHAVN', 'københavn'],
    ['a\u0308', 'Ä'],
    ['ﬁ', 'FI'],
  ] as const) {
    t.equal(foldCase(a), foldCase(b), `${a} and ${b}`);
  }
  t.not(foldCase('Köln'), foldCase('Koln'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => foldCase(foldCase(text)) === foldCase(text)),
    { seed: 3 },
  );
});

t.test('accents go', async (t) => {
  for (const [a, b] of [
    ['København', 'Kobenhavn'],
    ['äöüéáí', 'aoueai'],
    ['Łódź', 'Lodz'],
    ['débárquér', 'debarquer'],
    ['a\u0308', 'a'],
    ['Straße', 'Strasse'],
    ['Ærø', 'AEro'],
  ] as const) {
    t.equal(stripAccents(a), b);
  }
  t.equal(stripAccents('Φίτζι'), 'Φιτζι');
  t.equal(stripAccents(foldCase('ÄÉ')), 'ae');
  t.equal(stripAccents('가'), '가', 'syllables of Hangul stay whole');
});

t.test('patterns', async (t) => {
  for (const [pattern, text, matches] of [
    ['', '', true],
    ['', 'a', false],
    ['%', '', true],
    ['_', '', false],
    ['_', '😀', true],
    ['__', '😀', false],
    ['a%', 'a', true],
    ['%a', 'ba', true],
    ['%a', 'ab', false],
    ['a%b%c', 'aXbYbZc', true],
    ['a%b%c', 'acb', false],
    ['\\%', '%', true],
    ['\\%', 'a', false],
    ['a\\_b', 'a_b', true],
    ['a\\_b', 'axb', false],
    ['\\\\', '\\', true],
    ['a', 'A', false],
    ['%\n%', 'a\nb', true],
    ['.', 'x', false],
    ['%_%_%', 'ab', true],
    ['%_%_%', 'a', false],
  ] as const) {
    t.equal(likeTest(pattern)(text), matches, `${pattern} on ${text}`);
  }
  // A pattern at which backtracking over every % would not end.
  t.notOk(likeTest(`${'%a'.repeat(2000)}b`)('a'.repeat(5000)));
  for (const [pattern, ends] of [
    ['\\', true],
    ['a\\', true],
    ['a\\\\', false],
    ['\\\\\\', true],
    ['', false],
    ['\\a', false],
  ] as const) {
    t.equal(endsInEscape(pattern), ends, pattern);
  }
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '.') });
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('%', '.*').replaceAll('_', '.');
      return likeTest(pattern)(text) === new RegExp(`^${source}$`, 's').test(text);
    }),
    { numRuns: 2000, seed: 5 },
  );
});

t.test('instants', async (t) => {
  for (const [text, value] of [
    ['2024-02-29', '2024-02-29'],
    ['2021-12-31T23:59:59Z', '2021-12-31T23:59:59Z'],
    ['2021-12-31T23:59:59.120Z', '2021-12-31T23:59:59.12Z'],
    ['2021-12-31T23:59:59.000000Z', '2021-12-31T23:59:59Z'],
    ['2023-02-29', null],
    ['2021-00-10', null],
    ['2021-1-1', null],
    ['2021-12-31T23:59:60Z', null],
    ['2021-12-31T23:60:00Z', null],
    ['2021-12-31t23:00:00z', null],
    ['0000-12-31', null],
    ['10000-01-01', null],
    ['', null],
  ] as const) {
    t.equal(readInstant(text)?.value ?? null, value, text);
  }
  t.equal(sortableTimestamp('2021-12-31T23:59:59.5Z'), '2021-12-31T23:59:59.500000Z');
  t.equal(sortableTimestamp('2021-12-31T23:59:59Z'), '2021-12-31T23:59:59.000000Z');
});
