/** Context is never a problem: not in colours, not in indices, not in problem situations, not in clusters. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { divergingRamp, sequentialRamp } from '../../src/indicators/ramps.ts';
import { type Service, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

t.setTimeout(240_000);

type Schemas = components['schemas'];
type Legend = Schemas['Legend'];

/** Every colour that says that something is a problem, whichever side it is on. */
const PROBLEM = new Set<string>();
for (let classes = 1; classes <= 12; classes++) {
  for (const colour of sequentialRamp(classes, -1)) PROBLEM.add(colour);
  for (let below = 0; below <= classes; below++)
    for (const middle of [true, false])
      for (const colour of divergingRamp(below, middle, classes, -1).slice(-classes)) PROBLEM.add(colour);
}

async function checkTown(t: Tap, { get }: Service, collection: string): Promise<void> {
  const { indicators } = (await get('/indicators')).json() as {
    indicators: { id: string; polarity: number }[];
  };
  const context = indicators.filter(({ polarity }) => polarity === 0).map(({ id }) => id);
  const others = indicators.filter(({ polarity }) => polarity !== 0).map(({ id }) => id);
  t.ok(context.length > 0 && others.length > 0);

  let [drawn, warm] = [0, 0];
  for (const id of [...context, ...others]) {
    for (const query of ['', '?measure=change', '?classification=stddev']) {
      const answer = await get(`/collections/${collection}/styles/${id}${query}`);
      if (answer.statusCode !== 200) continue;
      const { polarity, classes } = answer.json().metadata['sozialraum:legend'] as Legend;
      const asProblem = classes.filter(({ colour }) => PROBLEM.has(colour)).length;
      t.equal(polarity === 0, context.includes(id));
      if (polarity === 0 && asProblem > 0) t.fail(`${id}${query} is coloured as a problem`);
      if (polarity === 0) drawn += classes.length;
      else warm += asProblem;
    }
  }
  t.ok(drawn > 0 && warm > 0, 'other indicators do have such colours');

  const { indices } = (await get('/indices')).json() as Schemas['Indices'];
  for (const { id, definition, applications } of indices) {
    for (const { indicator, polarity } of definition?.indicators ?? []) {
      t.not(polarity, 0);
      if (context.includes(indicator)) t.fail(`${id} counts ${indicator}`);
    }
    for (const { indicators: used } of applications)
      t.same(
        used.filter((name) => context.includes(name)),
        [],
        id,
      );
  }
  const { statement } = (
    await get(`/problem-situations/districts?collection=${collection}`)
  ).json() as Schemas['SituationResults'];
  for (const { situation, sources } of statement.situations)
    t.same(
      sources.filter((name) => context.includes(name)),
      [],
      situation,
    );
  for (const id of context) {
    const answer = await get(`/clusters?collection=${collection}&method=ward&regions=3&indicators=${id}`);
    t.equal(answer.statusCode, 400, id);
    t.match(answer.json(), { errors: [{ field: 'indicators' }] });
  }
}

type Tap = Pick<typeof t, 'ok' | 'equal' | 'not' | 'same' | 'match' | 'fail'>;

t.test('context of the demo town', async (t) => {
  await checkTown(t, await testService(t, 'demo'), 'musterstadt-quartier');
});

t.test('context of Berlin', { skip: skipWithoutShared }, async (t) => {
  await checkTown(t, await testService(t, 'berlin'), 'berlin-plr');
});
