/** Made-up layers: districts as squares, columns with gaps. */
import fc from 'fast-check';
import type { LayerCut } from '../../../src/tiles/layer/lay-out.ts';
import type { LayerColumn } from '../../../src/tiles/layer/layer-column.ts';

/** What goes into a layer. */
export interface RandomLayer {
  keys: string[];
  names: string[];
  cut: LayerCut;
  columns: LayerColumn[];
}

/** `type` polygon and a square of one tile unit at the origin. */
const SQUARE = Uint8Array.of(0x18, 3, 0x22, 11, 9, 0, 0, 26, 2, 0, 0, 2, 1, 0, 15);

const number = fc.oneof(
  { weight: 8, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const TEXTS = ['ok', 'suppressed', 'not_assessed', null, 'Köln 𠮷'];

/** A layer of some of up to 90 districts. */
export const randomLayer: fc.Arbitrary<RandomLayer> = fc
  .tuple(
    fc.integer({ min: 1, max: 90 }),
    fc.array(fc.constantFrom('full', 'gaps', 'empty', 'text'), { maxLength: 5 }),
  )
  .chain(([districts, kinds]) =>
    fc.record({
      names: fc.array(fc.string({ unit: 'grapheme' }), { minLength: districts, maxLength: districts }),
      cut: fc
        .uniqueArray(fc.nat({ max: districts - 1 }), { minLength: 1, maxLength: districts })
        .map((positions) => squares(positions.sort((a, b) => a - b))),
      columns: fc.tuple(...kinds.map((kind, c) => randomColumn(kind, `c${c}`, districts))),
    }),
  )
  .map(({ names, cut, columns }) => ({ keys: names.map((_, i) => `0${i}`), names, cut, columns }));

function randomColumn(kind: string, name: string, districts: number): fc.Arbitrary<LayerColumn> {
  const length = { minLength: districts, maxLength: districts };
  if (kind === 'text') {
    const code = fc.oneof(
      { weight: 12, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.nat({ max: 4 }) },
    );
    return fc
      .array(code, length)
      .map((codes) => ({ kind: 'text', name, codes: Uint8Array.from(codes), texts: TEXTS }));
  }
  const value = { full: fc.double({ noNaN: true }), gaps: number, empty: fc.constant(Number.NaN) }[kind]!;
  return fc
    .array(value, length)
    .map((values) => ({ kind: 'number', name, values: Float64Array.from(values) }));
}

/** A cut with a square for each district. */
export function squares(positions: readonly number[]): LayerCut {
  const n = positions.length;
  const bytes = new Uint8Array(n * SQUARE.length);
  for (let i = 0; i < n; i++) bytes.set(SQUARE, i * SQUARE.length);
  return {
    positions: Uint32Array.from(positions),
    ids: Uint32Array.from(positions, (position) => 1000 + position),
    offsets: Uint32Array.from({ length: n + 1 }, (_, i) => i * SQUARE.length),
    bytes,
  };
}
