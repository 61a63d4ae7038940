/** Indices on the demo town: which apply, what a result holds, and that it is what plain loops give. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';

type Indices = components['schemas']['Indices'];
type Results = components['schemas']['IndexResults'];
type Robustness = components['schemas']['IndexRobustness'];
type WhatIf = components['schemas']['IndexWhatIf'];
type Observations = components['schemas']['Observations'];

const QUARTER = 'musterstadt-quartier';

t.test('indices of the demo town', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const results = async (index: string, query = ''): Promise<Results> =>
    (await get(`/indices/${index}/results?collection=${QUARTER}${query}`)).json();

  t.test('every preset applies, or says what it lacks', async (t) => {
    const { indices } = (await get('/indices')).json() as Indices;
    t.same(
      indices.map(({ id }) => id),
      [
        'hamburg-style',
        'hamburg-style-dynamics',
        'hamburg-style-status',
        'imd-style',
        'mss',
        'mss-dynamics',
        'mss-status',
        'nzdep-style',
        'quintile-points',
      ],
    );
    const here = indices.map(({ id, applications }) => ({
      id,
      ...applications.find(({ collection }) => collection === QUARTER)!,
    }));
    for (const { id, applicable, reason, absent, periods } of here) {
      if (applicable) t.ok(periods.length > 0 && reason === null, id);
      else t.ok(/hat \d/.test(reason!) && absent.length > 0 && periods.length === 0, id);
    }
    t.same(
      here.filter(({ applicable }) => !applicable).map(({ id }) => id),
      ['imd-style', 'mss', 'mss-dynamics', 'mss-status'],
    );
    // A change over three years needs a year three years before.
    const first = here.find(({ id }) => id === 'hamburg-style-dynamics')!.periods[0]!.period;
    t.equal(first, '2018');
  });

  for (const index of ['hamburg-style-status', 'hamburg-style-dynamics', 'quintile-points', 'nzdep-style']) {
    t.test(`${index}: contributions make the index, classes its order, blanks say why`, async (t) => {
      const { results: rows, statement } = await results(index);
      t.equal(rows.length, statement.districts);
      t.equal(rows.filter((row) => row.class !== null).length, statement.n);
      t.equal(
        statement.classes.reduce((sum, { districts }) => sum + districts, 0),
        statement.n,
      );
      t.equal(statement.excluded.length, statement.districts - statement.n);
      const offset = rows.map((row) => {
        const parts = Object.values(row.figures).map(({ contribution }) => contribution ?? 0);
        return row.value === null ? null : row.value - parts.reduce((a, b) => a + b, 0);
      });
      const known = offset.filter((one) => one !== null);
      for (const one of known) t.ok(Math.abs(one - known[0]!) < 1e-9);
      const order = rows.filter((row) => row.value !== null).toSorted((a, b) => a.value! - b.value!);
      order.forEach((row, k) => {
        if (k > 0 && order[k - 1]!.class! > row.class!) t.fail(`class of ${row.district}`);
      });
      for (const row of rows) {
        t.equal(row.value === null, row.class === null, row.district);
        if (row.value === null) t.ok(row.reason && row.reasonLabel, `${row.district} says why`);
      }
    });
  }

  t.test('a z-sum is what plain loops over the observations give', async (t) => {
    const { results: rows, statement } = await results('hamburg-style-status', '&period=2020');
    const used = statement.indicators.map(({ indicator }) => indicator);
    t.same(used, ['lab_unempl', 'pov_child', 'pov_old_age', 'hh_single_parent']);
    const values = async (indicator: string): Promise<Map<string, number | null>> => {
      const answer = await get(`/observations?collection=${QUARTER}&indicators=${indicator}&period=2020`);
      return new Map((answer.json() as Observations).observations.map((row) => [row.district, row.value]));
    };
    const residents = await values('dem_pop');
    const columns = await Promise.all(used.map(values));
    const rated = [...residents.keys()].filter(
      (key) => residents.get(key)! >= 300 && columns.every((column) => column.get(key) !== null),
    );
    const standard = (list: number[]): number[] => {
      const mean = list.reduce((a, b) => a + b) / list.length;
      const deviation = Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
      return list.map((x) => (x - mean) / deviation);
    };
    const scores = columns.map((column) => standard(rated.map((key) => column.get(key)!)));
    const index = standard(rated.map((_, i) => scores.reduce((sum, list) => sum + list[i]!, 0)));
    const own = new Map(rows.map((row) => [row.district, row]));
    t.equal(statement.n, rated.length);
    rated.forEach((key, i) => {
      const expected = index[i]! < -1 ? 1 : index[i]! <= 1 ? 2 : index[i]! <= 1.5 ? 3 : 4;
      if (Math.abs(own.get(key)!.value! - index[i]!) > 1e-9 || own.get(key)!.class !== expected) t.fail(key);
    });
  });

  t.test('a change is the difference of two published values, three years apart', async (t) => {
    const { results: rows } = await results('hamburg-style-dynamics', '&period=2024');
    const answer = await get(`/observations?collection=${QUARTER}&indicators=pov_child&period=2021,2024`);
    const { observations } = answer.json() as Observations;
    const value = (district: string, period: string): number | null =>
      observations.find((row) => row.district === district && row.period === period)!.value;
    for (const { district, figures } of rows) {
      const [before, now] = [value(district, '2021'), value(district, '2024')];
      t.equal(figures.pov_child_change_3y!.value, before === null || now === null ? null : now - before);
    }
    const { parts } = (
      await get(`/indices/hamburg-style-dynamics/explain?collection=${QUARTER}&period=2024&district=0101`)
    ).json() as components['schemas']['IndexExplanation'];
    t.match(
      parts[0]!.contributions.find(({ indicator }) => indicator === 'pov_child_change_3y'),
      {
        periodValue: value('0101', '2024'),
        earlierPeriod: '2021',
        earlierValue: value('0101', '2021'),
        unit: 'percentage_points',
        label: /Veränderung in 3 Jahren/,
      },
    );
    const distances = parts[0]!.borders.map(({ distance }) => distance);
    t.equal(distances.length, 2, 'it lies in the middle class');
    t.ok(distances[0]! < distances[1]!, 'the nearer border comes first');
  });

  t.test('a district with too few residents is left out for that reason', async (t) => {
    const { results: rows } = await results('hamburg-style-status', '&period=2024');
    const answer = await get(`/observations?collection=${QUARTER}&indicators=dem_pop&period=2024`);
    const small = (answer.json() as Observations).observations.filter(({ value }) => value! < 300);
    t.ok(small.length > 0);
    for (const { district } of small) {
      t.match(
        rows.find((row) => row.district === district),
        {
          value: null,
          status: 'not_assessed',
          reason: 'population_below_300',
          reasonLabel: /weniger als 300/,
        },
      );
    }
  });

  t.test('the combination has the class of both parts', async (t) => {
    const { results: rows } = await results('hamburg-style', '&period=2022');
    const { results: status } = await results('hamburg-style-status', '&period=2022');
    const { results: dynamics } = await results('hamburg-style-dynamics', '&period=2022');
    rows.forEach((row, i) => {
      const [a, b] = [status[i]!.class, dynamics[i]!.class];
      t.equal(row.classCode, a === null || b === null ? null : `${a}${'+±−'[b - 1]}`);
    });
  });

  t.test('JSON and CSV have the same rows; nothing is NaN', async (t) => {
    const url = `/indices/hamburg-style-status/results?collection=${QUARTER}&period=2024`;
    const json = await get(url);
    const csv = await get(`${url}&f=csv`);
    t.match(csv.headers['content-type'], /^text\/csv/);
    const [header, ...lines] = csv.body.trimEnd().split('\r\n');
    const names = header!.split(',');
    for (const name of ['district', 'value', 'class', 'status', 'rank', 'lab_unempl', 'lab_unempl_score'])
      t.ok(names.includes(name), name);
    const { results: rows } = json.json() as Results;
    t.equal(lines.length, rows.length);
    const at = (line: string, name: string): string => line.split(',')[names.indexOf(name)]!;
    rows.forEach((row, i) => {
      t.equal(at(lines[i]!, 'district'), row.district);
      t.equal(at(lines[i]!, 'class'), String(row.class ?? ''));
    });
    for (const { body } of [json, csv]) t.notMatch(body, /NaN|Infinity|undefined/);
    t.equal((await get(url)).body, json.body, 'the same bytes');
  });

  t.test('an entity tag saves the answer, and differs by language and format', async (t) => {
    const url = `/indices/quintile-points/results?collection=${QUARTER}`;
    const tags = await Promise.all([
      get(url).then(({ headers }) => String(headers.etag)),
      get(url, { 'accept-language': 'en' }).then(({ headers }) => String(headers.etag)),
      get(`${url}&f=csv`).then(({ headers }) => String(headers.etag)),
    ]);
    t.equal(new Set(tags).size, 3);
    const again = await get(url, { 'if-none-match': tags[0]! });
    t.same([again.statusCode, again.body], [304, '']);
  });

  t.test('what cannot be answered is refused with got and expected', async (t) => {
    for (const [path, status, code] of [
      ['/indices/nothing', 404, 'unknown_index'],
      ['/indices/mss?version=9.9.9', 404, 'unknown_version'],
      [`/indices/mss-status/results?collection=${QUARTER}`, 400, 'index_not_applicable'],
      ['/indices/mss-status/results', 400, 'index_not_applicable'],
      ['/indices/quintile-points/results', 400, 'missing'],
      ['/indices/quintile-points/results?collection=nowhere', 400, 'unknown_collection'],
      [`/indices/quintile-points/results?collection=${QUARTER}&period=1999`, 400, 'unknown_period'],
      [`/indices/quintile-points/results?collection=${QUARTER}&period=20xx`, 400, 'period_invalid'],
      [`/indices/quintile-points/results?collection=${QUARTER}&datetime=1990-01-01`, 400, 'unknown_period'],
      [`/indices/quintile-points/results?collection=${QUARTER}&boundry=1`, 400, 'unknown_parameter'],
      [`/indices/quintile-points/explain?collection=${QUARTER}`, 400, 'missing'],
      [`/indices/quintile-points/explain?collection=${QUARTER}&district=9999`, 400, 'unknown_district'],
      [`/indices/hamburg-style/robustness?collection=${QUARTER}`, 400, 'index_is_combination'],
      [`/indices/quintile-points/robustness?collection=${QUARTER}&draws=100000`, 400, 'invalid_value'],
    ] as const) {
      const answer = await get(path);
      t.equal(answer.statusCode, status, path);
      const [error] = answer.json().errors;
      t.equal(error.code, code, path);
      t.ok(error.got && error.expected, path);
    }
  });

  t.test('robustness: shares from 0 to 1, the same bytes for a seed, other draws for another', async (t) => {
    const url = `/indices/hamburg-style-status/robustness?collection=${QUARTER}&period=2024&draws=50`;
    const first = await get(url);
    const { results: rows, runs, statement } = first.json() as Robustness;
    t.same(
      runs.map(({ kind, runs: many }) => [kind, many]),
      [
        ['noise', 50],
        ['leaveOneOut', 4],
        ['weights', 50],
      ],
    );
    t.equal(statement.seed, 1);
    for (const row of rows) {
      const shares = [row.kept, row.noise, row.leaveOneOut, row.weights];
      if (row.class === null) t.same(shares, [null, null, null, null]);
      else t.ok(shares.every((share) => share! >= 0 && share! <= 1));
    }
    t.ok(rows.some((row) => row.kept! > 0 && row.kept! < 1));
    t.equal((await get(`${url}&seed=1`)).json().results.length, rows.length);
    const again = await testService(t, 'demo');
    t.equal((await again.get(url)).body, first.body);
    t.notSame((await get(`${url}&seed=2`)).json().results, rows);
  });

  t.test('other weights move districts, and nothing is stored', async (t) => {
    const before = await results('hamburg-style-status', '&period=2024');
    const ifWeights = async (weights: Record<string, number>) =>
      await ask({
        method: 'POST',
        url: '/v1/indices/hamburg-style-status/what-if',
        payload: { collection: QUARTER, period: '2024', weights },
      });
    const same = (await ifWeights({ pov_child: 1 })).json() as WhatIf;
    t.same([same.moves, same.results], [[], before.results]);
    const twice = (
      await ifWeights({ lab_unempl: 2, pov_child: 2, pov_old_age: 2, hh_single_parent: 2 })
    ).json();
    t.same((twice as WhatIf).moves, [], 'only ratios matter');
    const one = (await ifWeights({ lab_unempl: 0, pov_old_age: 0, hh_single_parent: 0 })).json() as WhatIf;
    t.ok(one.moves.length > 0);
    const order = (list: { district: string; value: number | null }[]): string[] =>
      list
        .filter(({ value }) => value !== null)
        .toSorted((a, b) => a.value! - b.value!)
        .map((row) => row.district);
    const poverty = one.results.map((row) => ({ ...row, value: row.figures.pov_child!.score }));
    t.same(order(one.results), order(poverty), 'one indicator alone orders as it does');
    for (const { district, from, to } of one.moves) {
      t.equal(before.results.find((row) => row.district === district)!.class, from);
      t.equal(one.results.find((row) => row.district === district)!.class, to);
    }
    t.same(await results('hamburg-style-status', '&period=2024'), before);
    for (const [weights, field] of [
      [{ nonsense: 1 }, '/body/weights/nonsense'],
      [{ lab_unempl: 0, pov_child: 0, pov_old_age: 0, hh_single_parent: 0 }, '/body/weights'],
      [{ lab_unempl: -1 }, '/body/weights/lab_unempl'],
      [{}, '/body/weights'],
    ] as const) {
      const answer = await ifWeights(weights);
      t.equal(answer.statusCode, 400);
      t.equal(answer.json().errors[0].field, field);
    }
    for (const index of ['hamburg-style', 'nzdep-style']) {
      const url = `/v1/indices/${index}/what-if`;
      const payload = { collection: QUARTER, weights: { pov_child: 2 } };
      t.equal((await ask({ method: 'POST', url, payload })).statusCode, 400, index);
    }
  });
});
