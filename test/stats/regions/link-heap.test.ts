import fc from 'fast-check';
import t from 'tap';
import { openLinkHeap } from '../../../src/stats/regions/link-heap.ts';
import { drawValues } from './region-inputs.ts';

t.test('items come out in order, whenever they went in', async (t) => {
  // A number goes in, null takes one out.
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50), { nil: null, freq: 2 }), { maxLength: 80 }), (steps) => {
      const heap = openLinkHeap<number>(
        (a, b) => a < b,
        () => false,
      );
      const kept: number[] = [];
      for (const step of steps) {
        if (step === null) {
          kept.sort((a, b) => a - b);
          t.equal(heap.pop(), kept.shift());
        } else {
          heap.push(step);
          kept.push(step);
        }
      }
      for (const item of kept.sort((a, b) => a - b)) t.equal(heap.pop(), item);
      t.equal(heap.pop(), undefined);
    }),
    { seed: 3, numRuns: 100 },
  );
});

t.test('stale items never come out, also when there are many', async (t) => {
  const stale = new Set<number>();
  const heap = openLinkHeap<number>(
    (a, b) => a < b,
    (item) => stale.has(item),
  );
  const items = [...new Set(drawValues(5000, 1))];
  items.forEach((item, i) => {
    heap.push(item);
    if (i % 3 > 0) stale.add(item);
  });
  const wanted = items.filter((item) => !stale.has(item)).sort((a, b) => a - b);
  t.same(
    wanted.map(() => heap.pop()),
    wanted,
  );
  t.equal(heap.pop(), undefined);
});
