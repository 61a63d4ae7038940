/** Problem situations through the API: what plain loops find, and that missing figures are never "no problem". */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

t.setTimeout(120_000);

type Found = components['schemas']['SituationResults'];
type Situations = components['schemas']['Situations'];
type Observations = components['schemas']['Observations'];
type Results = components['schemas']['IndexResults'];

/** Districts more than a deviation above the mean, and those without a value, by plain loops. */
function flag(
  observations: Observations['observations'],
): Map<string, 'present' | 'absent' | 'not_assessed'> {
  const values = observations.map(({ value }) => value).filter((value) => value !== null);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  return new Map(
    observations.map(({ district, value }) => [
      district,
      value === null ? 'not_assessed' : value > mean + deviation ? 'present' : 'absent',
    ]),
  );
}

t.test('situations of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const find = async (query: string): Promise<Found> =>
    (await get(`/problem-situations/districts?collection=berlin-plr&${query}`)).json();

  for (const period of ['2013', '2019', '2021']) {
    t.test(`${period}: three situations are where plain loops find them`, async (t) => {
      const { districts, statement } = await find(
        `period=${period}&situations=child-poverty,unemployment,transfer-receipt`,
      );
      t.same(statement.notApplicable, []);
      const flags = new Map<string, Map<string, string>>();
      for (const [situation, indicator] of [
        ['child-poverty', 'mss_s4'],
        ['transfer-receipt', 'mss_s3'],
        ['unemployment', 'mss_s1'],
      ] as const) {
        const answer = await get(
          `/observations?collection=berlin-plr&indicators=${indicator}&period=${period}`,
        );
        flags.set(situation, flag((answer.json() as Observations).observations));
      }
      for (const row of districts) {
        const states = Object.fromEntries(row.findings.map(({ situation, state }) => [situation, state]));
        const expected = Object.fromEntries([...flags].map(([id, own]) => [id, own.get(row.district)]));
        t.same(states, expected, row.district);
        const present = Object.values(expected).filter((state) => state === 'present').length;
        const assessed = Object.values(expected).filter((state) => state !== 'not_assessed').length;
        t.equal(row.count, assessed === 0 ? null : present);
        t.equal(row.status, assessed === 0 ? 'not_assessed' : 'ok');
      }
      t.equal(
        statement.counts.reduce((a, b) => a + b),
        statement.n,
      );
      t.equal(statement.n, { 2013: 434, 2019: 436, 2021: 536 }[period]);
    });
  }

  t.test('index classes make situations, and a district that is not rated is not assessed', async (t) => {
    const { districts, statement } = await find('period=2021&situations=low-status,falling-behind');
    t.same(
      statement.situations.map(({ situation, present, notAssessed }) => [situation, present, notAssessed]),
      [
        ['falling-behind', 52, 6],
        ['low-status', 46 + 49, 6],
      ],
    );
    const { results } = (await get('/indices/mss-status/results?period=2021')).json() as Results;
    districts.forEach((row, i) => {
      const own = row.findings.find(({ situation }) => situation === 'low-status')!;
      if (own.evidence[0]!.classCode !== results[i]!.classCode) t.fail(row.district);
    });
    const outlier = districts.find(({ district }) => district === '10100205')!;
    t.match(outlier, { status: 'not_assessed', count: null, complete: false, present: [], absent: [] });
    t.match(outlier.findings[0]!.evidence[0], {
      met: null,
      status: 'not_assessed',
      reason: 'excluded_outlier',
    });
    t.match(outlier.sentence, /nicht bewertet/);
  });

  t.test(
    'long-term unemployment was no longer collected in 2021: not one district is without it',
    async (t) => {
      const { districts, statement } = await find(
        'period=2021&situations=long-term-unemployment,unemployment',
      );
      const use = statement.situations.find(({ situation }) => situation === 'long-term-unemployment')!;
      t.same([use.present, use.absent, use.notAssessed], [0, 0, 542]);
      for (const row of districts) if (row.complete) t.fail(row.district);
      const rated = districts.find(({ status }) => status === 'ok')!;
      t.match(rated.sentence, /Zu 1 weiteren fehlen die Angaben/);
    },
  );
});

