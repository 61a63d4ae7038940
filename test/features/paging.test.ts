/** Pages of a country's municipalities while releases are published: each district comes exactly once. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MultiPolygon } from 'geojson';
import t from 'tap';
import { importPackage } from '../../src/import/import-package.ts';
import { germanMunicipalities, keyOf, PERIODS, writeCityPackage } from '../bench/tiles-city.ts';
import { testDatabase, testFolder } from '../support/database.ts';
import { serviceOn } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

const DISTRICTS = 10_997;
const PAGE = 3000;
const PERIOD = '2021';

/** Figures that every release turns round, so that sorting by them puts each district elsewhere. */
function figuresAt(release: number): Float64Array[][] {
  const turned = Float64Array.from({ length: DISTRICTS }, (_, i) => (i * 7 + release * 3331) % 500);
  return ['first', 'second'].map(() => PERIODS.map(() => turned));
}

interface Page {
  release: number;
  numberMatched: number;
  features: { id: string; properties: { first: number } }[];
  links: { rel: string; href: string }[];
}

t.test('10,997 municipalities while releases are published', { skip: skipWithoutShared }, async (t) => {
  const folder = testFolder(t);
  const city = germanMunicipalities();
  t.equal(city.n, DISTRICTS);
  const bare = {
    ...city,
    shapes: city.shapes.map((): MultiPolygon => ({ type: 'MultiPolygon', coordinates: [] })),
  };
  const database = await testDatabase(t);
  const { app, get } = await serviceOn(t, database);
  let release = 0;
  const publish = async (): Promise<void> => {
    writeCityPackage(release === 0 ? city : bare, figuresAt(release), folder);
    shorten(folder, release);
    await importPackage(database.db, { packagePath: folder, dataDir: null, dryRun: false });
    await app.refresh();
    release++;
  };
  await publish();

  for (const [name, order] of [
    ['by key', ''],
    ['by figures that change meanwhile', '&sortby=-first'],
  ] as const) {
    await t.test(`pages ${name} have each exactly once`, async (t) => {
      const begun = release;
      const keys: string[] = [];
      const figures: number[] = [];
      let path: string | undefined =
        `/collections/municipalities/items?indicators=first&period=${PERIOD}&skipGeometry=true&limit=${PAGE}${order}`;
      while (path !== undefined) {
        const page = (await get(path)).json() as Page;
        t.equal(page.numberMatched, DISTRICTS);
        keys.push(...page.features.map(({ id }) => id));
        figures.push(...page.features.map(({ properties }) => properties.first));
        const next: string | undefined = page.links.find(({ rel }) => rel === 'next')?.href;
        path = next?.slice(next.indexOf('/v1') + '/v1'.length);
        if (path !== undefined && keys.length <= 2 * PAGE) await publish();
      }
      t.equal(release, begun + 2, 'releases were published meanwhile');
      t.equal(keys.length, DISTRICTS);
      t.same(
        keys.toSorted(),
        Array.from({ length: DISTRICTS }, (_, i) => keyOf(i)),
      );
      const [, ...rest] = figures;
      if (order)
        t.ok(
          rest.every((figure, i) => figure <= figures[i]!),
          'one order from the first page to the last',
        );
      else t.same(keys, keys.toSorted());
      // Otherwise the releases would have made no difference to the walk.
      const first = (
        await get(`/collections/municipalities/items/${keyOf(0)}?indicators=first&period=${PERIOD}`)
      ).json();
      t.equal(first.properties.first, figuresAt(release - 1)[0]![0]![0]);
    });
  }

  for (const path of ['items?limit=10000', 'items?f=csv']) {
    const { headers } = await get(`/collections/municipalities/${path}`);
    // What is made before it is sent has a length; that a stream begins before its end is made is proven in answers.test.ts.
    t.equal(headers['content-length'], undefined, `${path} is sent while it is written`);
  }
});

/** One period is enough, and what is stored already need not be delivered again. */
function shorten(folder: string, release: number): void {
  const [figures, descriptor] = ['figures.csv', 'datapackage.json'].map((name) => join(folder, name));
  const [head, ...rows] = readFileSync(figures!, 'utf8').split('\n');
  writeFileSync(figures!, `${[head, ...rows.filter((row) => row.startsWith(PERIOD))].join('\n')}\n`);
  if (release === 0) return;
  const document = JSON.parse(readFileSync(descriptor!, 'utf8')) as { resources: { name: string }[] };
  document.resources = document.resources.filter(({ name }) => name !== 'shapes');
  writeFileSync(descriptor!, JSON.stringify(document));
}
