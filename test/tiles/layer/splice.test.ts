import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { deflateTemplate, gzipLayers } from '../../../src/tiles/layer/gzip-layers.ts';
import { layOut } from '../../../src/tiles/layer/lay-out.ts';
import { type LayerColumn, prepareColumn } from '../../../src/tiles/layer/layer-column.ts';
import { partsOf, type SplicedLayer, spliceLayer } from '../../../src/tiles/layer/splice.ts';
import { decodeTile } from '../decode-tile.ts';
import { type RandomLayer, randomLayer, squares } from './random-layer.ts';

const SEED = 20210101;

function splice(name: string, { keys, names, cut, columns }: RandomLayer): SplicedLayer {
  const prepared = columns.map(prepareColumn);
  const template = layOut(
    name,
    cut,
    keys,
    names,
    prepared.map(({ expected }) => expected),
  );
  return spliceLayer(template, prepared);
}

function bytesOf(layer: SplicedLayer): Buffer {
  const bytes = Buffer.concat(partsOf(layer));
  t.equal(bytes.length, layer.length);
  return bytes;
}

function gzip(layers: readonly SplicedLayer[]): Buffer {
  return Buffer.concat(gzipLayers(layers.map((layer) => [layer, deflateTemplate(layer.template)])));
}

function attributes(
  { keys, names, columns }: RandomLayer,
  position: number,
): Record<string, string | number> {
  const joined = columns.flatMap((column) => {
    const value =
      column.kind === 'number' ? column.values[position]! : column.texts[column.codes[position]!]!;
    return value === null || Number.isNaN(value) ? [] : [[column.name, value]];
  });
  return Object.fromEntries([['key', keys[position]], ['name', names[position]], ...joined]);
}

