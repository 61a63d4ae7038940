/**
 * Reads the attribute table of a shapefile (dBase III). Everything stays text, so that keys keep leading zeros
 * also in columns that are declared numeric, and bytes that do not decode are a finding, not a question mark.
 *
 * Layout: 32 bytes header (records at 4, header length at 8, record length at 10), 32 bytes per field
 * (name, type at 11, length at 16) up to 0x0D, then records of one mark (space, or * when deleted) and cells.
 */
import { decodeBytes } from './decode-text.ts';
import type { Findings } from './findings.ts';

/** Attributes by record; null for a record that is marked as deleted. */
type DbfRecord = Record<string, string> | null;

/**
 * Reads all records, or null with a finding: a broken table, repeated names of columns, or bytes that do not decode
 * with the record's number.
 */
export function readDbf(
  bytes: Uint8Array,
  encoding: string,
  file: string,
  findings: Findings,
): DbfRecord[] | null {
  const broken = (got: string): null => {
    findings.add({ code: 'dbf_invalid', got, expected: 'a complete dBase table', file });
    return null;
  };
  if (bytes.byteLength < 33) return broken(`${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(4, true);
  const headerLength = view.getUint16(8, true);
  const recordLength = view.getUint16(10, true);
  const fields: { name: string; start: number; end: number }[] = [];
  let start = 1;
  for (let at = 32; at + 32 <= headerLength && bytes[at] !== 0x0d; at += 32) {
    const name = Buffer.from(bytes.subarray(at, at + 11))
      .toString('latin1')
      .replace(/\0.*$/, '')
      .trim();
    const end = start + (bytes[at + 16] ?? 0);
    fields.push({ name, start, end });
    start = end;
  }
  if (noteRepeatedFields(fields, file, findings)) return null;
  if (start > recordLength) return broken(`fields of ${start} bytes in records of ${recordLength}`);
  if (headerLength + count * recordLength > bytes.byteLength) {
    return broken(`${bytes.byteLength} bytes for ${count} records of ${recordLength} bytes`);
  }
  const records: DbfRecord[] = [];
  let decoded = true;
  for (let index = 0; index < count; index++) {
    const offset = headerLength + index * recordLength;
    if (bytes[offset] === 0x2a) {
      records.push(null);
      continue;
    }
    const record: Record<string, string> = {};
    for (const field of fields) {
      const cell = bytes.subarray(offset + field.start, offset + field.end);
      try {
        record[field.name] = decodeBytes(cell, encoding).replace(/\0/g, '').trim();
      } catch {
        decoded = false;
        findings.add({
          code: 'encoding_invalid',
          got: `bytes 0x${Buffer.from(cell).toString('hex').slice(0, 40)}`,
          expected: `text in ${encoding}`,
          field: field.name,
          file,
          line: index + 1,
        });
      }
    }
    records.push(record);
  }
  return decoded ? records : null;
}

function noteRepeatedFields(fields: readonly { name: string }[], file: string, findings: Findings): boolean {
  const positions = new Map<string, number>();
  let repeated = false;
  for (const [index, { name }] of fields.entries()) {
    const first = positions.get(name);
    if (first === undefined) positions.set(name, index);
    // A column without a name is one that nothing can refer to.
    else if (name !== '') {
      repeated = true;
      findings.add({
        code: 'duplicate_column',
        got: `"${name}" as column ${first + 1} and ${index + 1}`,
        expected: 'each column name once (a dBase table cuts names at 10 characters)',
        field: name,
        file,
      });
    }
  }
  return repeated;
}
