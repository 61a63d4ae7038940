/** Berlin's published classes through the API, from the imported shares. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Results = components['schemas']['IndexResults'];
type Observations = components['schemas']['Observations'];

/** Rated districts, districts by status class, districts by dynamics class, areas of special attention. */
const EDITIONS: [string, number, number[], number[] | null, number | null][] = [
  ['2013', 434, [80, 264, 52, 38], null, null],
  ['2019', 436, [67, 283, 47, 39], null, null],
  ['2021', 536, [75, 366, 46, 49], [48, 436, 52], 56],
];

t.test('classes of the social monitoring of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const published = async (indicator: string, period: string): Promise<Map<string, number | null>> => {
    const answer = await get(`/observations?collection=berlin-plr&indicators=${indicator}&period=${period}`);
    return new Map((answer.json() as Observations).observations.map((row) => [row.district, row.value]));
  };
  const results = async (index: string, period: string): Promise<Results> =>
    (await get(`/indices/${index}/results?collection=berlin-plr&period=${period}`)).json();
  const sizes = ({ statement }: Results): number[] => statement.classes.map(({ districts }) => districts);

  for (const [period, n, status, dynamics, attention] of EDITIONS) {
    t.test(`${period}: ${n} of ${n} districts have their published classes`, async (t) => {
      const own = await results('mss-status', period);
      const official = await published('mss_status', period);
      t.equal(own.statement.n, n);
      t.same(sizes(own), status);
      t.same(
        own.results.map((row) => [row.district, row.class]),
        [...official].map(([district, value]) => [district, value]),
      );
      t.equal(own.statement.excluded.length, own.statement.districts - n);
      for (const { district, reason } of own.statement.excluded) t.ok(reason, `${district} says why`);

      const change = await results('mss-dynamics', period);
      const officialChange = await published('mss_dynamics', period);
      // Published as 1 positive, 3 stable, 5 negative.
      t.same(
        change.results.map((row) => [row.district, row.class === null ? null : 2 * row.class - 1]),
        [...officialChange],
      );
      if (dynamics) t.same(sizes(change), dynamics);

      const overall = await results('mss', period);
      t.equal(overall.statement.n, n);
      overall.results.forEach((row, i) => {
        const [a, b] = [own.results[i]!.class, change.results[i]!.class];
        if (row.class !== (a === null || b === null ? null : 3 * (a - 1) + b)) t.fail(row.district);
      });
      const standOut = overall.results.filter((row) => row.standsOut).map((row) => row.classCode!);
      if (attention !== null) t.equal(standOut.length, attention);
      t.same([...new Set(standOut)].sort(), ['3−', '4+', '4±', '4−'].sort());
    });
  }
});
