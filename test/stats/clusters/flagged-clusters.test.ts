import fc from 'fast-check';
import t from 'tap';
import { AREA_ROLES, findFlaggedClusters } from '../../../src/stats/clusters/flagged-clusters.ts';
import { linkGrid, packLinks } from '../golden.ts';
import { linkRow, nameByFirst, towns, unitsOf, walkParts } from '../regions/region-inputs.ts';

/** Flags from a picture: # flagged, . not. */
const read = (picture: string): Uint8Array =>
  Uint8Array.from([...picture.replaceAll(/\s/g, '')], (c) => (c === '#' ? 1 : 0));
/** A row of areas as letters: clusters a, b ...; capitals are bridges, x dropped, . none. */
const draw = (
  weights: Parameters<typeof findFlaggedClusters>[0],
  flags: Uint8Array,
  options = {},
): string => {
  const { labels, roles } = findFlaggedClusters(weights, flags, options);
  return Array.from(labels, (label, i) => {
    const role = AREA_ROLES[roles[i]!];
    if (role === 'none') return '.';
    if (role === 'dropped') return 'x';
    const letter = String.fromCharCode(97 + label);
    return role === 'bridge' ? letter.toUpperCase() : letter;
  }).join('');
};

const rows: [string, string, object, string][] = [
  ['clusters by size, then by the smallest id', '#.##.#', {}, 'b.aa.c'],
  ['a gap of one is bridged and marked', '#.##..#', { bridge: true }, 'aAaa..b'],
  ['bridges chain through flagged areas', '#.#.#', { bridge: true }, 'aAaAa'],
  ['a gap of two is not bridged', '##..##', { bridge: true }, 'aa..bb'],
  ['clusters below the minimum size are dropped', '##.#', { minimum: { size: 2 } }, 'aa.x'],
  ['bridging comes before the minimum', '##.#', { minimum: { size: 3 }, bridge: true }, 'aaAa'],
  [
    'bridges do not count for the minimum, and vanish with their cluster',
    '#.#',
    { minimum: { size: 3 }, bridge: true },
    'x.x',
  ],
  ['nothing flagged', '....', { bridge: true }, '....'],
  ['everything flagged', '####', { bridge: true }, 'aaaa'],
];
for (const [name, picture, options, wanted] of rows) {
  t.test(name, async (t) => {
    t.equal(draw(linkRow(picture.length), read(picture), options), wanted);
  });
}

t.test('an area within one cluster is a hole, not a bridge', async (t) => {
  t.equal(draw(linkGrid(3, 3), read('### #.# ###'), { bridge: true }), 'aaaa.aaaa');
});

t.test('bridges do not join each other', async (t) => {
  //  0   1     4 touches 0 and 2, 5 touches 1 and 3, and 4 touches 5
  //  4 ─ 5
  //  2   3
  const links = packLinks([[4], [5], [4], [5], [0, 2, 5], [1, 3, 4]]);
  t.equal(draw(links, Uint8Array.of(1, 1, 1, 1, 0, 0), { bridge: true }), 'ababAB');
});

t.test('populations of flagged areas decide and are told, bridges beside them', async (t) => {
  const populations = Float64Array.of(100, 1000, 200, 0, 0, 299);
  const options = { bridge: true, minimum: { population: 300, populations } };
  const result = findFlaggedClusters(linkRow(6), read('#.#..#'), options);
  t.same(result.labels, Int32Array.of(0, 0, 0, -1, -1, -1));
  t.same(result.sizes, Uint32Array.of(3));
  t.same(result.bridges, Uint32Array.of(1));
  t.same(result.populations, Float64Array.of(300));
  t.equal(AREA_ROLES[result.roles[5]!], 'dropped');
});

t.test('without populations every area counts 1, as for regions', async (t) => {
  t.same(findFlaggedClusters(linkRow(4), read('##.#')).populations, Float64Array.of(2, 1));
  t.equal(draw(linkRow(4), read('##.#'), { minimum: { population: 2 } }), 'aa.x');
});

t.test('without bridging clusters are the connected parts, whatever the order', async (t) => {
  fc.assert(
    fc.property(towns, fc.nat(2 ** 14), fc.boolean(), ({ weights }, bits, bridge) => {
      const flags = Uint8Array.from({ length: weights.n }, (_, i) => (bits >> i) & 1);
      const { labels, roles, sizes } = findFlaggedClusters(weights, flags, { bridge });
      const flagged = unitsOf(flags, 1);
      if (!bridge) {
        t.equal(sizes.length, walkParts(weights, flagged));
        t.same(unitsOf(roles, 1), flagged);
      }
      sizes.forEach((size, label) => {
        const units = unitsOf(labels, label);
        t.equal(units.length, size);
        t.equal(walkParts(weights, units), 1);
      });
      const joined = walkParts(weights, unitsOf(roles, 2).concat(flagged));
      t.ok(sizes.length >= joined && sizes.length <= walkParts(weights, flagged));
      t.same(nameByFirst(flagged.map((i) => labels[i]!)).length, flagged.length);
      t.ok(flagged.every((i) => labels[i]! >= 0));
    }),
    { seed: 19, numRuns: 80 },
  );
});

t.test('refusals', async (t) => {
  const row = linkRow(2);
  const flags = Uint8Array.of(1, 0);
  t.throws(() => findFlaggedClusters(row, new Uint8Array(3)), {
    name: 'RangeError',
    message: /3 flags for 2/,
  });
  t.throws(() => findFlaggedClusters(row, Uint8Array.of(1, 2)), { message: /flag 2/ });
  t.throws(() => findFlaggedClusters(row, flags, { minimum: { size: 0 } }), { message: /size of 0/ });
  t.throws(() => findFlaggedClusters(row, flags, { minimum: { population: -1 } }), {
    message: /population of -1/,
  });
  t.throws(() => findFlaggedClusters(row, flags, { minimum: { populations: new Float64Array(1) } }), {
    message: /1 populations/,
  });
  t.throws(() => findFlaggedClusters(row, flags, { minimum: { populations: Float64Array.of(1, NaN) } }), {
    message: /NaN/,
  });
});
