import t from 'tap';
import { overlapLength, segmentsCross, squaredDistance } from '../../../src/stats/weights/segment.ts';

type Segment = [number, number, number, number];

const OVERLAPS: [name: string, a: Segment, b: Segment, offset: number, length: number][] = [
  ['the same', [0, 0, 10, 0], [0, 0, 10, 0], 0, 10],
  ['the same, turned round', [0, 0, 10, 0], [10, 0, 0, 0], 0, 10],
  ['a part', [0, 0, 10, 0], [3, 0, 7, 0], 0, 4],
  ['an end', [0, 0, 10, 0], [6, 0, 14, 0], 0, 4],
  ['one after the other', [0, 0, 10, 0], [10, 0, 14, 0], 1, 0],
  ['apart on one line', [0, 0, 10, 0], [11, 0, 14, 0], 2, 0],
  ['side by side', [0, 0, 10, 0], [3, 0.5, 7, 0.5], 0.5, 4],
  ['side by side, too far', [0, 0, 10, 0], [3, 0.5, 7, 0.5], 0.4, 0],
  ['at a right angle', [0, 0, 10, 0], [5, 0, 5, 3], 1, 0],
  ['at an angle from an end', [0, 0, 10, 0], [0, 0, 7, 2], 1, 0],
  ['drifting within the offset', [0, 0, 10, 0], [2, 0.1, 8, -0.1], 0.2, 6],
  ['on a slant', [0, 0, 30, 40], [3, 4, 6, 8], 1e-9, 5],
  ['a point', [0, 0, 10, 0], [4, 0, 4, 0], 1, 0],
  ['two points', [4, 0, 4, 0], [4, 0, 4, 0], 1, 0],
];
for (const [name, a, b, offset, length] of OVERLAPS) {
  t.test(`overlap: ${name}`, async (t) => {
    t.ok(Math.abs(overlapLength(...a, ...b, offset) - length) < 1e-12);
    t.ok(Math.abs(overlapLength(...b, ...a, offset) - length) < 1e-12, 'either way');
  });
}

t.test('the distance of a point to a segment', async (t) => {
  t.equal(squaredDistance(5, 3, 0, 0, 10, 0), 9);
  t.equal(squaredDistance(13, 4, 0, 0, 10, 0), 25);
  t.equal(squaredDistance(-3, -4, 0, 0, 10, 0), 25);
  t.equal(squaredDistance(3, 4, 0, 0, 0, 0), 25, 'a segment without length');
});

t.test('crossing', async (t) => {
  t.ok(segmentsCross(0, 0, 10, 10, 0, 10, 10, 0));
  t.notOk(segmentsCross(0, 0, 4, 4, 0, 10, 10, 0));
  t.notOk(segmentsCross(0, 0, 5, 5, 0, 10, 10, 0), 'an end on the other is no crossing');
  t.notOk(segmentsCross(0, 0, 10, 0, 2, 0, 8, 0), 'nor is the same line');
});
