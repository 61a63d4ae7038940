/** Turns bytes into text by the declared encoding; never guesses and never replaces what does not decode. */
import type { Findings } from './findings.ts';

/**
 * One name for all spellings of an encoding, e.g. `ISO-8859-1`, `latin1` and the `88591` of .cpg files.
 *
 * @returns lower-case name, or null for an encoding that nothing here can decode
 */
export function normaliseEncoding(name: string): string | null {
  const text = name.trim().toLowerCase();
  // ESRI's .cpg files carry bare numbers: 88591 … 885915 and code pages such as 1252 or 65001.
  const iso = /^(?:iso[-_ ]?)?8859[-_ ]?(\d{1,2})$/.exec(text)?.[1];
  const page = /^(?:ansi |cp[-_ ]?)?(125\d)$/.exec(text)?.[1];
  if (iso === '1' || text === 'latin1') return 'iso-8859-1';
  const label = iso ? `iso-8859-${iso}` : page ? `windows-${page}` : text === '65001' ? 'utf-8' : text;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/**
 * Decodes strictly. A byte-order mark is dropped.
 *
 * @param encoding name from normaliseEncoding
 * @throws TypeError where the bytes are no text of the encoding
 */
export function decodeBytes(bytes: Uint8Array, encoding: string): string {
  if (encoding !== 'iso-8859-1') return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  // TextDecoder reads ISO-8859-1 as windows-1252. In ISO-8859-1 0x80-0x9F are control characters that no
  // statistics file holds: they show that the file is windows-1252 or UTF-8.
  if (bytes.some((byte) => byte >= 0x80 && byte <= 0x9f)) throw new TypeError('control character');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Decodes a text file; on failure notes the first line that does not decode and returns null. */
export function decodeText(
  bytes: Uint8Array,
  declared: string,
  file: string,
  findings: Findings,
): string | null {
  const encoding = knownEncoding(declared, file, findings);
  if (encoding === null) return null;
  try {
    return decodeBytes(bytes, encoding);
  } catch {
    const line = findUndecodableLine(bytes, encoding);
    findings.add({
      code: 'encoding_invalid',
      got: line ? `bytes ${line.bytes}` : 'bytes that do not decode',
      expected: `text in the declared encoding ${declared}`,
      file,
      ...(line ? { line: line.number } : {}),
    });
    return null;
  }
}

/** The normalised name of a declared encoding; notes a finding and returns null when it is unknown. */
export function knownEncoding(declared: string, file: string, findings: Findings): string | null {
  const encoding = normaliseEncoding(declared);
  if (encoding === null) {
    findings.add({
      code: 'encoding_unknown',
      got: declared,
      expected: 'a known encoding such as utf-8, iso-8859-1 or windows-1252',
      file,
    });
  }
  return encoding;
}

/** First line that does not decode by itself, with its first bytes above ASCII; null if it cannot be told. */
function findUndecodableLine(bytes: Uint8Array, encoding: string): { number: number; bytes: string } | null {
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    try {
      decodeBytes(line, encoding);
    } catch {
      const from = line.findIndex((byte) => byte >= 0x80);
      const hex = [...line.subarray(from, from + 4)].map((byte) => byte.toString(16).padStart(2, '0'));
      return { number, bytes: `0x${hex.join(' 0x')}` };
    }
    start = end + 1;
  }
  return null;
}
