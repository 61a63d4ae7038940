import { crc32, inflateSync } from 'node:zlib';
import t from 'tap';
import { MISSING_STATUSES, PATTERNS } from '../../src/styles/missing.ts';
import { patternOf, spriteImage, spriteIndex } from '../../src/styles/sprite.ts';

/** Chunks of a PNG by type; fails on a wrong checksum. */
function readChunks(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  let at = 8;
  while (at < png.length) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== png.readUInt32BE(at + 8 + length)) throw new Error('wrong checksum');
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += length + 12;
  }
  return chunks;
}

for (const pixelRatio of [1, 2] as const) {
  t.test(`at ${pixelRatio}x every pattern has its place and differs from the others`, async (t) => {
    const chunks = readChunks(spriteImage(pixelRatio));
    const head = chunks.get('IHDR')!;
    const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const rows = inflateSync(chunks.get('IDAT')!);
    t.equal(rows.length, height * (width * 4 + 1));
    const seen = Object.entries(spriteIndex(pixelRatio)).map(([name, { x, y, width: w, height: h }]) => {
      t.ok(x + w <= width && y + h <= height, name);
      const opacities = Array.from({ length: w * h }, (_, i) => {
        const [px, py] = [x + (i % w), y + Math.floor(i / w)];
        return rows[py * (width * 4 + 1) + 1 + px * 4 + 3]!;
      });
      const share = opacities.reduce((sum, opacity) => sum + opacity / 255, 0) / opacities.length;
      t.ok(share > 0.1 && share < 0.4, `${name} covers ${share}`);
      return opacities.join();
    });
    t.equal(new Set(seen).size, MISSING_STATUSES.length);
  });
}

t.test('patterns go on over their edges', async (t) => {
  for (const status of MISSING_STATUSES) {
    for (let i = 0; i < 40; i++) {
      const [x, y] = [(i % 8) / 8 + 0.03, Math.floor(i / 8) / 5 + 0.03];
      t.equal(PATTERNS[status](x + 1, y), PATTERNS[status](x, y), patternOf(status));
      t.equal(PATTERNS[status](x, y + 1), PATTERNS[status](x, y), patternOf(status));
    }
  }
});