t.test('situations of the demo town', async (t) => {
  const { get } = await testService(t, 'demo');
  const url = '/problem-situations/districts?collection=musterstadt-quartier&period=2024';
  const find = async (query = ''): Promise<Found> => (await get(url + query)).json();

  t.test('rules say where they apply, and are filtered by group and field', async (t) => {
    const { situations, targetGroups, actionFields } = (
      await get('/problem-situations')
    ).json() as Situations;
    t.ok(targetGroups.includes('older') && actionFields.includes('labour_market'));
    for (const { id, applications } of situations)
      for (const { applicable, reason, periods } of applications)
        t.equal(applicable, reason === null && periods.length > 0, id);
    const older = (await get('/problem-situations?targetGroup=older')).json() as Situations;
    t.same(
      older.situations.map(({ id }) => id),
      ['few-offers-older-people', 'old-age-poverty'],
    );
    const education = (await get('/problem-situations?actionField=education')).json() as Situations;
    t.same(
      education.situations.map(({ id }) => id),
      ['few-childcare-places'],
    );
    const labour = (await get('/problem-situations?actionField=labour_market&targetGroup=youth')).json();
    t.same(
      (labour as Situations).situations.map(({ id }) => id),
      ['youth-unemployment'],
    );
    t.match((await get('/problem-situations/child-poverty')).json(), {
      id: 'child-poverty',
      version: '1.0.0',
    });
  });

  t.test('counts are those of the lists; what is absent elsewhere is told apart', async (t) => {
    const { districts, statement } = await find();
    t.ok(statement.notApplicable.some(({ situation }) => situation === 'youth-unemployment'));
    for (const row of districts) {
      const states = row.findings.map(({ state }) => state);
      t.equal(row.present.length + row.absent.length + row.notAssessed.length, statement.situations.length);
      t.equal(row.complete, !states.includes('not_assessed'));
      if (row.count !== null) t.equal(row.count, row.present.length);
      for (const { state, evidence } of row.findings) {
        if (state !== 'not_assessed') continue;
        t.ok(
          evidence.some(({ met, reason }) => met === null && reason !== null),
          `${row.district} says why`,
        );
      }
    }
    statement.counts.forEach((count, k) => {
      t.equal(count, districts.filter((row) => row.count === k).length);
    });
  });

  t.test('little childcare is a low value: polarity turns the side', async (t) => {
    const { districts } = await find('&situations=few-childcare-places');
    const present = districts.flatMap(({ findings }) => findings).filter(({ state }) => state === 'present');
    t.ok(present.length > 0);
    for (const { evidence } of present) {
      const [one] = evidence;
      t.ok(one!.value! < one!.mean! && one!.z! > 1);
    }
  });

  t.test('a change is looked at on both periods', async (t) => {
    const { districts, statement } = await find('&situations=rising-child-poverty');
    t.same(statement.situations[0]!.sources, ['pov_child']);
    const answer = await get(
      '/observations?collection=musterstadt-quartier&indicators=pov_child&period=2021,2024',
    );
    const { observations } = answer.json() as Observations;
    const changes = districts.map(({ district }) => {
      const [then, now] = ['2021', '2024'].map(
        (period) => observations.find((row) => row.district === district && row.period === period)!.value,
      );
      return { district, value: then === null || now === null ? null : now! - then! };
    });
    const expected = flag(changes as Observations['observations']);
    for (const row of districts) t.equal(row.findings[0]!.state, expected.get(row.district), row.district);
  });

  t.test('CSV and JSON agree, bytes are the same twice, nothing is NaN', async (t) => {
    const json = await get(url);
    t.equal((await get(url)).body, json.body);
    const csv = (await get(`${url}&f=csv`)).body;
    const [header, ...lines] = csv.trimEnd().split('\r\n');
    t.match(header, /^district,districtName,status,count,complete,child-poverty,/);
    const { districts } = json.json() as Found;
    t.same(
      lines.map((line) => line.split(',').slice(0, 4)),
      districts.map((row) => [row.district, row.districtName, row.status, String(row.count ?? '')]),
    );
    for (const body of [json.body, csv]) t.notMatch(body, /NaN|Infinity|undefined/);
    const again = await get(url, { 'if-none-match': String(json.headers.etag) });
    t.equal(again.statusCode, 304);
  });

  t.test('what cannot be answered is refused with got and expected', async (t) => {
    for (const [path, status, code] of [
      ['/problem-situations/nothing', 404, 'unknown_situation'],
      [`${url}&situations=nothing`, 400, 'unknown_value'],
      [`${url}&targetGroup=nobody`, 400, 'unknown_value'],
      [`${url}&actionField=none`, 400, 'unknown_value'],
      [`${url}&situations=youth-unemployment`, 400, 'situations_not_applicable'],
      ['/problem-situations/districts', 400, 'missing'],
      ['/problem-situations/districts?collection=nowhere', 400, 'unknown_collection'],
      ['/problem-situations/districts?collection=musterstadt-quartier&period=1999', 400, 'unknown_period'],
    ] as const) {
      const answer = await get(path);
      t.equal(answer.statusCode, status, path);
      const [error] = answer.json().errors;
      t.equal(error.code, code, path);
      t.ok(error.got && error.expected, path);
    }
  });

  t.test('sentences say what stands out, in the language asked for, never why', async (t) => {
    const german = (await find()).districts;
    const english = ((await get(url, { 'accept-language': 'en' })).json() as Found).districts;
    t.ok(german.some(({ sentence }) => /in \d+ von \d+ bewerteten Problemlagen auffällig: /.test(sentence)));
    t.ok(english.some(({ sentence }) => /stands out in \d+ of \d+ problem situations/.test(sentence)));
    for (const { sentence } of [...german, ...english])
      t.notMatch(sentence, /\b(weil|wegen|aufgrund|verursacht|because|due to|caused)\b/i);
  });
});
