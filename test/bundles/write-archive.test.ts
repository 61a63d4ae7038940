import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PMTiles, type RangeResponse, type Source, tileIdToZxy } from 'pmtiles';
import t from 'tap';
import { type Entry, encodeDirectories } from '../../src/bundles/pmtiles-directory.ts';
import type { PlacedTile } from '../../src/bundles/walk-tiles.ts';
import { writeArchive } from '../../src/bundles/write-archive.ts';
import { testFolder } from '../support/database.ts';
import { startStaticHost } from '../support/static-host.ts';

t.setTimeout(120_000);

const EXTENT = {
  minzoom: 0,
  maxzoom: 14,
  bounds: [13.0884, 52.3382, 13.7611, 52.6755],
  center: [13.42475, 52.50685, 9],
} as const;
const METADATA = { name: 'Berlin', vector_layers: [{ id: 'berlin-plr', fields: { key: 'String' } }] };

async function* tilesOf(tiles: Iterable<readonly [id: number, text: string]>): AsyncGenerator<PlacedTile> {
  for (const [id, text] of tiles) yield { id, bytes: Buffer.from(text) };
}

/** A file as the reader's source. */
class FileSource implements Source {
  readonly #path: string;
  constructor(path: string) {
    this.#path = path;
  }
  getKey(): string {
    return this.#path;
  }
  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    return { data: new Uint8Array(readFileSync(this.#path).subarray(offset, offset + length)).buffer };
  }
}

async function readTile(archive: PMTiles, id: number): Promise<string | null> {
  const found = await archive.getZxy(...tileIdToZxy(id));
  return found ? Buffer.from(found.data).toString() : null;
}

t.test('the header has every field of the specification at its place', async (t) => {
  const path = join(testFolder(t), 'a.pmtiles');
  const tiles = [
    [0, 'world'],
    [1, 'sea'],
    [2, 'sea'],
    [3, 'land'],
    [4, 'sea'],
    [5, 'coast'],
  ] as const;
  const written = await writeArchive(path, EXTENT, METADATA, tilesOf(tiles));
  const file = readFileSync(path);
  const u64 = (at: number): number => Number(file.readBigUInt64LE(at));
  const degrees = (at: number): number => file.readInt32LE(at) / 1e7;
  t.equal(file.toString('latin1', 0, 7), 'PMTiles');
  t.equal(file[7], 3);
  const [root, metadata, leaves, data] = [8, 24, 40, 56].map((at) => [u64(at), u64(at + 8)] as const);
  t.equal(root![0], 127);
  t.equal(metadata![0], root![0] + root![1]);
  t.same(leaves, [metadata![0] + metadata![1], 0], 'all entries fit into the root');
  t.equal(data![0], leaves![0]);
  t.equal(data![0] + data![1], file.length);
  t.same([u64(72), u64(80), u64(88)], [6, 5, 4], 'six tiles in five runs of four contents');
  t.same(written, { addressed: 6, entries: 5, contents: 4, bytes: file.length });
  t.same([...file.subarray(96, 102)], [1, 2, 2, 1, 0, 14], 'clustered, gzip, gzip, MVT, zooms');
  t.same([102, 106, 110, 114].map(degrees), EXTENT.bounds);
  t.same([file[118], degrees(119), degrees(123)], [9, 13.42475, 52.50685]);
  t.same(JSON.parse(gunzipSync(file.subarray(metadata![0], leaves![0])).toString()), METADATA);

  const archive = new PMTiles(new FileSource(path));
  for (const [id, text] of tiles) t.equal(await readTile(archive, id), text, `tile ${id}`);
  t.equal(await readTile(archive, 6), null);
  t.match(await archive.getHeader(), { minZoom: 0, maxZoom: 14, minLon: 13.0884, clustered: true });
  t.same(await archive.getMetadata(), METADATA);
  t.equal(statSync(path).mode & 0o777, 0o666 & ~process.umask(), 'readable as any new file');
});

t.test('100,000 tiles take leaf directories, and ranges over HTTP find each of them', async (t) => {
  const folder = testFolder(t);
  const path = join(folder, 'large.pmtiles');
  const first = (4 ** 10 - 1) / 3;
  // Gaps, runs and contents that come again far away.
  const tiles = Array.from({ length: 100_000 }, (_, i) => {
    const id = first + i + 3 * Math.floor(i / 7);
    return [id, i % 10 < 3 ? 'water' : `district ${(i * 7919) % 60_000}`] as const;
  });
  const { entries, contents, addressed } = await writeArchive(path, EXTENT, METADATA, tilesOf(tiles));
  t.equal(addressed, 100_000);
  t.equal(contents, new Set(tiles.map(([, text]) => text)).size);
  t.ok(entries < 90_000, `runs are joined: ${entries}`);

  const host = await startStaticHost(t, folder);
  const archive = new PMTiles(`${host.origin}/large.pmtiles`);
  const header = await archive.getHeader();
  t.ok((header.leafDirectoryLength ?? 0) > 0);
  t.ok(127 + header.rootDirectoryLength < 16_384);
  const requests = host.ranges.length;
  t.equal(requests, 1, 'header and root come with the first request');
  for (let i = 0; i < tiles.length; i += 997) {
    const [id, text] = tiles[i]!;
    t.equal(await readTile(archive, id), text, `tile ${id}`);
  }
  t.equal(await readTile(archive, tiles.at(-1)![0]), tiles.at(-1)![1]);
  t.equal(await readTile(archive, first + 7), null, 'a gap');
  t.equal(await readTile(archive, tiles.at(-1)![0] + 1), null);
  t.ok(host.ranges.every((range) => /^bytes=\d+-\d+$/.test(range)));
});

t.test(
  'whatever tiles there are, each is read back and no other, and the bytes are always the same',
  async (t) => {
    const folder = testFolder(t);
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('a', 'b', 'c')), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(gaps, async (steps) => {
        let id = -1;
        const tiles = steps.map(([gap, text]) => {
          id += gap;
          return [id, text] as const;
        });
        const paths = [join(folder, 'one.pmtiles'), join(folder, 'two.pmtiles')] as const;
        for (const path of paths) await writeArchive(path, EXTENT, METADATA, tilesOf(tiles));
        if (!readFileSync(paths[0]).equals(readFileSync(paths[1]))) return false;
        const archive = new PMTiles(new FileSource(paths[0]));
        const expected = new Map<number, string>(tiles);
        for (let at = 0; at <= id + 1; at++) {
          if ((await readTile(archive, at)) !== (expected.get(at) ?? null)) return false;
        }
        return true;
      }),
      { numRuns: 50 },
    );
  },
);

