import t from 'tap';
import { type Service, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { execute } from './ask-process.ts';

t.setTimeout(300_000);

interface Result {
  features: { id: string; properties: Record<string, unknown> & { values: Record<string, number> } }[];
  analysis: Record<string, unknown> & { warnings: string[]; excluded: { key: string; period: string }[] };
}

t.test("Berlin's population half-years and monitoring", { skip: skipWithoutShared }, async (t) => {
  const service: Service = await testService(t, 'berlin');
  const population = { collection: 'berlin-plr', indicator: 'population' };

  await t.test('emerging hot spots within each boundary version', async (t) => {
    const now = (await execute(service, 'emerging-hot-spots', population)).json() as Result;
    t.match(now.analysis, { boundaryVersion: '2021-01-01', n: 542, excluded: [] });
    t.equal((now.analysis.periods as unknown[]).length, 8);
    t.match(now.analysis.warnings[0], /short: with fewer than 10 periods/);
    const before = (
      await execute(service, 'emerging-hot-spots', { ...population, datetime: '2020-06-30' })
    ).json() as Result;
    t.match(before.analysis, { boundaryVersion: '2006-01-01', n: 448 });
    t.equal((before.analysis.periods as unknown[]).length, 12);
    t.notMatch(before.analysis.warnings.join(' '), /series is/);
    // 09041403 was split off in 2019: eight half-years without figures.
    t.strictSame(
      before.analysis.excluded.map(({ key }) => key),
      new Array(8).fill('09041403'),
    );
    const late = before.features.find(({ id }) => id === '09041403')!.properties;
    t.match(late, { status: 'judged', tested: 4 });
  });

  await t.test('LISA Markov within each boundary version', async (t) => {
    for (const [datetime, n, pairs, broken] of [
      ['2021-06-30', 542, 7, 0],
      ['2020-06-30', 448, 11, 8],
    ] as const) {
      const { analysis } = (
        await execute(service, 'lisa-markov', { ...population, datetime })
      ).json() as Result;
      const chain = analysis.chain as { moves: number; broken: number; probabilities: number[][] };
      t.match([analysis.n, chain.moves, chain.broken], [n, n * pairs - broken, broken]);
      for (const row of chain.probabilities)
        t.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
      t.equal(/series is short/.test(analysis.warnings.join(' ')), pairs + 1 < 10);
    }
  });

  await t.test('hot spots of unemployment: links and units as spdep has them', async (t) => {
    const { analysis } = (
      await execute(service, 'getis-ord', { collection: 'berlin-plr', indicator: 'mss_s1', period: '2021' })
    ).json() as Result;
    // 536 rated, 3168 links, no island: reference values of data/README.md.
    t.match(analysis, { n: 536, tests: 536, weights: { links: 3168, islands: [] } });
    t.equal(analysis.excluded.length, 6);
    t.match(analysis.excluded, [{ status: 'not_assessed', reason: String }]);
  });

  await t.test(
    'residents of 2020 on the boundaries of 2021: as many as before, while one waits',
    async (t) => {
      const inputs = {
        ...population,
        period: '2020-S2',
        datetime: '2020-12-31',
        targetDatetime: '2021-06-30',
      };
      const moved = (await execute(service, 'areal-interpolation', inputs)).json() as Result;
      const { total, allocated, unallocated } = moved.analysis as Record<string, number>;
      const before = (
        await service.get(
          '/collections/berlin-plr/items?indicators=population&period=2020-S2&datetime=2020-12-31&skipGeometry=true&limit=1000',
        )
      ).json() as { features: { properties: { population: number } }[] };
      t.equal(
        total,
        before.features.reduce((sum, { properties }) => sum + properties.population, 0),
      );
      t.ok(Math.abs(allocated! + unallocated! - total!) < 1e-9 * total!);
      t.ok(unallocated! < 2e-4 * total!, 'both versions cover the city');
      t.equal(moved.features.length, 542);
      const sum = moved.features.reduce((all, { properties }) => all + (properties.value as number), 0);
      t.ok(Math.abs(sum - allocated!) < 1e-9 * total!);
      t.ok(moved.features.every(({ properties }) => (properties.coverage as number) > 0.9));
      t.strictSame(moved.analysis.counts, { nested: 189, by_area: 353 });
      // Hash of all areas, as first computed here: every database has to give the same bits.
      t.equal(moved.analysis.snapshot, '8f3f9baf7c2fe56c6d61ea3da66fe9c987d04f0ac38e83f88b99fb86b773b5f2');
    },
  );

  await t.test('work that would keep a request waiting is left to jobs', async (t) => {
    const inputs = {
      collection: 'berlin-plr',
      indicators: ['mss_s1'],
      period: '2021',
      permutations: 999_999,
    };
    const response = await execute(service, 'local-geary', inputs);
    t.match(response.json(), { errors: [{ code: 'too_long', field: 'Prefer' }] });
  });
});
