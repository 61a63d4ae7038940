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
