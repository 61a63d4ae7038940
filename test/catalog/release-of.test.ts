import t from 'tap';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { releaseOf } from '../../src/catalog/release-of.ts';

const published = new Map([
  [1, '2023-03-01T09:00:00.000Z'],
  [2, '2023-05-12T23:59:59.999Z'],
  [3, '2023-05-13T00:00:00.000Z'],
]);
const catalog = { published } as Catalog;

t.test('a day means what was published by its end', (t) => {
  for (const [asked, release] of [
    [{}, undefined],
    [{ release: 2 }, 2],
    [{ asOf: '2023-03-01' }, 1],
    [{ asOf: '2023-05-11' }, 1],
    [{ asOf: '2023-05-12' }, 2],
    [{ asOf: '2023-05-13' }, 3],
    [{ asOf: '2099-01-01' }, 3],
  ] as const)
    t.equal(releaseOf(catalog, asked), release, JSON.stringify(asked));
  t.end();
});

t.test('a day before the first release, and two states at once, are refused', (t) => {
  for (const [known, asked, item] of [
    [catalog, { asOf: '2023-02-28' }, { code: 'unknown_release', field: 'asOf', expected: /2023-03-01/ }],
    [{ published: new Map() } as Catalog, { asOf: '2023-02-28' }, { expected: 'nothing is there yet' }],
    [catalog, { asOf: '2023-05-12', release: 1 }, { code: 'parameter_conflict', field: 'asOf' }],
  ] as const)
    t.match(
      refusal(() => releaseOf(known, asked)),
      { code: 'invalid_request', items: [item] },
    );
  t.end();
});

function refusal(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    return error;
  }
}
