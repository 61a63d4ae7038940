import t from 'tap';
import { decodeText, normaliseEncoding } from '../../src/import/decode-text.ts';
import { collectFindings } from '../../src/import/findings.ts';
import { collectItems } from '../support/collect-items.ts';

t.test('spellings of encodings', async (t) => {
  for (const [given, expected] of [
    ['UTF-8', 'utf-8'],
    ['utf8', 'utf-8'],
    ['65001', 'utf-8'],
    ['ISO-8859-1', 'iso-8859-1'],
    ['latin1', 'iso-8859-1'],
    ['88591', 'iso-8859-1'],
    ['8859-1', 'iso-8859-1'],
    ['885915', 'iso-8859-15'],
    ['1252', 'windows-1252'],
    ['ANSI 1252', 'windows-1252'],
    ['cp1252', 'windows-1252'],
    ['Windows-1252', 'windows-1252'],
    ['utf-16le', 'utf-16le'],
    ['klingon-8', null],
    ['', null],
  ] as const) {
    t.equal(normaliseEncoding(given), expected, given);
  }
});

t.test('text is decoded without its byte-order mark', async (t) => {
  const findings = collectFindings();
  t.equal(decodeText(Buffer.from('\ufeffKöln'), 'utf-8', 'x', findings), 'Köln');
  t.equal(decodeText(Buffer.from('Köln', 'latin1'), 'ISO-8859-1', 'x', findings), 'Köln');
  t.equal(decodeText(Uint8Array.of(0x80), 'windows-1252', 'x', findings), '€');
  findings.finish();
});

t.test('control characters show that ISO-8859-1 is wrong', async (t) => {
  const findings = collectFindings();
  t.equal(decodeText(Buffer.from('ok\n5 \x80\n', 'latin1'), 'ISO-8859-1', 'x.csv', findings), null);
  t.match(await collectItems(() => findings.finish()), [
    { code: 'encoding_invalid', line: 2, got: 'bytes 0x80' },
  ]);
});
