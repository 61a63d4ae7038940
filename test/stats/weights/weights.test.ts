import fc from 'fast-check';
import t from 'tap';
import { sumWeights } from '../../../src/stats/global/global-moran.ts';
import {
  findIslands,
  hashWeights,
  isSymmetric,
  labelComponents,
  packRows,
  type Style,
  styleWeights,
  subsetWeights,
  summariseWeights,
  symmetriseWeights,
} from '../../../src/stats/weights/weights.ts';
import {
  largestDeviation,
  linkGrid,
  listLinks,
  packLinks,
  readGolden,
  relativeDeviation,
} from '../golden.ts';

interface Columbus {
  queen: number[][];
  knn4: number[][];
  n_components_queen: number;
  knn4_symmetrised: number[][];
  listw_styles_queen: Record<
    Style,
    { weights: number[][]; constants: { S0: number; S1: number; S2: number } }
  >;
}

const columbus = readGolden<Columbus>('columbus_weights');

for (const style of ['W', 'B', 'C', 'U', 'S'] as const) {
  t.test(`style ${style} of columbus equals nb2listw`, async (t) => {
    const styled = styleWeights(packLinks(columbus.queen), style);
    const golden = columbus.listw_styles_queen[style];
    t.ok(styled.weights.every((weight, e) => relativeDeviation(weight, golden.weights.flat()[e]!) < 1e-14));
    const { s0, s1, s2 } = sumWeights(styled);
    t.ok(
      largestDeviation([s0, s1, s2], [golden.constants.S0, golden.constants.S1, golden.constants.S2]) < 1e-12,
    );
  });
}

t.test('styles of unequal weights with an island', async (t) => {
  const links = { ...packLinks([[1, 2], [0], [0], []]), weights: Float64Array.of(3, 4, 2, 5) };
  const root = [0.6, 0.8, 1, 1];
  const expected: [style: Style, weights: number[]][] = [
    ['C', [3, 4, 2, 5].map((weight) => (weight * 3) / 14)],
    ['U', [3, 4, 2, 5].map((weight) => weight / 14)],
    ['S', root.map((weight) => (weight * 3) / 3.4)],
  ];
  for (const [style, weights] of expected) {
    t.ok(largestDeviation(styleWeights(links, style).weights, weights) < 1e-15, style);
  }
  for (const style of ['W', 'B', 'C', 'U', 'S'] as const) {
    t.equal(styleWeights(packLinks([[], []]), style).weights.length, 0, 'all islands');
  }
});

t.test('style C comes back from U and from itself', async (t) => {
  const queen = packLinks(columbus.queen);
  for (const style of ['C', 'U'] as const) {
    const again = styleWeights(styleWeights(queen, style), 'C').weights;
    t.ok(largestDeviation(again, [...styleWeights(queen, 'C').weights]) < 1e-14);
  }
});

t.test('one-way links get their opposites', async (t) => {
  t.same(listLinks(symmetriseWeights(packLinks(columbus.knn4))), columbus.knn4_symmetrised);
  const links = { ...packLinks([[1, 2], [0], [], [0, 2]]), weights: Float64Array.of(1, 2, 3, 4, 5) };
  const both = symmetriseWeights(links);
  t.same(listLinks(both), [[1, 2, 3], [0], [0, 3], [0, 2]]);
  t.same(both.weights, Float64Array.of(1, 2, 4, 3, 2, 5, 4, 5));
  t.same(symmetriseWeights(both), both);
});

t.test('rows are packed in ascending order, each asked for once', async (t) => {
  const asked: number[] = [];
  const packed = packRows(3, (unit, add) => {
    asked.push(unit);
    if (unit === 1) {
      add(2, 0.5);
      add(0, 4);
    }
  });
  t.same(asked, [0, 1, 2]);
  t.same(packed, {
    n: 3,
    offsets: Uint32Array.of(0, 0, 2, 2),
    neighbours: Uint32Array.of(0, 2),
    weights: Float64Array.of(4, 0.5),
  });
});

t.test('styles leave their input and the links alone, and an island stays one', async (t) => {
  const links = { ...packLinks([[1, 2], [0], [0], []]), weights: Float64Array.of(1, 3, 2, 5) };
  t.same(styleWeights(links, 'W').weights, Float64Array.of(0.25, 0.75, 1, 1));
  t.same(styleWeights(links, 'B').weights, Float64Array.of(1, 1, 1, 1));
  t.same(links.weights, Float64Array.of(1, 3, 2, 5));
  t.same(findIslands(styleWeights(links, 'W')), Uint32Array.of(3));
});

