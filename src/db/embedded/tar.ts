/**
 * Reads and writes tar archives as far as PGlite's extension bundles need it: plain files, short names.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar)
 */

/** A file in an archive. */
export interface TarEntry {
  readonly name: string;
  readonly data: Uint8Array;
}

const BLOCK = 512;
const REGULAR = ['0', '\0'];

/** The regular files of an archive, in order. */
export function readTar(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let offset = 0; offset + BLOCK <= archive.length && archive[offset] !== 0; ) {
    const header = Buffer.from(archive.buffer, archive.byteOffset + offset, BLOCK);
    const readText = (start: number, length: number): string =>
      header.toString('latin1', start, start + length).split('\0')[0]!;
    const size = Number.parseInt(readText(124, 12), 8);
    const prefix = readText(257, 5) === 'ustar' ? readText(345, 155) : '';
    const name = prefix ? `${prefix}/${readText(0, 100)}` : readText(0, 100);
    const type = String.fromCharCode(header[156]!);
    const start = offset + BLOCK;
    if (REGULAR.includes(type)) entries.push({ name, data: archive.subarray(start, start + size) });
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}

/** An archive of regular files. Everything but names and contents is fixed: same files, same bytes. */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  const blocks: Uint8Array[] = [];
  for (const { name, data } of entries) {
    if (name.length > 99)
      throw new RangeError(`Got a name of ${name.length} characters, expected at most 99.`);
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, 'latin1');
    header.write('0000644\0'.concat('0000000\0', '0000000\0'), 100, 'latin1');
    header.write(`${data.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124, 'latin1');
    header.write('        0', 148, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    blocks.push(header, data, new Uint8Array((BLOCK - (data.length % BLOCK)) % BLOCK));
  }
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}
