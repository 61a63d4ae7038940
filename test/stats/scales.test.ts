import t from 'tap';
import { bivariateMoran, leeL } from '../../src/stats/global/bivariate.ts';
import { globalG } from '../../src/stats/global/global-g.ts';
import { globalGeary } from '../../src/stats/global/global-geary.ts';
import { globalMoran } from '../../src/stats/global/global-moran.ts';
import { analyseLocal } from '../../src/stats/local/local-analysis.ts';
import { localLee } from '../../src/stats/local/local-lee.ts';
import { totalMoranMoments } from '../../src/stats/local/local-moments.ts';
import { localMoran } from '../../src/stats/local/local-moran.ts';
import { linkGrid } from './golden.ts';
import { ALL_KINDS } from './local/local-kinds.ts';

const links = linkGrid(5, 5);
const x = Float64Array.from(links.offsets.subarray(1), (_, i) => 1 + ((i * i * 7) % 23));
const y = Float64Array.from(x, (value, i) => value + ((i * 5) % 11));

/** Every statistic of values in another unit of measure. */
function computeAll(factor: number): Record<string, { status: string }> {
  const [u, v] = [x, y].map((values) => values.map((value) => value * factor)) as [
    Float64Array,
    Float64Array,
  ];
  const options = { permutations: 99 };
  const results: Record<string, { status: string }> = {
    moran: globalMoran(u, links, options),
    geary: globalGeary(u, links, options),
    g: globalG(u, links, options),
    bivariate: bivariateMoran(u, v, links, options),
    lee: leeL(u, v, links, options),
    localLee: localLee(u, v, links),
    totalMoran: totalMoranMoments(u, links),
    localMoran: localMoran(u, links, options),
  };
  const local = analyseLocal({ variables: [u, v], weights: links, statistics: ALL_KINDS, ...options });
  for (const result of local.results) results[`local ${result.statistic.kind}`] = result;
  return results;
}

/** All numbers of a result, whatever its shape. */
function listNumbers(result: unknown): number[] {
  if (typeof result === 'number') return [result];
  return result !== null && typeof result === 'object' ? Object.values(result).flatMap(listNumbers) : [];
}

const plain = computeAll(1);

for (const factor of [1e-290, 1e-165, 1e-160, 1e-99, 1e150, 1e160, 1e290]) {
  t.test(`values times ${factor} give the same results`, async (t) => {
    const scaled = computeAll(factor);
    for (const [name, result] of Object.entries(plain)) {
      t.equal(result.status, 'ok', name);
      t.equal(scaled[name]!.status, 'ok', name);
      const [got, want] = [listNumbers(scaled[name]), listNumbers(result)];
      t.equal(got.length, want.length);
      const worst = want.reduce((most, number, i) => {
        const gap = Object.is(number, got[i])
          ? 0
          : Math.abs(got[i]! - number) / Math.max(1e-3, Math.abs(number));
        return Number.isNaN(gap) ? Infinity : Math.max(most, gap);
      }, 0);
      t.ok(worst < 1e-9, `${name}: ${worst}`);
    }
  });
}

for (const factor of [1e-305, 1e-320, 1e301, 1e306]) {
  t.test(`values times ${factor} are out of range and give no figures`, async (t) => {
    for (const [name, result] of Object.entries(computeAll(factor))) {
      t.equal(result.status, 'out_of_range', name);
      t.notOk('p' in result && (result.p as Float64Array).some(Number.isFinite), name);
    }
  });
}