t.test('a subset drops the units and their links', async (t) => {
  //  0 ─ 1 ─ 2 ─ 3, 1 ─ 3   without 2
  const path = {
    ...packLinks([[1], [0, 2, 3], [1, 3], [1, 2]]),
    weights: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  };
  const kept = subsetWeights(path, Uint32Array.of(0, 1, 3));
  t.same(listLinks(kept), [[1], [0, 2], [1]]);
  t.same(kept.weights, Float64Array.of(1, 2, 4, 7));
  t.same(listLinks(subsetWeights(path, Uint32Array.of(0, 2))), [[], []]);
  t.same(subsetWeights(path, Uint32Array.of(0, 1, 2, 3)), path);
});

t.test('symmetry', async (t) => {
  t.ok(isSymmetric(packLinks(columbus.queen)));
  t.ok(isSymmetric(styleWeights(packLinks(columbus.queen), 'W')), 'of links, not of weights');
  t.notOk(isSymmetric(packLinks(columbus.knn4)));
  t.ok(isSymmetric(packLinks([])));
});

t.test('components, numbered by their first unit', async (t) => {
  t.same(labelComponents(packLinks([[], [4], [3], [2], [1], []])), {
    count: 4,
    labels: Uint32Array.of(0, 1, 2, 2, 1, 3),
  });
  t.same(
    labelComponents(packLinks([[2], [2], []])),
    { count: 1, labels: Uint32Array.of(0, 0, 0) },
    'one-way links join',
  );
  t.equal(labelComponents(packLinks(columbus.queen)).count, columbus.n_components_queen);
});

t.test('components equal what a walk along links reaches', async (t) => {
  const pairs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 25 });
  fc.assert(
    fc.property(pairs, (links) => {
      const lists = Array.from({ length: 20 }, () => new Set<number>());
      for (const [i, j] of links) if (i !== j) lists[i]!.add(j) && lists[j]!.add(i);
      const { labels, count } = labelComponents(
        packLinks(lists.map((list) => [...list].sort((a, b) => a - b))),
      );
      const reached = new Int32Array(20).fill(-1);
      let parts = 0;
      for (let start = 0; start < 20; start++) {
        if (reached[start] !== -1) continue;
        const open = [start];
        while (open.length > 0) {
          const unit = open.pop()!;
          reached[unit] = parts;
          open.push(...[...lists[unit]!].filter((j) => reached[j] === -1));
        }
        parts++;
      }
      t.equal(count, parts);
      t.same([...labels], [...reached]);
    }),
    { seed: 5, numRuns: 100 },
  );
});

t.test('the hash depends on every part of the content, and on nothing else', async (t) => {
  const grid = linkGrid(3, 3);
  const changed = styleWeights(grid, 'W');
  const nudged = {
    ...grid,
    weights: Float64Array.from(grid.weights, (weight, e) => (e === 7 ? weight + 2 ** -52 : weight)),
  };
  const hashes = [
    grid,
    changed,
    nudged,
    linkGrid(3, 4),
    packLinks([[1], [0], []]),
    packLinks([[], [2], [1]]),
    packLinks([[1], [0]]),
    packLinks([]),
    packLinks([[]]),
    packLinks([[], []]),
  ].map(hashWeights);
  t.equal(new Set(hashes).size, hashes.length);
  t.ok(hashes.every((hash) => /^[0-9a-f]{16}$/.test(hash)));
  t.equal(hashWeights(linkGrid(3, 3)), hashes[0]);
  t.equal(hashWeights(linkGrid(3, 3)), '7cb6227b26167457', 'stored results stay comparable');
});

t.test('hashes of many similar weights differ, in both halves', async (t) => {
  const hashes = Array.from({ length: 20_000 }, (_, i) =>
    hashWeights({ ...packLinks([[1], [0]]), weights: Float64Array.of(i, 1) }),
  );
  t.equal(new Set(hashes).size, hashes.length);
  // 20,000 draws of 2^32 collide 0.05 times on average.
  t.ok(new Set(hashes.map((hash) => hash.slice(0, 8))).size >= hashes.length - 2);
  t.ok(new Set(hashes.map((hash) => hash.slice(8))).size >= hashes.length - 2);
});

t.test('a summary', async (t) => {
  const { hash, ...summary } = summariseWeights(packLinks([[1, 2], [0, 2], [0, 1], []]));
  t.match(hash, /^[0-9a-f]{16}$/);
  t.same(summary, {
    n: 4,
    links: 6,
    neighbours: { least: 0, mean: 1.5, most: 2 },
    islands: Uint32Array.of(3),
    components: 2,
    symmetric: true,
  });
  t.same(summariseWeights(packLinks([])).neighbours, { least: 0, mean: 0, most: 0 });
});
