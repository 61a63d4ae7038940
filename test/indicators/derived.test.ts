import t from 'tap';
import { emptyColumn } from '../../src/indicators/column.ts';
import { DERIVED_KEPT, derive } from '../../src/indicators/derived.ts';

t.test('what is derived from a column is computed once', async (t) => {
  const column = emptyColumn(3, 'not_delivered');
  const first = derive(column, 'z', () => Float64Array.of(1, 2, 3));
  t.equal(
    derive(column, 'z', () => Float64Array.of(9, 9, 9)),
    first,
  );
  t.not(
    derive(emptyColumn(3, 'not_delivered'), 'z', () => Float64Array.of(1, 2, 3)),
    first,
    'another column has its own',
  );
});

t.test('a column keeps so many results, the ones last used', async (t) => {
  const column = emptyColumn(1, 'not_delivered');
  const computed: number[] = [];
  const ask = (i: number): object =>
    derive(column, `fixed:${i}`, () => {
      computed.push(i);
      return Float64Array.of(i);
    });
  for (let i = 0; i <= DERIVED_KEPT; i++) {
    ask(i);
    ask(0);
  }
  ask(1);
  t.strictSame(
    computed,
    [...Array(DERIVED_KEPT + 1).keys(), 1],
    '0 was used throughout, 1 was the first to go',
  );
});
