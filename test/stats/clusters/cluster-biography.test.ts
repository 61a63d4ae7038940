import fc from 'fast-check';
import t from 'tap';
import { type Biographies, traceBiographies } from '../../../src/stats/clusters/cluster-biography.ts';

/** Clusters from pictures: letters are clusters, dots none. */
const read = (picture: string): Int32Array =>
  Int32Array.from([...picture], (c) => (c === '.' ? -1 : c.charCodeAt(0) - 97));
/** Ids as digits. */
const draw = ({ ids }: Biographies): string[] =>
  ids.map((row) => [...row].map((id) => (id < 0 ? '.' : id)).join(''));
/** Events after the first period as sentences. */
const tell = ({ events }: Biographies): string[] =>
  events
    .filter(({ period }) => period > 0)
    .map(
      ({ period, kind, id, before, after, other }) =>
        `${period}: ${id} ${kind} ${before}>${after}${other === null ? '' : ` ${other}`}`,
    );

const lives: [string, string[], string[], string[]][] = [
  [
    'born, grown, shrunk, kept',
    ['aa....', 'aaa.bb', 'aa..bb'],
    ['00....', '000.11', '00..11'],
    ['1: 0 grown 2>3', '1: 1 born 0>2', '2: 0 shrunk 3>2', '2: 1 kept 2>2'],
  ],
  [
    'dissolved, and the id is not used again',
    ['aa', '..', 'aa'],
    ['00', '..', '11'],
    ['1: 0 dissolved 2>0', '2: 1 born 0>2'],
  ],
  [
    'merged into the larger',
    ['aaa.bb', 'aaaaaa'],
    ['000.11', '000000'],
    ['1: 0 grown 3>6', '1: 1 merged 2>0 0'],
  ],
  [
    'split, the larger part goes on',
    ['aaaaaa', 'bb.aaa'],
    ['000000', '11.000'],
    ['1: 0 shrunk 6>3', '1: 1 split 0>2 0'],
  ],
  [
    'labels change, ids do not',
    ['aabb..', 'bbaa..'],
    ['0011..', '0011..'],
    ['1: 0 kept 2>2', '1: 1 kept 2>2'],
  ],
  [
    'territory changes hands without a merger',
    ['aaaabbb', 'aaabbbb'],
    ['0000111', '0001111'],
    ['1: 0 shrunk 4>3', '1: 1 grown 3>4'],
  ],
  [
    'merged and split at once',
    ['aaabbb', 'cabbbb'],
    ['000111', '201111'],
    ['1: 0 shrunk 3>1', '1: 1 grown 3>4', '1: 2 split 0>1 0'],
  ],
  [
    'a part that is left goes its own way',
    ['aabb', 'caab'],
    ['0011', '2001'],
    ['1: 0 kept 2>2', '1: 1 shrunk 2>1', '1: 2 split 0>1 0'],
  ],
  [
    'of equal shares, split from the smallest id',
    ['aaabbb', 'aaccbb'],
    ['000111', '002211'],
    ['1: 0 shrunk 3>2', '1: 1 shrunk 3>2', '1: 2 split 0>2 0'],
  ],
  [
    'of equal shares, merged into the smallest id, whatever its label',
    ['aaccbb', 'bbbaaa'],
    ['002211', '000111'],
    ['1: 0 grown 2>3', '1: 1 grown 2>3', '1: 2 merged 2>0 0'],
  ],
  ['no clusters at all', ['...', '...'], ['...', '...'], []],
];
for (const [name, pictures, ids, events] of lives) {
  t.test(name, async (t) => {
    const biographies = traceBiographies(pictures.map(read));
    t.same(draw(biographies), ids);
    t.same(tell(biographies), events);
  });
}

t.test('the first period bears all its clusters; first and last period of each', async (t) => {
  const { events, first, last, count } = traceBiographies(['ab.', 'a.b', 'a..'].map(read));
  t.same(events.slice(0, 2), [
    { period: 0, kind: 'born', id: 0, before: 0, after: 1, other: null },
    { period: 0, kind: 'born', id: 1, before: 0, after: 1, other: null },
  ]);
  t.equal(count, 3);
  t.same(first, Uint32Array.of(0, 0, 1));
  t.same(last, Uint32Array.of(2, 0, 1));
});

t.test('population decides who goes on where it is given', async (t) => {
  const periods = ['aaaa', 'aaab'].map(read);
  t.same(draw(traceBiographies(periods)), ['0000', '0001']);
  t.same(draw(traceBiographies(periods, Float64Array.of(1, 1, 1, 9))), ['0000', '1110']);
});

t.test('every cluster of every period has a beginning and every id that is gone an end', async (t) => {
  const labels = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(labels, { minLength: 1, maxLength: 5 }), (pictures) => {
      const periods = pictures.map((picture) => Int32Array.from(picture));
      const { ids, events, count, first, last } = traceBiographies(periods);
      periods.forEach((own, period) => {
        const pairs = new Set(Array.from(own, (label, i) => `${label} ${ids[period]![i]}`));
        const used = new Set(own);
        t.equal(pairs.size, used.size, 'one id per cluster');
        t.equal(new Set(ids[period]).size, used.size, 'one cluster per id');
        t.same(
          [...own].map((label) => label < 0),
          [...ids[period]!].map((id) => id < 0),
        );
      });
      for (let id = 0; id < count; id++) {
        const own = events.filter((event) => event.id === id);
        const there = ids.map((row) => row.filter((other) => other === id).length);
        t.ok(['born', 'split'].includes(own[0]!.kind));
        t.equal(own[0]!.period, first[id]);
        t.same(
          own.filter(({ kind }) => ['merged', 'dissolved'].includes(kind)).map(({ period }) => period),
          last[id]! < periods.length - 1 ? [last[id]! + 1] : [],
        );
        for (const { period, before, after, other } of own) {
          t.equal(before, there[period - 1] ?? 0);
          t.equal(after, there[period]);
          t.not(other, id);
        }
        there.forEach((size, period) => {
          t.equal(size > 0, period >= first[id]! && period <= last[id]!);
        });
      }
    }),
    { seed: 21, numRuns: 100 },
  );
});

t.test('no period, and refusals', async (t) => {
  t.match(traceBiographies([]), { count: 0, ids: [], events: [] });
  t.throws(() => traceBiographies(['ab', 'a'].map(read)), {
    name: 'RangeError',
    message: /2 labels before, 1 after/,
  });
  t.throws(() => traceBiographies([Int32Array.of(-3)]), { message: /label -3/ });
});