t.test('decoding gives every attribute that there is, and no other', async (t) => {
  fc.assert(
    fc.property(randomLayer, (layer) => {
      const [decoded, ...others] = decodeTile(bytesOf(splice('districts', layer)));
      t.equal(others.length, 0);
      t.match(decoded, { name: 'districts', version: 2, extent: 4096 });
      const found = decoded!.features
        .map(({ id, type, properties, rings }) => ({
          id,
          type,
          properties: { ...properties },
          points: rings[0]!.length,
        }))
        .sort((a, b) => a.id! - b.id!);
      const wanted = Array.from(layer.cut.positions, (position, i) => ({
        id: layer.cut.ids[i],
        type: 3,
        properties: attributes(layer, position),
        points: 5,
      }));
      t.strictSame(found, wanted);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

t.test('the gzip member unpacks to the same bytes', async (t) => {
  fc.assert(
    fc.property(fc.array(randomLayer, { maxLength: 3 }), (layers) => {
      const spliced = layers.map((layer, l) => splice(`layer${l}`, layer));
      const tile = Buffer.concat(spliced.map(bytesOf));
      t.ok(gunzipSync(gzip(spliced)).equals(tile));
    }),
    { seed: SEED, numRuns: 100 },
  );
});

t.test('one template serves other values, other gaps and other texts', async (t) => {
  const positions = Array.from({ length: 200 }, (_, i) => i);
  const names = positions.map((i) => `Quartier ${i}`);
  const column = (gap: (i: number) => boolean): LayerColumn => ({
    kind: 'number',
    name: 'x',
    values: Float64Array.from(positions, (i) => (gap(i) ? Number.NaN : i / 7)),
  });
  const cut = squares(positions);
  const template = layOut('d', cut, names, names, [prepareColumn(column(() => false)).expected]);
  const gaps: [string, (i: number) => boolean][] = [
    ['none', () => false],
    ['the first', (i) => i === 0],
    ['the last', (i) => i === 199],
    ['one in each block', (i) => i % 32 === 5],
    ['all but one', (i) => i !== 100],
  ];
  for (const [name, gap] of gaps) {
    const values = column(gap);
    const spliced = spliceLayer(template, [prepareColumn(values)]);
    const features = decodeTile(bytesOf(spliced))[0]!.features;
    t.equal(features.length, 200, name);
    for (const { properties, id } of features) {
      const i = id! - 1000;
      t.equal(properties.x, gap(i) ? undefined : i / 7, `${name}: ${i}`);
    }
    t.ok(gunzipSync(gzip([spliced])).equals(bytesOf(spliced)), name);
  }
});

t.test(
  'layers of any size: one block of deflate or several, full blocks or not, no features, no columns',
  async (t) => {
    const gaps: [string, (i: number) => boolean][] = [
      ['none', () => false],
      ['some', (i) => i % 7 === 3],
      ['all but one', (i) => i !== 2],
      ['all', () => true],
    ];
    // 5,957 numbers of eleven bytes are stored in one block of deflate, one more needs a second.
    for (const n of [0, 1, 3, 4, 5, 8, 1000, 5957, 5958]) {
      const positions = Array.from({ length: n }, (_, i) => i);
      const names = positions.map((i) => `Quartier ${i}`);
      for (const [name, gap] of gaps) {
        for (const width of [0, 1, 3]) {
          const columns = Array.from(
            { length: width },
            (_, c): LayerColumn =>
              c === 1
                ? {
                    kind: 'text',
                    name: 'status',
                    codes: Uint8Array.from(positions, (i) => (gap(i) ? 1 + (i % 3) : 0)),
                    texts: ['ok', 'suppressed', null, 'Köln 𠮷'],
                  }
                : {
                    kind: 'number',
                    name: `c${c}`,
                    values: Float64Array.from(positions, (i) => (gap(i) ? Number.NaN : i + 0.5)),
                  },
          );
          const layer = { keys: names, names, cut: squares(positions), columns };
          const where = `${n} districts, gaps ${name}, ${width} columns`;
          const spliced = splice('d', layer);
          const bytes = bytesOf(spliced);
          if (
            !gunzipSync(gzip([spliced, splice('second', layer)]))
              .subarray(0, bytes.length)
              .equals(bytes)
          )
            t.fail(where);
          const features = n === 0 ? [] : decodeTile(bytes)[0]!.features;
          t.equal(features.length, n, where);
          const wrong = features.find(
            ({ id, properties }) =>
              JSON.stringify(Object.entries(properties).sort()) !==
              JSON.stringify(Object.entries(attributes(layer, id! - 1000)).sort()),
          );
          t.equal(wrong, undefined, where);
        }
      }
    }
  },
);

t.test('one template serves other exceptions than those that it was laid out for', async (t) => {
  const n = 301;
  const positions = Array.from({ length: n }, (_, i) => i);
  const names = positions.map(String);
  const number = (gap: (i: number) => boolean): LayerColumn => ({
    kind: 'number',
    name: 'x',
    values: Float64Array.from(positions, (i) => (gap(i) ? Number.NaN : i)),
  });
  const text = (codeOf: (i: number) => number): LayerColumn => ({
    kind: 'text',
    name: 's',
    codes: Uint8Array.from(positions, codeOf),
    texts: ['ok', 'suppressed', 'not_assessed', null],
  });
  const first = [number(() => false), text(() => 0)].map(prepareColumn);
  const template = layOut(
    'd',
    squares(positions),
    names,
    names,
    first.map(({ expected }) => expected),
  );
  const deflated = deflateTemplate(template);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: n - 1 }), { maxLength: 100 }),
      fc.uniqueArray(fc.nat({ max: n - 1 }), { maxLength: 100 }),
      (missing, others) => {
        const [gaps, codes] = [new Set(missing), new Set(others)];
        const columns = [number((i) => gaps.has(i)), text((i) => (codes.has(i) ? 1 + (i % 3) : 0))];
        const spliced = spliceLayer(template, columns.map(prepareColumn));
        const bytes = bytesOf(spliced);
        t.ok(gunzipSync(Buffer.concat(gzipLayers([[spliced, deflated]]))).equals(bytes));
        for (const { id, properties } of decodeTile(bytes)[0]!.features) {
          const i = id! - 1000;
          const code = codes.has(i) ? 1 + (i % 3) : 0;
          if (properties.x !== (gaps.has(i) ? undefined : i)) t.fail(`x of ${i}`);
          if (properties.s !== ['ok', 'suppressed', 'not_assessed', undefined][code]) t.fail(`s of ${i}`);
        }
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});
