import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import t from 'tap';
import { type ContentEncoding, chooseEncoding, compress } from '../../src/http/content-encoding.ts';

for (const [header, want] of Object.entries<ContentEncoding>({
  '': 'identity',
  gzip: 'gzip',
  'gzip, deflate, br, zstd': 'br',
  'gzip, zstd': 'zstd',
  'GZIP;q=0.5': 'gzip',
  'br;q=0.2, gzip;q=0.9': 'gzip',
  'br;q=0, *': 'zstd',
  'gzip;q=0': 'identity',
  '*;q=0': 'identity',
  'deflate, x-gzip': 'identity',
  'identity;q=1, gzip;q=0.5': 'identity',
  'gzip;q=wrong': 'identity',
  'identity;q=0': 'identity',
  'identity;q=0, br;q=0': 'identity',
  'identity;q=0, gzip;q=0.1': 'gzip',
  'identity;q=0, *': 'br',
})) {
  t.test(`Accept-Encoding: ${header || '(empty)'} gives ${want}`, async (t) => {
    t.equal(chooseEncoding(header), want);
    t.equal(chooseEncoding(header), want, 'also the second time');
  });
}

t.test('without the header nothing is compressed', async (t) => {
  t.equal(chooseEncoding(undefined), 'identity');
});

t.test('each coding can be undone', async (t) => {
  const body = Buffer.from('Quartier '.repeat(1000));
  const undo = { br: brotliDecompressSync, gzip: gunzipSync, zstd: zstdDecompressSync };
  for (const encoding of ['br', 'gzip', 'zstd'] as const) {
    const packed = await compress(body, encoding);
    t.ok(packed.length < body.length);
    t.ok(undo[encoding](packed).equals(body));
  }
});
