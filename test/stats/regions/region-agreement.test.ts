import t from 'tap';
import { findMoved } from '../../../src/stats/regions/region-agreement.ts';

t.test('units that another partition puts elsewhere, whatever its numbers', (t) => {
  for (const [name, labels, other, moved] of [
    ['the same', [0, 0, 1, 1, 2], [0, 0, 1, 1, 2], []],
    ['other numbers', [0, 0, 1, 1, 2], [2, 2, 0, 0, 1], []],
    ['one unit changes sides', [0, 0, 0, 1, 1], [1, 1, 0, 0, 0], [2]],
    ['a region is split: the greater part stays', [0, 0, 0, 1], [0, 0, 2, 1], [2]],
    ['regions are merged: the greater part stays', [0, 0, 0, 1, 2, 2], [0, 0, 0, 0, 1, 1], [3]],
    ['no unit', [], [], []],
  ] as const)
    t.same([...findMoved(Uint32Array.from(labels), Uint32Array.from(other))], moved, name);
  t.end();
});
