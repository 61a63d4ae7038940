import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { type Scope, testFolder } from '../support/database.ts';
import { BERLIN_DATA } from '../support/prepared.ts';
import { type Service, testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Result = components['schemas']['LocalMoranResult'];
type Inputs = components['schemas']['LocalMoranRequest']['inputs'];

async function run({ ask }: Service, inputs: Inputs, language = 'de') {
  return await ask({
    method: 'POST',
    url: '/v1/processes/local-moran/execution',
    headers: { 'accept-language': language },
    payload: { inputs },
  });
}

t.test('local Moran of Berlin', { skip: skipWithoutShared }, async (t) => {
  const service = await testService(t, 'berlin');
  const index = await computeStatusIndex(service);
  await publishStatusIndex(t, service, index);

  await t.test("the status index of MSS 2021 has spdep's Moran's I, links and local values", async (t) => {
    const response = await run(service, {
      collection: 'berlin-plr',
      indicator: 'status_index',
      period: '2021',
      seed: 7,
    });
    t.equal(response.statusCode, 200);
    const { analysis, features }: Result = response.json();
    t.equal(analysis.n, 536);
    t.equal(analysis.weights.links, 3168);
    t.strictSame(analysis.weights.islands, []);
    t.equal(analysis.weights.crs, 'EPSG:25833');
    t.ok(Math.abs(analysis.global.i! - 0.497747716) < 1e-8, String(analysis.global.i));
    t.ok(Math.abs(analysis.global.z! - 19.444364) < 1e-5, String(analysis.global.z));
    const expected = readReference();
    t.equal(expected.size, 536);
    let worst = 0;
    for (const { properties } of features) {
      const reference = expected.get(properties.key);
      t.equal(properties.i !== null, reference !== undefined, properties.key);
      if (reference !== undefined) worst = Math.max(worst, Math.abs(properties.i! - reference));
    }
    t.ok(worst < 1e-12, `largest deviation of Ii ${worst}`);
  });

  await t.test('a result says everything needed to judge and repeat it', async (t) => {
    const inputs: Inputs = {
      collection: 'berlin-plr',
      indicator: 'mss_s1',
      period: '2021',
      permutations: 999,
      seed: 42,
    };
    const [first, second] = [await run(service, inputs), await run(service, inputs)];
    t.equal(first.body, second.body, 'same request, same bytes');
    const { analysis, features }: Result = first.json();
    t.match(analysis, {
      permutations: 999,
      seed: 42,
      period: '2021',
      boundaryVersion: '2021-01-01',
      release: 1,
      n: 536,
      tests: 536,
      randomGenerator: 'philox4x32-10; shuffles xoshiro128++',
    });
    t.match(
      analysis.excluded.find((entry) => entry.key === '10100205'),
      { reason: 'excluded_outlier' },
    );
    t.equal(analysis.global.permutations, 9999);
    const { ge, le, pPermutation, pStandardError } = analysis.global;
    t.equal(pPermutation, Math.min(1, (2 * (Math.min(ge!, le!) + 1)) / 10_000));
    t.equal(pStandardError, Math.sqrt((pPermutation! * (2 - pPermutation!)) / 9999));
    t.match(analysis.warnings, [/Too few permutations/, /Unstable under seed/, /modifiable areal unit/]);
    for (const { properties } of features) {
      if (properties.p === null) {
        t.equal(properties.status, 'not_assessed');
        t.equal(properties.label, 'keine Angabe');
        continue;
      }
      const p = Math.min(1, (2 * Math.min(properties.ge! + 1, properties.le! + 1)) / 1000);
      t.equal(properties.p, p);
      t.ok(properties.q! >= properties.p);
    }
    const other: Result = (await run(service, { ...inputs, seed: 43 })).json();
    t.notSame(other.features, features, 'another seed draws other permutations');
    t.equal(other.analysis.snapshot, analysis.snapshot);
    const flipped = features.filter(
      ({ properties }, i) => properties.significant !== other.features[i]!.properties.significant,
    );
    t.ok(flipped.length > 0);
    for (const { id } of flipped) t.ok(analysis.seedSensitive.includes(id), `${id} rests on the seed`);
    const many: Result = (await run(service, { ...inputs, permutations: 99_999 })).json();
    t.ok(many.analysis.seedSensitive.length < analysis.seedSensitive.length / 4);
  });

  await t.test('labels say what stands out, in the language asked for', async (t) => {
    const inputs: Inputs = { collection: 'berlin-plr', indicator: 'status_index', period: '2021' };
    const labels = async (language: string): Promise<Set<string>> => {
      const result: Result = (await run(service, inputs, language)).json();
      return new Set(result.features.map((feature) => feature.properties.label));
    };
    t.ok((await labels('de')).has('auffällig: Häufung hoher Werte'));
    t.ok((await labels('en')).has('stands out: high values together'));
  });

  await t.test('a period of the old boundary version is analysed on its shapes', async (t) => {
    const result: Result = (
      await run(service, { collection: 'berlin-plr', indicator: 'mss_s1', period: '2013', permutations: 99 })
    ).json();
    t.match(result.analysis, {
      boundaryVersion: '2006-01-01',
      n: 434,
      weights: { links: 2448, crs: 'EPSG:25833' },
    });
    t.equal(result.features.length, 448);
  });

  await t.test('wrong inputs are refused with got and expected', async (t) => {
    const cases: [string, Record<string, unknown>, object][] = [
      ['collection', { collection: 'berlin-xyz' }, { code: 'unknown_collection', expected: /berlin-plr/ }],
      ['indicator', { indicator: 'nix' }, { code: 'unknown_indicator', expected: /mss_s1/ }],
      ['period', { period: '2020' }, { code: 'unknown_period', expected: 'one of 2013, 2019, 2021' }],
      ['a period off the boundary version asked for', { datetime: '2013-01-01' }, { code: 'unknown_period' }],
      ['permutations', { permutations: 10 }, { code: 'invalid_value', got: '10', expected: 'at least 99' }],
      ['seed', { seed: -1 }, { code: 'invalid_value', field: '/body/inputs/seed' }],
      ['text for a number', { seed: '1' }, { code: 'invalid_value', got: '1', expected: 'integer' }],
      ['weights', { weights: { type: 'rook' } }, { code: 'invalid_value', expected: 'one of queen' }],
      ['an unknown input', { colour: 'red' }, { code: 'unknown_property', got: 'colour' }],
    ];
    for (const [name, change, item] of cases) {
      const inputs = { collection: 'berlin-plr', indicator: 'mss_s1', period: '2021', ...change } as Inputs;
      const response = await run(service, inputs);
      t.equal(response.statusCode, 400, name);
      t.match(response.json().errors, [item], name);
    }
  });
});

t.test('local Moran of the synthetic town says what any such result depends on', async (t) => {
  const service = await testService(t, 'demo');
  const response = await run(service, {
    collection: 'musterstadt-quartier',
    indicator: await anIndicator(service),
    period: '2024',
  });
  t.equal(response.statusCode, 200);
  t.match(response.json().analysis.warnings.join(), /modifiable areal unit/);
});

async function anIndicator({ get }: Service): Promise<string> {
  const { indicators } = (await get('/indicators?collection=musterstadt-quartier')).json();
  return indicators.find((indicator: { unit: string }) => indicator.unit === 'percent').id;
}

/** z-scores of S1, S3 and S4 summed and standardised again, population standard deviation, rated districts only. */
async function computeStatusIndex({ get }: Service): Promise<Map<string, number>> {
  const response = await get(
    '/collections/berlin-plr/items?indicators=mss_s1,mss_s3,mss_s4&period=2021&measures=z',
  );
  const rated = (
    response.json().features as { id: string; properties: Record<string, number | null> }[]
  ).filter((feature) => feature.properties.mss_s1_z !== null);
  const sums = rated.map(
    ({ properties }) => properties.mss_s1_z! + properties.mss_s3_z! + properties.mss_s4_z!,
  );
  const mean = sums.reduce((a, b) => a + b) / sums.length;
  const deviation = Math.sqrt(sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length);
  return new Map(rated.map((feature, i) => [feature.id, (sums[i]! - mean) / deviation]));
}

/** Imports the index as an indicator of its own, on the boundary version that is there. */
async function publishStatusIndex(t: Scope, service: Service, index: Map<string, number>): Promise<void> {
  const folder = testFolder(t);
  mkdirSync(folder, { recursive: true });
  const berlin = JSON.parse(
    readFileSync(join(import.meta.dirname, '../packages/berlin/datapackage.json'), 'utf8'),
  );
  const source = { text: 'computed by the test', licence: 'CC0-1.0', attribution: 'test' };
  writeFileSync(
    join(folder, 'index.csv'),
    `key,index\n${[...index].map((row) => row.join(',')).join('\n')}\n`,
  );
  const descriptor = {
    ...berlin,
    name: 'status-index',
    sozialraum: {
      ...berlin.sozialraum,
      reasons: [],
      indicators: [
        {
          id: 'status_index',
          label: { de: 'Statusindex', en: 'Status index' },
          unit: 'standard deviations',
          decimals: 2,
          aggregation: 'none',
          polarity: -1,
          theme: 'index',
          targetGroups: [],
          lifeCycle: 'in_use',
          protectionClass: 'P2',
          source,
        },
      ],
    },
    resources: [
      {
        name: 'index',
        path: 'index.csv',
        format: 'csv',
        encoding: 'utf-8',
        dialect: { delimiter: ',', header: true },
        schema: {
          fields: [
            { name: 'key', type: 'string' },
            { name: 'index', type: 'number' },
          ],
        },
        sozialraum: {
          kind: 'observations',
          geography: 'berlin-plr',
          boundary: '2021-01-01',
          period: '2021',
          referenceDate: '2020-12-31',
          provisional: false,
          key: { field: 'key' },
          columns: [{ field: 'index', indicator: 'status_index' }],
        },
      },
    ],
  };
  writeFileSync(join(folder, 'datapackage.json'), JSON.stringify(descriptor));
  await importPackage(service.database.db, { packagePath: folder, dataDir: null, dryRun: false });
  await service.app.refresh();
}

/** Ii by key, computed with R (spdep 1.2-7, queen, W). */
function readReference(): Map<string, number> {
  const text = readFileSync(join(BERLIN_DATA, 'lor/DERIVED_spdep_localmoran_mss2021.csv'), 'utf8');
  const rows = text.trim().split('\n').slice(1);
  return new Map(
    rows.map((row) => {
      const [key, , , ii] = row.replaceAll('"', '').split(',');
      return [key!, Number(ii)];
    }),
  );
}
