/** Writes a PMTiles archive: whole or not at all, whatever interrupts it. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Problem } from '../problem.ts';
import {
  type ArchiveExtent,
  type Entry,
  encodeDirectories,
  encodeHeader,
  HEADER_BYTES,
  type TileCounts,
} from './pmtiles-directory.ts';
import type { PlacedTile } from './walk-tiles.ts';

/** What was written. */
export interface WrittenArchive extends TileCounts {
  /** Size of the file. */
  bytes: number;
}

/** Tiles on disk, and where each lies. */
interface Spool extends TileCounts {
  index: Entry[];
  bytes: number;
}

/**
 * Writes tiles as one archive. The tiles go to a file beside it as they come, the archive is put together from that one
 * and moved into its place at the end; both files go when anything fails. In memory are some 200 bytes for each tile.
 * The same tiles give the same bytes.
 * @param path the archive; a file that is there is replaced
 * @param metadata the JSON document of the archive
 * @param tiles in the order of their ids
 * @throws Problem invalid_request when there is no tile: the format knows no empty archive
 */
export async function writeArchive(
  path: string,
  extent: ArchiveExtent,
  metadata: object,
  tiles: AsyncIterable<PlacedTile>,
): Promise<WrittenArchive> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}`);
  const [spoolPath, partPath] = [`${beside}.tiles`, `${beside}.part`];
  try {
    const spool = await withFile(spoolPath, (file) => spoolTiles(file, tiles));
    if (spool.entries === 0) throw new Problem('invalid_request', 'There is no tile to write.');
    const { root, leaves } = encodeDirectories(spool.index);
    const document = gzipSync(JSON.stringify(metadata), { level: 9 });
    const lengths = {
      root: root.length,
      metadata: document.length,
      leaves: leaves.length,
      tiles: spool.bytes,
    };
    const head = Buffer.concat([encodeHeader(extent, spool, lengths), root, document, leaves]);
    await withFile(partPath, async (file) => {
      await file.appendFile(head);
      for await (const chunk of createReadStream(spoolPath)) await file.appendFile(chunk as Buffer);
      // A rename may reach the disk before the content does.
      await file.sync();
    });
    await rename(partPath, path);
    const { addressed, entries, contents } = spool;
    return { addressed, entries, contents, bytes: HEADER_BYTES + sum(lengths) };
  } finally {
    await Promise.all([spoolPath, partPath].map((file) => rm(file, { force: true })));
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'wx');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Writes each different tile once, compressed, and joins neighbours with the same content to runs. */
async function spoolTiles(file: FileHandle, tiles: AsyncIterable<PlacedTile>): Promise<Spool> {
  const places = new Map<string, Pick<Entry, 'offset' | 'length'>>();
  const spool: Spool = { index: [], bytes: 0, addressed: 0, entries: 0, contents: 0 };
  for await (const { id, bytes } of tiles) {
    const content = createHash('sha256').update(bytes).digest('base64');
    let place = places.get(content);
    if (!place) {
      const packed = gzipSync(bytes, { level: 9 });
      place = { offset: spool.bytes, length: packed.length };
      places.set(content, place);
      await file.appendFile(packed);
      spool.bytes += packed.length;
    }
    const last = spool.index.at(-1);
    if (last && last.offset === place.offset && last.id + last.run === id) last.run++;
    else spool.index.push({ id, ...place, run: 1 });
    spool.addressed++;
  }
  spool.entries = spool.index.length;
  spool.contents = places.size;
  return spool;
}

function sum(lengths: object): number {
  return Object.values(lengths).reduce((total: number, length: number) => total + length, 0);
}
