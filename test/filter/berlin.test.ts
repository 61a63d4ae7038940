import type { FeatureCollection, MultiPolygon } from 'geojson';
import t from 'tap';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { EXPRESSIONS, type PlanningArea } from './berlin-expressions.ts';

const JOIN = 'indicators=mss_s1,mss_s4,mss_d1&period=2021&measures=value,status,reason,z,rank&limit=10000';

type Answer = FeatureCollection<MultiPolygon, PlanningArea> & { numberMatched: number };

t.test('filters on the planning areas of Berlin', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const items = async (query: string): Promise<Answer> => {
    const response = await get(`/collections/berlin-plr/items?${JOIN}${query}`);
    t.equal(response.statusCode, 200, `${query}: ${response.body.slice(0, 300)}`);
    return response.json();
  };
  const { features } = await items('');
  t.equal(features.length, 542);
  t.ok(EXPRESSIONS.length >= 150, `${EXPRESSIONS.length} expressions`);

  let found = 0;
  for (const [text, passes] of EXPRESSIONS) {
    const expected = features.filter((feature) => passes(feature.properties, feature)).map(({ id }) => id);
    const answer = await items(`&properties=key&filter=${encodeURIComponent(text)}`);
    t.strictSame(
      answer.features.map(({ id }) => id),
      expected,
      `${text} (${expected.length})`,
    );
    t.equal(answer.numberMatched, expected.length);
    if (expected.length > 0 && expected.length < 542) found += 1;
  }
  t.ok(found > 100, `${found} of the expressions find some, but not all`);
});
