/** The layers of the map page on Berlin: what is on the screen is what the API answers. */
import type { MultiPolygon } from 'geojson';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { divergingRamp } from '../../src/indicators/ramps.ts';
import { openBerlin, skipWithoutBerlin, textOf } from './berlin.ts';
import { openPage, pictureOf, settle } from './browser.ts';

type Schemas = components['schemas'];

if (skipWithoutBerlin) {
  t.pass('layers in Chromium', { skip: skipWithoutBerlin });
  process.exit();
}

t.setTimeout(240_000);

const collection = 'berlin-plr';
/** Colour of outlines in src/atlas/page/outlines.js. */
const OUTLINE = '#4a1e8f';

const { browser, ask, execute, placesOn, checkColours, show } = await openBerlin(t);

async function readIndex(index: string, period: string): Promise<Schemas['IndexResults']> {
  return await ask(`/indices/${index}/results`, { collection, period });
}

/** Colour of each district's class by key. */
function coloursOf({ statement, results }: Schemas['IndexResults']): Map<string, string | null> {
  const colours = new Map(statement.classes.map((entry) => [entry.class, entry.colour]));
  return new Map(results.map((row) => [row.district, row.class === null ? null : colours.get(row.class)!]));
}

t.test(
  'index classes of 2021 have the colours of the results, those of 2019 on the boundaries of then',
  async (t) => {
    const { page, requests, complaints } = await openPage(t, browser);
    await show(page, 'p=2021&i=mss_s1');
    await page.check('#layer-index');
    await settle(page);
    await page.selectOption('#index', 'mss-status');
    await settle(page);
    t.match(await textOf(page, '#heading'), 'Status-Index (MSS Berlin), 2021');
    const last = await readIndex('mss-status', '2021');
    const now = coloursOf(last);
    await checkColours(t, page, '2021-01-01', (key) => now.get(key)!);
    const legend = (await page.evaluate(
      `[...document.querySelectorAll('#legend-classes li')].map(({ dataset: { colour, count } }) => [colour, Number(count)])`,
    )) as [string, number][];
    t.same(
      legend,
      last.statement.classes.map(({ colour, districts }) => [colour, districts]),
      'and of the legend',
    );
    t.match(await textOf(page, '#legend-classes'), /sehr niedrig auffällig49/);
    const missing = await textOf(page, '#legend-missing');
    t.match(missing, 'nicht bewertet: weniger als 300 Einwohnerinnen und Einwohner5');
    t.match(missing, 'nicht bewertet: als Ausreißer nicht bewertet1');

    await page.focus('#moment');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('#moment[aria-valuetext="2019"]');
    await settle(page);
    const then = coloursOf(await readIndex('mss-status', '2019'));
    t.equal(then.size, 448);
    const missing2019 = await checkColours(t, page, '2006-01-01', (key) => then.get(key)!);
    t.ok(missing2019, 'districts that are not assessed are among them');
    t.match(
      await textOf(page, '#boundary'),
      'Andere Grenzen: jetzt Gebietsstand 1.1.2006 (448 Gebiete), zuvor Gebietsstand 1.1.2021 (542 Gebiete).',
    );
    t.equal(await page.locator('.break').count(), 1, 'the slider shows where boundaries change');

    const asked = requests.filter((url) => url.includes('/results')).length;
    await page.focus('#play');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#play[data-playing="false"]', { timeout: 60_000 });
    await settle(page);
    t.match(await textOf(page, '#heading'), '2021', 'it plays on to the last period');
    await checkColours(t, page, '2021-01-01', (key) => now.get(key)!);
    t.equal(requests.filter((url) => url.includes('/results')).length, asked, 'and asks for nothing again');
    t.same(complaints, []);
  },
);

t.test('the combined index has a colour for each of its twelve classes', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, 'l=index&x=mss&p=2021');
  const results = await readIndex('mss', '2021');
  const colours = coloursOf(results);
  await checkColours(t, page, '2021-01-01', (key) => colours.get(key)!);
  t.equal(new Set(results.statement.classes.map(({ colour }) => colour)).size, 12);
  t.equal(
    await page.locator('#legend-classes em').count(),
    results.statement.classes.filter(({ standsOut }) => standsOut).length,
  );
});

