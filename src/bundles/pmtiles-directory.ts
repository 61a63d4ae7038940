/**
 * Directories and header of a PMTiles archive.
 * Reference: PMTiles version 3.1, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 *
 *     header | root directory | metadata | leaf directories | tiles
 *     0      127              <16 KiB
 */
import { gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';

/** A run of tiles with one content, or (with `run` 0) a leaf directory. */
export interface Entry {
  /** Position of the first tile on the Hilbert curves of all zooms, one after the other. */
  id: number;
  /** Bytes from the beginning of the tiles, or of the leaf directories. */
  offset: number;
  length: number;
  /** Tiles in the run. */
  run: number;
}

/** Compressed directories. */
export interface Directories {
  root: Uint8Array;
  /** All leaf directories behind one another; empty when the root holds every entry. */
  leaves: Uint8Array;
}

/** Bytes of the header. */
export const HEADER_BYTES = 127;

/** Readers fetch the first 16 KiB and find the whole root there; "under" is the specification's word. */
const LARGEST_ROOT = 16_384 - HEADER_BYTES - 1;

/** A leaf of this size is some 10 KiB compressed: one request each. */
const LEAF_ENTRIES = 4096;

/** Splits entries into a root that fits into the first 16 KiB and as many leaves as that takes. */
export function encodeDirectories(entries: readonly Entry[]): Directories {
  const root = encodeDirectory(entries);
  if (root.length <= LARGEST_ROOT) return { root, leaves: new Uint8Array() };
  for (let size = LEAF_ENTRIES; ; size *= 2) {
    const leaves: Uint8Array[] = [];
    const pointers: Entry[] = [];
    let offset = 0;
    for (let first = 0; first < entries.length; first += size) {
      const leaf = encodeDirectory(entries.slice(first, first + size));
      pointers.push({ id: entries[first]!.id, offset, length: leaf.length, run: 0 });
      leaves.push(leaf);
      offset += leaf.length;
    }
    const top = encodeDirectory(pointers);
    if (top.length <= LARGEST_ROOT) return { root: top, leaves: Buffer.concat(leaves) };
  }
}

/** Columns of varints: ids as differences, offsets as 0 where an entry follows the one before it. */
function encodeDirectory(entries: readonly Entry[]): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarint(entries.length);
  entries.forEach(({ id }, i) => {
    pbf.writeVarint(id - (entries[i - 1]?.id ?? 0));
  });
  for (const { run } of entries) pbf.writeVarint(run);
  for (const { length } of entries) pbf.writeVarint(length);
  entries.forEach(({ offset }, i) => {
    const before = entries[i - 1];
    pbf.writeVarint(before && offset === before.offset + before.length ? 0 : offset + 1);
  });
  return gzipSync(pbf.finish(), { level: 9 });
}

/** What the header says beside where things lie. */
export interface ArchiveExtent {
  minzoom: number;
  maxzoom: number;
  /** West, south, east, north in degrees. */
  bounds: readonly [number, number, number, number];
  /** Longitude, latitude, zoom. */
  center: readonly [number, number, number];
}

/** How many tiles there are. */
export interface TileCounts {
  /** Tiles that can be asked for. */
  addressed: number;
  /** Runs of tiles. */
  entries: number;
  /** Different tiles. */
  contents: number;
}

/** Lengths of the sections in bytes. */
export interface SectionLengths {
  root: number;
  metadata: number;
  leaves: number;
  tiles: number;
}

const GZIP = 2;
const MVT = 1;

/** Encodes the header of an archive whose sections follow one another. */
export function encodeHeader(extent: ArchiveExtent, counts: TileCounts, lengths: SectionLengths): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles', 'latin1');
  header[7] = 3;
  const sections = [lengths.root, lengths.metadata, lengths.leaves, lengths.tiles];
  let offset = HEADER_BYTES;
  sections.forEach((length, i) => {
    header.writeBigUInt64LE(BigInt(offset), 8 + 16 * i);
    header.writeBigUInt64LE(BigInt(length), 16 + 16 * i);
    offset += length;
  });
  [counts.addressed, counts.entries, counts.contents].forEach((count, i) => {
    header.writeBigUInt64LE(BigInt(count), 72 + 8 * i);
  });
  // Clustered: the tiles lie in the order of their ids.
  header.set([1, GZIP, GZIP, MVT, extent.minzoom, extent.maxzoom], 96);
  extent.bounds.forEach((degrees, i) => {
    header.writeInt32LE(toE7(degrees), 102 + 4 * i);
  });
  const [lon, lat, zoom] = extent.center;
  header[118] = zoom;
  header.writeInt32LE(toE7(lon), 119);
  header.writeInt32LE(toE7(lat), 123);
  return header;
}

function toE7(degrees: number): number {
  return Math.round(degrees * 1e7);
}
