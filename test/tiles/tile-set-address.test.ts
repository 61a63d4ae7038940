import t from 'tap';
import type { LoadedLayer } from '../../src/tiles/describe-layers.ts';
import { pinnedQuery, plainQuery } from '../../src/tiles/tile-set-address.ts';

/** As much of a layer as addresses are made of. */
function layer(
  collection: string,
  validFrom: string,
  validUntil: string | null,
  release: number,
): LoadedLayer {
  return {
    geography: { collection },
    version: { validFrom, validUntil, release },
    columns: [],
  } as unknown as LoadedLayer;
}

function pinned(query: string, several: boolean, layers: LoadedLayer[]): string {
  const address = { base: '', tiles: '', asked: new URLSearchParams(query), several };
  return decodeURIComponent(pinnedQuery(address, layers));
}

const OLD = layer('old', '2006-01-01', '2021-01-01', 3);
const NEW = layer('new', '2021-01-01', null, 7);
const OPEN = layer('open', '2015-01-01', null, 5);

for (const [name, { given, want }] of Object.entries<{
  given: [query: string, several: boolean, layers: LoadedLayer[]];
  want: string;
}>({
  'one collection: its boundary version and release': {
    given: ['period=2020', false, [OPEN]],
    want: '?period=2020&datetime=2015-01-01&release=5',
  },
  'a datetime that was asked for stays': {
    given: ['datetime=2018-06-30', false, [OPEN]],
    want: '?datetime=2018-06-30&release=5',
  },
  'several collections are named, with the first day that all have, and the newest release': {
    given: ['', true, [OPEN, NEW]],
    want: '?collections=open,new&datetime=2021-01-01&release=7',
  },
  'collections that share no day cannot be pinned': { given: ['a=b', true, [OLD, NEW]], want: '?a=b' },
  'nothing cannot be pinned': { given: ['', true, []], want: '' },
  'more collections than can be named are not pinned': {
    given: ['', true, Array.from({ length: 51 }, () => OPEN)],
    want: '',
  },
})) {
  t.test(name, async (t) => {
    t.equal(pinned(...given), want);
  });
}

t.test('the parameters alone are kept as they are', async (t) => {
  const address = { base: '', tiles: '', asked: new URLSearchParams('b=1&a=2'), several: false };
  t.equal(plainQuery(address), '?b=1&a=2');
  t.equal(plainQuery({ ...address, asked: new URLSearchParams() }), '');
});