t.test('clusters: the ids of the API, as outlines above the map, with members and biographies', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await show(page, 'l=clusters&p=2019');
  const { clusters, districts } = await ask<Schemas['Clusters']>('/clusters', {
    collection,
    period: '2019',
    f: 'json',
  });
  const shapes = await ask<Schemas['ClusterCollection']>('/clusters', {
    collection,
    period: '2019',
    f: 'geojson',
  });
  const ids = await page.evaluate(
    `[...document.querySelectorAll('[data-cluster]')].map(({ dataset }) => dataset.cluster)`,
  );
  t.same(
    ids,
    clusters.map(({ id }) => id),
  );
  const member = '#cd7110';
  const colourOf = new Map(
    districts.map(({ district, role, status }) => [
      district,
      role === 'member' ? member : status === 'ok' ? '#f7f3e8' : null,
    ]),
  );
  await checkColours(t, page, '2006-01-01', (key) => colourOf.get(key)!);

  const picture = await pictureOf(page);
  const corners = shapes.features.map(({ geometry }) => (geometry as MultiPolygon).coordinates.flat(2)[0]!);
  const points = (await page.evaluate(
    `${JSON.stringify(corners)}.map((place) => window.sozialraum.project(place)).map(({ x, y }) => [x, y])`,
  )) as [number, number][];
  const near = [-2, -1, 0, 1, 2];
  const outlined = points.filter(([x, y]) =>
    near.some((dx) => near.some((dy) => picture.at(x + dx, y + dy) === OUTLINE)),
  );
  t.equal(outlined.length, clusters.length, 'every cluster has its outline');

  const [largest] = clusters;
  await page.focus(`[data-cluster="${largest!.id}"]`);
  await page.keyboard.press('Enter');
  await settle(page);
  t.equal(await textOf(page, '#details h3'), largest!.label);
  const events = await page.locator('.biography li').allTextContents();
  const { biography } = await ask<Schemas['ClusterHistory']>(
    new URL(largest!.links[0]!.href).pathname.slice('/v1'.length),
    { ...Object.fromEntries(new URL(largest!.links[0]!.href).searchParams), f: 'json' },
  );
  t.equal(events.length, biography.length);
  t.match(events.at(-1), 'Nach 2019 gilt ein anderer Gebietsstand');
  t.match(new URL(page.url()).hash, `g=${largest!.id}`);

  await page.goBack();
  await settle(page);
  t.equal(await page.locator('#close').isVisible(), false, 'back is without a cluster again');
  const places = await placesOn('2006-01-01');
  const [lon, lat] = places.get(largest!.members.find((key) => places.has(key))!)!;
  const position = (await page.evaluate(`window.sozialraum.project([${lon}, ${lat}])`)) as {
    x: number;
    y: number;
  };
  await page.hover('#map', { position });
  t.match(await textOf(page, '#tooltip'), `Cluster: ${largest!.label}`);
  await page.click('#map', { position });
  await settle(page);
  t.match(await textOf(page, '.cluster'), largest!.label);
  t.match(await textOf(page, '.cluster .bars'), '201328 Gebiete201925 Gebiete');
  await page.click('.cluster .link');
  await settle(page);
  t.equal(await textOf(page, '#details h3'), largest!.label, 'from the district to its cluster');
  t.same(complaints, []);
});

t.test('significance is the result of the process, with what a reader needs to judge it', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await show(page, 'l=significance&i=mss_s4&p=2021');
  const moran = await execute<Schemas['LocalMoranResult']>('local-moran', {
    ...{ indicator: 'mss_s4', period: '2021' },
  });
  const [lowLow, lowHigh, none, highLow, highHigh] = divergingRamp(2, true, 2, -1);
  const colours = {
    'high-high': highHigh,
    'low-low': lowLow,
    'high-low': highLow,
    'low-high': lowHigh,
    none,
  };
  const expected = new Map(
    moran.features.map(({ id, properties: { p, significant, quadrant } }) => [
      id,
      p === null ? null : colours[significant && quadrant ? quadrant : 'none']!,
    ]),
  );
  await checkColours(t, page, '2021-01-01', (key) => expected.get(key)!);
  const found = moran.features.find(
    ({ properties }) => properties.quadrant === 'high-high' && properties.significant,
  )!;
  await page.fill('#search', String(found.id));
  await page.keyboard.press('Enter');
  await settle(page);
  t.equal(await textOf(page, '#details h3'), found.properties.name);
  const words = await textOf(page, '.significance');
  const print = (value: number): string => value.toLocaleString('de-DE', { maximumSignificantDigits: 1 });
  t.ok(words.includes(`p${print(found.properties.p!)}`), words);
  t.match(words, 'auch nach der Korrektur für die vielen Prüfungen');
  t.match(words, 'Permutationen99.999');
  t.match(words, 'Prüfungen536, Falscherkennungsrate');
  t.match(words, 'Über Ursachen und über einzelne Menschen sagt das nichts');

  await page.selectOption('#statistic', 'getis-ord');
  await settle(page);
  const hot = await execute<{
    features: { id: string; properties: { p: number | null; significant: boolean; class: string } }[];
  }>('getis-ord', { indicator: 'mss_s4', period: '2021' });
  const spots = new Map(
    hot.features.map(({ id, properties: { p, significant, class: side } }) => [
      id,
      p === null ? null : significant ? (side === 'high' ? highHigh! : lowLow!) : none!,
    ]),
  );
  await checkColours(t, page, '2021-01-01', (key) => spots.get(key)!);

  await page.selectOption('#indicator', 'population');
  await settle(page);
  const legend = (await page.evaluate(
    `[...document.querySelectorAll('#legend-classes li')].map(({ dataset }) => dataset.colour)`,
  )) as string[];
  const [less, , , , more] = divergingRamp(2, true, 2, 0);
  t.same(legend, [more, less, none], 'context has no side that is a problem');
  t.same(complaints, []);
});

t.test('problem situations: the count of each district, and what it rests on', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await show(page, 'l=situations&p=2021&o=1');
  const { statement, districts } = await ask<Schemas['SituationResults']>('/problem-situations/districts', {
    collection,
    period: '2021',
  });
  const counts = new Map(districts.map(({ district, count }) => [district, count]));
  await page.uncheck('#outlines');
  await settle(page);
  await checkColours(t, page, '2021-01-01', (key) => {
    const count = counts.get(key)!;
    return count === null ? null : statement.colours[count]!;
  });
  t.match(await textOf(page, '#legend-notes'), 'Bei 536 Gebieten fehlen Angaben zu einzelnen Problemlagen');
  const worst = districts.reduce((most, each) => ((each.count ?? 0) > (most.count ?? 0) ? each : most));
  await page.click(`[data-key="${worst.district}"]`);
  await settle(page);
  t.equal(await page.locator('.findings.present li').count(), worst.count);
  t.match(await textOf(page, '.findings.present'), /Mittel.*Standardabweichungen ungünstiger, Grenze 1,0/);
  t.match(await textOf(page, '.situations'), `${worst.districtName} (${worst.district}) ist 2021 in`);
  t.match(await textOf(page, '.situations details'), 'Ohne Angaben: 1');
  t.same(complaints, []);
});
