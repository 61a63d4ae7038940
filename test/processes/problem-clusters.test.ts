/** The process gives what `/clusters` gives. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { readContract } from '../../src/http/contract.ts';
import { requireProcess } from '../../src/processes/registry.ts';
import { testService } from '../support/service.ts';
import { execute, executeAsJob } from './ask-process.ts';

t.setTimeout(240_000);

type Schemas = components['schemas'];
interface Result {
  type: string;
  features: { id: string; geometry: object; properties: Record<string, unknown> }[];
  districts: object[];
  ended: object[];
  analysis: object;
}

const service = await testService(t, 'demo');
const PLACE = { collection: 'musterstadt-quartier', period: '2024' };

/** Links are addresses of the request, so a result that others share has none. */
function withoutLinks(features: readonly Schemas['ClusterFeature'][]): object[] {
  return features.map(({ properties: { links: _links, ...properties }, ...feature }) => ({
    ...feature,
    properties,
  }));
}

for (const [name, inputs] of [
  ['contiguity', { minSituations: 3, gap: 1 }],
  [
    'some situations',
    { situations: ['child-poverty', 'unemployment'], minSituations: 1, contiguity: 'rook' },
  ],
  ['a target group', { targetGroup: 'families', minSituations: 1, minPopulation: 2000 }],
  ['getis-ord', { method: 'getis-ord', permutations: 999, seed: 5 }],
  ['ward', { method: 'ward', regions: 9, minSituations: 1, indicators: ['pov_child', 'lab_unempl'] }],
] as const) {
  t.test(`${name}: the same to the byte as at /clusters, at once and as a job`, async (t) => {
    const all = { ...PLACE, ...inputs };
    const query = Object.entries(all)
      .map(([key, value]) => `${key}=${value}`)
      .join('&');
    const body = (await execute(service, 'problem-clusters', all)).body;
    const result = JSON.parse(body) as Result;
    t.equal((await executeAsJob(service, 'problem-clusters', all)).body, body);
    const collection = (await service.get(`/clusters?${query}`)).json() as Schemas['ClusterCollection'];
    const plain = (await service.get(`/clusters?${query}&f=json`)).json() as Schemas['Clusters'];
    t.equal(JSON.stringify(result.features), JSON.stringify(withoutLinks(collection.features)));
    t.equal(JSON.stringify(result.analysis), JSON.stringify(collection.statement));
    t.equal(JSON.stringify(result.districts), JSON.stringify(plain.districts));
    t.equal(JSON.stringify(result.ended), JSON.stringify(plain.ended));
    t.ok(result.features.length > 0 && result.features.every(({ geometry }) => geometry !== null));
    t.notOk(/https?:/.test(body), 'no address of a request');
  });
}

t.test('its inputs are the parameters of /clusters, with the same limits', (t) => {
  const { paths, components: shared } = readContract();
  const parameters = paths['/clusters']!.get!.parameters.map((one) =>
    '$ref' in one ? shared.parameters[one.$ref.split('/').at(-1)!]! : one,
  );
  // Of the answer's form and of the state that is read; a computation has its own.
  const own = parameters.filter(({ name }) => !['f', 'release', 'asOf'].includes(name));
  const { inputs } = requireProcess('problem-clusters');
  t.same(Object.keys(inputs).sort(), own.map(({ name }) => name).sort());
  for (const { name, schema } of own) {
    const { schema: given, maxOccurs, optional, description } = inputs[name]!;
    t.equal(optional, true);
    t.ok(description.en);
    if (schema.type === 'array') t.same([given, maxOccurs], [schema.items, schema.maxItems]);
    else t.same(given, schema);
  }
  t.end();
});

t.test('what is wrong is told by the place in the request', async (t) => {
  for (const [inputs, field] of [
    [{ collection: 'nowhere' }, '/body/inputs/collection'],
    [{ ...PLACE, period: '1999' }, '/body/inputs/period'],
    [{ ...PLACE, seed: 1 }, '/body/inputs/seed'],
    [{ ...PLACE, method: 'skater' }, '/body/inputs/regions'],
    [{ ...PLACE, method: 'skater', regions: 5000 }, '/body/inputs/regions'],
    [{ ...PLACE, method: 'skater', regions: 900 }, '/body/inputs/regions'],
    [{ ...PLACE, method: 'ward', regions: 3, indicators: ['dem_pop'] }, '/body/inputs/indicators'],
    [{ ...PLACE, situations: ['x'] }, '/body/inputs/situations'],
    [{ ...PLACE, situations: 1 }, /^\/body\/inputs\/situations/],
    [{ ...PLACE, minDistrict: 2 }, '/body/inputs/minDistrict'],
  ] as const) {
    const response = await execute(service, 'problem-clusters', inputs);
    t.equal(response.statusCode, 400, JSON.stringify(inputs));
    t.match(response.json(), { errors: [{ field }] }, response.body);
  }
  const failed = await executeAsJob(service, 'problem-clusters', { ...PLACE, method: 'ward', regions: 900 });
  t.match([failed.statusCode, failed.json()], [400, { errors: [{ field: '/body/inputs/regions' }] }]);
});