t.test('a failure leaves nothing, and an archive that was there as it was', async (t) => {
  const folder = testFolder(t);
  const path = join(folder, 'a.pmtiles');
  async function* failing(): AsyncGenerator<PlacedTile> {
    yield { id: 0, bytes: Buffer.from('world') };
    t.equal(existsSync(path), false, 'no half file while it is written');
    throw new Error('the tiles end');
  }
  await t.rejects(writeArchive(path, EXTENT, METADATA, failing()), { message: 'the tiles end' });
  t.same(readdirSync(folder), []);
  await writeArchive(path, EXTENT, METADATA, tilesOf([[0, 'first']]));
  const before = readFileSync(path);
  await t.rejects(writeArchive(path, EXTENT, METADATA, tilesOf([])), { code: 'invalid_request' });
  t.ok(readFileSync(path).equals(before));
  await writeArchive(path, EXTENT, METADATA, tilesOf([[0, 'second']]));
  t.equal(await readTile(new PMTiles(new FileSource(path)), 0), 'second', 'a success replaces it');
  t.same(readdirSync(folder), ['a.pmtiles']);
});

/** Entries whose numbers have no pattern, which compress worst. */
function scattered(count: number): Entry[] {
  let seed = count;
  let [id, offset] = [0, 0];
  return Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    id += 1 + (seed % 1000);
    offset += seed % 50_000;
    return { id, offset, length: 1 + (seed % 50_000), run: 1 };
  });
}

t.test('the root fits into the first 16 KiB for any number of entries', async (t) => {
  const roots = new Map<number, number>();
  // From 1,500 on they come near the limit: in steps of a few bytes, so that one that is just too large would be met.
  for (const count of [1, ...Array.from({ length: 300 }, (_, i) => 1500 + 5 * i), 50_000, 1_000_000]) {
    const { root, leaves } = encodeDirectories(scattered(count));
    t.ok(root.length < 16_384 - 127, `${count}: ${root.length} bytes`);
    if (leaves.length === 0) roots.set(count, root.length);
  }
  t.ok(Math.max(...roots.values()) > 16_200, 'the limit was reached');
  t.notOk(roots.has(50_000));
});
