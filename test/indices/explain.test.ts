/** Why a district has its class, on Berlin's real figures. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Explanation = components['schemas']['IndexExplanation'];
type Results = components['schemas']['IndexResults'];
type Observations = components['schemas']['Observations'];

/** Words that would say why; „keine Ursachen“ and “no causes” are in the closing sentence. */
const CAUSAL = /\b(weil|wegen|aufgrund|verursacht|führt zu|because|due to|caused|leads to)\b/i;

t.test('explanations of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const explain = async (index: string, query: string): Promise<Explanation> =>
    (await get(`/indices/${index}/explain?${query}`)).json();

  /** Index by plain loops over the published shares: z with n, summed, divided by their deviation. */
  const compute = async (shares: readonly string[]): Promise<Map<string, number>> => {
    const sums = new Map<string, number>();
    for (const share of shares) {
      const answer = await get(`/observations?collection=berlin-plr&indicators=${share}&period=2021`);
      const rated = (answer.json() as Observations).observations.filter((row) => row.value !== null);
      const values = rated.map((row) => row.value!);
      const mean = values.reduce((a, b) => a + b) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
      for (const { district, value } of rated) {
        sums.set(district, (sums.get(district) ?? 0) + (value! - mean) / deviation);
      }
    }
    const all = [...sums.values()];
    const mean = all.reduce((a, b) => a + b) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
    return new Map([...sums].map(([district, sum]) => [district, (sum - mean) / deviation]));
  };

  for (const [index, district, shares, own, other, limit] of [
    ['mss-status', '09501838', ['mss_s1', 'mss_s3', 'mss_s4'], 'high', 2, -1],
    ['mss-dynamics', '04200310', ['mss_d1', 'mss_d3', 'mss_d4'], 'negative', 2, 1],
    ['mss-dynamics', '04300414', ['mss_d1', 'mss_d3', 'mss_d4'], 'positive', 2, -1],
  ] as const) {
    t.test(`${district} is on the edge of its class in ${index}`, async (t) => {
      const { parts, sentence, classCode } = await explain(index, `district=${district}&period=2021`);
      const [part] = parts;
      const value = (await compute(shares)).get(district)!;
      t.equal(classCode, own);
      t.ok(Math.abs(part!.value! - value) < 1e-10, `${part!.value} is ${value}`);
      const [nearest] = part!.borders;
      t.match(nearest, { class: other, limit, borderline: true });
      t.ok(Math.abs(nearest!.distance - Math.abs(value - limit)) < 1e-10);
      t.ok(nearest!.distance > 0 && nearest!.distance < 0.005);
      t.match(sentence.de, /auf der Kante/);
      t.match(sentence.en, /on the edge/);
      t.match(sentence.de, own === 'negative' ? /und ist damit auffällig/ : /nicht auffällig/);
    });
  }

  t.test('contributions add up, come in order, and carry the raw figures', async (t) => {
    const { parts, statement } = await explain(
      'mss-status',
      'district=01100101&period=2021&collection=berlin-plr',
    );
    const [part] = parts;
    const amounts = part!.contributions.map(({ contribution }) => contribution!);
    t.same(
      amounts,
      amounts.toSorted((a, b) => b - a),
    );
    t.ok(Math.abs(part!.offset! + amounts.reduce((a, b) => a + b) - part!.value!) < 1e-12);
    t.ok(Math.abs(part!.contributions.reduce((sum, { share }) => sum + share!, 0) - 1) < 1e-12);
    // Published: mss_2021_index_indikatoren.csv, 01100101.
    const raw = new Map(part!.contributions.map(({ indicator, value }) => [indicator, value]));
    t.same([raw.get('mss_s1'), raw.get('mss_s3'), raw.get('mss_s4')], [4.22594, 8.04329, 19.39799]);
    t.equal(statement.n, 536);
  });

  t.test('a district that is not rated says why, in both languages', async (t) => {
    const { sentence, parts, class: own, standsOut } = await explain('mss', 'district=10100205&period=2021');
    t.same([own, standsOut], [null, null]);
    t.equal(parts.length, 2);
    for (const part of parts)
      t.match(part, { value: null, status: 'not_assessed', reason: 'excluded_outlier' });
    t.match(sentence.de, /nicht bewertet: als Ausreißer/);
    t.match(sentence.en, /not assessed .*: not assessed as an outlier/);
  });

  t.test('no sentence says why, and none has a number that is none', async (t) => {
    const { results } = (await get('/indices/mss/results?period=2021')).json() as Results;
    for (const { district } of results.filter((_, i) => i % 25 === 0)) {
      const { sentence } = await explain('mss', `district=${district}&period=2021`);
      for (const text of Object.values(sentence)) t.notMatch(text, CAUSAL, district);
      for (const text of Object.values(sentence)) t.notMatch(text, /NaN|null|undefined|Infinity/, district);
    }
  });

  t.test('a key of another boundary version is refused with where it belongs', async (t) => {
    const answer = await get(
      '/indices/mss-status/explain?collection=berlin-plr&district=01011101&period=2021',
    );
    t.equal(answer.statusCode, 400);
    t.match(answer.json().errors, [{ code: 'unknown_district', got: '01011101', expected: /2006-01-01/ }]);
  });

  t.test('labels follow the language, the sentence is in both', async (t) => {
    const url = '/indices/mss-status/explain?district=01100101&period=2021';
    const german = (await get(url)).json() as Explanation;
    const english = (await get(url, { 'accept-language': 'en' })).json() as Explanation;
    t.same(english.sentence, german.sentence);
    t.not(english.classLabel, german.classLabel);
    t.equal(english.classCode, german.classCode);
  });
});
