import { tableFromIPC } from '@uwdata/flechette';
import t from 'tap';
import { makeDistrictTable } from '../../src/districts/district-table.ts';
import type { JoinedColumn } from '../../src/indicators/joined-column.ts';
import { encodeArrow } from '../../src/values/encode-arrow.ts';
import type { ValuesHead } from '../../src/values/values.ts';

const { NaN: none } = Number;
const N = 11;

const table = makeDistrictTable(
  Array.from({ length: N }, (_, i) => ({
    id: 100 + i,
    key: `0${i}`,
    name: i === 3 ? 'Köln-Süd 𠮷' : '',
    parent: null,
  })),
);

/** A column as far as encoding looks at it. */
function column(parts: Partial<JoinedColumn>): JoinedColumn {
  return { name: 'x', ...parts } as JoinedColumn;
}

const number = (measure: 'value' | 'rank', cells: number[]): JoinedColumn =>
  column({ kind: 'number', measure, values: Float64Array.from(cells) });

const text = (codes: number[], texts: (string | null)[]): JoinedColumn =>
  column({ kind: 'text', measure: 'reason', codes: Uint32Array.from(codes), texts });

for (const [name, given, wanted] of [
  [
    'numbers',
    number('value', [0, 1.5, -2, none, 4, 5, 6, none, 8, none, 1e300]),
    [0, 1.5, -2, null, 4, 5, 6, null, 8, null, 1e300],
  ],
  ['numbers, all there', number('value', [...Array(N).keys()]), [...Array(N).keys()]],
  ['numbers, all missing', number('value', Array(N).fill(none)), Array(N).fill(null)],
  [
    'whole numbers',
    number('rank', [1, none, 3, 4, 5, 6, 7, none, 9, 10, none]),
    [1, null, 3, 4, 5, 6, 7, null, 9, 10, null],
  ],
  [
    'texts',
    text([0, 1, 2, 0, 0, 0, 0, 1, 2, 1, 1], ['a', null, 'ß']),
    ['a', null, 'ß', 'a', 'a', 'a', 'a', null, 'ß', null, null],
  ],
  ['texts that are all missing', text(Array(N).fill(0), [null]), Array(N).fill(null)],
] as const) {
  t.test(`${name} come back from Arrow`, async (t) => {
    const head = { collection: 'klein' } as ValuesHead;
    const second = { ...given, name: 'y' };
    const read = tableFromIPC(encodeArrow({ head, table, columns: [given, second] }));
    t.strictSame([...read.getChild('x')], wanted);
    t.strictSame([...read.getChild('y')], wanted, 'columns do not share what they hold');
    t.equal(read.getChild('x').nullCount, wanted.filter((cell) => cell === null).length);
    t.strictSame([...read.getChild('id')], [...table.ids]);
    t.strictSame([...read.getChild('key')], table.keys);
    t.strictSame([...read.getChild('name')], table.names);
    t.strictSame(JSON.parse(read.schema.metadata!.get('sozialraum')!), head);
  });
}
