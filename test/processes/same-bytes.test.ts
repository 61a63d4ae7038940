/** The same request has the same bytes on whatever database: a server's, where the suite has one, and an embedded one. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { open, testFolder } from '../support/database.ts';
import { prepareFolder } from '../support/prepared.ts';
import { type Service, serviceOn, testService } from '../support/service.ts';
import { execute } from './ask-process.ts';
import { REQUESTS } from './requests.ts';

t.setTimeout(240_000);

const QUARTER = 'collection=musterstadt-quartier';
const CLUSTERS = `/clusters?${QUARTER}&period=2024`;
const PATHS = [
  `/indices/hamburg-style/results?${QUARTER}`,
  `/indices/nzdep-style/results?${QUARTER}&f=csv`,
  `/indices/quintile-points/explain?${QUARTER}&district=0102`,
  `/indices/hamburg-style-status/robustness?${QUARTER}&draws=50`,
  `/problem-situations/districts?${QUARTER}`,
  CLUSTERS,
  `${CLUSTERS}&method=local-moran&f=json`,
  `${CLUSTERS}&method=getis-ord&gap=1`,
  ...['skater', 'redcap', 'ward', 'azp'].map((method) => `${CLUSTERS}&regions=9&method=${method}`),
  `${CLUSTERS}&method=max-p&minPopulation=9000&f=json`,
];

async function embeddedService(): Promise<Service> {
  const dataDir = join(testFolder(t), 'data');
  cpSync(await prepareFolder('demo'), dataDir, { recursive: true });
  return await serviceOn(t, await open(t, { dataDir }));
}

t.test('results are the same to the byte on two databases', async (t) => {
  const services = [await testService(t, 'demo'), await embeddedService()];
  for (const path of PATHS) {
    const [one, other] = await Promise.all(services.map((service) => service.get(path)));
    t.equal(one!.statusCode, 200, path);
    t.ok(one!.body === other!.body, path);
  }
  for (const [id, inputs] of Object.entries(REQUESTS)) {
    const [one, other] = await Promise.all(services.map((service) => execute(service, id, inputs)));
    t.equal(one!.statusCode, 200, id);
    t.ok(one!.body === other!.body, id);
  }
});
