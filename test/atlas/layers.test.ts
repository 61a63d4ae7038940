/** The layers of the map page on Berlin: what is on the screen is what the API answers. */
import {
  area,
  booleanPointInPolygon,
  centroid,
  featureCollection,
  intersect,
  pointToPolygonDistance,
} from '@turf/turf';
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { divergingRamp } from '../../src/indicators/ramps.ts';
import { MISSING_COLOUR, PATTERN_COLOUR } from '../../src/styles/missing.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { openBerlin, openBrowser, openPage, pictureOf, settle, skipWithoutChromium } from './browser.ts';

type Schemas = components['schemas'];
type Checks = Pick<typeof t, 'same' | 'ok'>;

const skip = skipWithoutChromium || skipWithoutShared;
if (skip) {
  t.pass('layers in Chromium', { skip });
  process.exit();
}

t.setTimeout(300_000);

const COLLECTION = 'berlin-plr';
/** Metres from a place to the border of its district: some pixels on a map of the whole city. */
const INSIDE = 260;
/** Colour of outlines in src/atlas/page/outlines.js. */
const OUTLINE = '#4a1e8f';
/** A district on the border of two classes, and one that the source does not rate. */
const RAHNSDORF = '09501838';
const OUTLIER = '10100205';

const origin = await openBerlin(t);
const browser = await openBrowser(t);

async function ask<T>(path: string, query: Record<string, string>, language = 'de'): Promise<T> {
  const url = `${origin}/v1${path}?${new URLSearchParams({ collection: COLLECTION, ...query })}`;
  return (await (await fetch(url, { headers: { 'accept-language': language } })).json()) as T;
}

async function execute<T>(process: string, inputs: Record<string, unknown>): Promise<T> {
  const response = await fetch(`${origin}/v1/processes/${process}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': 'de' },
    body: JSON.stringify({ inputs: { collection: COLLECTION, ...inputs } }),
  });
  return (await response.json()) as T;
}

const placesOf = new Map<string, Map<string, Position>>();

/** A place well inside of each district that has one at its centroid, by key. */
async function placesOn(boundary: string): Promise<Map<string, Position>> {
  const known = placesOf.get(boundary);
  if (known) return known;
  const response = await fetch(
    `${origin}/v1/collections/${COLLECTION}/items?${new URLSearchParams({ datetime: boundary, limit: '1000' })}`,
  );
  const { features } = (await response.json()) as {
    features: { id: string; geometry: Polygon | MultiPolygon }[];
  };
  const places = features.flatMap(({ id, geometry }) => {
    const point = centroid(geometry).geometry.coordinates;
    if (!booleanPointInPolygon(point, geometry)) return [];
    const distance = pointToPolygonDistance(point, geometry, { units: 'meters' });
    return distance < -INSIDE ? [[id, point] as const] : [];
  });
  placesOf.set(boundary, new Map(places));
  return placesOf.get(boundary)!;
}

/** Compares the screen, district by district, with the colour that each should have; null for a missing value. */
async function checkColours(
  t: Checks,
  page: Page,
  boundary: string,
  colourOf: (key: string) => string | null,
): Promise<void> {
  const places = await placesOn(boundary);
  t.ok(places.size > 150, `${places.size} districts of ${boundary} are looked at`);
  const picture = await pictureOf(page);
  const points = (await page.evaluate(
    `${JSON.stringify([...places.values()])}.map((place) => window.sozialraum.project(place)).map(({ x, y }) => [x, y])`,
  )) as [number, number][];
  const wrong: string[] = [];
  const seen = new Set<string>();
  [...places.keys()].forEach((key, i) => {
    const [x, y] = points[i]!;
    const expected = colourOf(key);
    const got = picture.at(x, y);
    if (expected !== null && got !== expected) wrong.push(`${key} is ${got}, not ${expected}`);
    if (expected === null && !isMissing(picture, x, y)) wrong.push(`${key} without a value is ${got}`);
    seen.add(String(expected));
  });
  t.same(wrong, []);
  t.ok(seen.size > 1, [...seen].join(' '));
}

/** The pattern of a missing value: its ground, and nothing as colourful as a class. */
function isMissing(picture: { at(x: number, y: number): string }, x: number, y: number): boolean {
  const around = [-2, -1, 0, 1, 2].map((step) => picture.at(x + step, y + step));
  const grey = (colour: string): boolean => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return (
      Math.max(...parts) - Math.min(...parts) < 10 &&
      parts[0]! >= Number.parseInt(PATTERN_COLOUR.slice(1, 3), 16) - 2
    );
  };
  return around.every(grey) && around.some((colour) => colour <= MISSING_COLOUR);
}

async function show(page: Page, hash: string): Promise<void> {
  await page.goto(`${origin}/#c=${COLLECTION}&${hash}`);
  await settle(page);
}

async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).textContent()) ?? '').replace(/\s+/g, ' ').trim();
}

async function readIndex(index: string, period: string): Promise<Schemas['IndexResults']> {
  return await ask(`/indices/${index}/results`, { period });
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
    await checkColours(t, page, '2006-01-01', (key) => then.get(key)!);
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

t.test(
  'the panel tells how close a district is to the next class, and what its class is made of',
  async (t) => {
    const { page, complaints } = await openPage(t, browser);
    await show(page, `l=index&x=mss-status&p=2021&d=${RAHNSDORF}`);
    const told = await ask<Schemas['IndexExplanation']>('/indices/mss-status/explain', {
      ...{ district: RAHNSDORF, period: '2021' },
    });
    t.equal(await textOf(page, '#details h3'), 'Rahnsdorf');
    t.match(await textOf(page, '#details .figure'), 'hoch');
    t.equal(await textOf(page, '.explanation .border'), 'Bis zur Klasse „mittel“: 0,0047 höherauf der Kante');
    t.ok((await textOf(page, '.explanation')).includes(told.sentence.de.replace(/\s+/g, ' ')));
    t.ok((await textOf(page, '.explanation [lang="en"]')).includes(told.sentence.en));
    const bars = await page.locator('.explanation .bars li').allTextContents();
    t.equal(bars.length, 3);
    t.match(bars[0], /Arbeitslosigkeit−0,32.*2,2 % \(Mittel 5,0\)/);
    // The zero line is at the right end, since no indicator raises the index.
    const widths = (await page.evaluate(
      `[...document.querySelectorAll('.explanation .bar .less')].map((bar) => Number(bar.getAttribute('width')))`,
    )) as number[];
    const [part] = told.parts;
    const least = Math.min(...part!.contributions.map(({ contribution }) => contribution!));
    part!.contributions.forEach(({ contribution }, i) => {
      t.ok(Math.abs(widths[i]! - (100 * contribution!) / least) < 0.01, `${widths[i]}`);
    });
    t.match(await textOf(page, '.situations'), 'in keiner von 6 bewerteten Problemlagen auffällig');
    t.same(complaints, []);
  },
);

t.test('a district that is not assessed is missing on the map, in the panel and in the table', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, `l=index&x=mss-status&p=2021&d=${OUTLIER}`);
  t.match(await textOf(page, '#details .figure'), 'kein Wert');
  t.match(await textOf(page, '#details dl'), 'nicht bewertet: als Ausreißer nicht bewertet');
  t.match(await textOf(page, '.cluster'), 'nicht bewertet');
  const row = page.locator('#rows tr', { has: page.locator(`[data-key="${OUTLIER}"]`) });
  t.match(await row.textContent(), 'nicht bewertet: als Ausreißer nicht bewertetohne Wert');
});

t.test('clusters: the ids of the API, as outlines above the map, with members and biographies', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await show(page, 'l=clusters&p=2019');
  const { clusters, districts } = await ask<Schemas['Clusters']>('/clusters', { period: '2019', f: 'json' });
  const shapes = await ask<Schemas['ClusterCollection']>('/clusters', { period: '2019', f: 'geojson' });
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
  const [lon, lat] = (await placesOn('2006-01-01')).get(
    largest!.members.find((key) => placesOf.get('2006-01-01')!.has(key))!,
  )!;
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

t.test('by keyboard alone: layer, district, panel, back; and the address says it all', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await show(page, 'i=mss_s1&p=2021');
  await page.focus('#layer-indicator');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('#layer-index:checked');
  await settle(page);
  t.match(new URL(page.url()).hash, 'l=index');
  await page.focus(`[data-key="${RAHNSDORF}"]`);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#details h3:focus');
  await settle(page);
  t.match(await textOf(page, '#announcement'), /^Rahnsdorf: /);
  const address = page.url();
  await page.keyboard.press('Escape');
  await settle(page);
  t.equal(
    await page.evaluate('document.activeElement.dataset.key'),
    RAHNSDORF,
    'the focus is back in the table',
  );
  t.notMatch(page.url(), RAHNSDORF);
  await page.goBack();
  await settle(page);
  t.equal(page.url(), address);
  t.equal(await textOf(page, '#details h3'), 'Rahnsdorf');
  await page.goBack();
  await page.goBack();
  await settle(page);
  t.ok(await page.locator('#layer-indicator').isChecked(), 'two steps before it was the indicator');

  await page.focus('#map canvas');
  t.ok(await page.locator('.cross').isVisible());
  await page.keyboard.press('Enter');
  await page.waitForSelector('body[data-chosen="true"]');
  await settle(page);
  t.ok(await textOf(page, '#details h3'), 'Enter on the map chooses what lies below the cross');

  await page.focus('.skip');
  await page.keyboard.press('Enter');
  t.equal(await page.evaluate('document.activeElement.id'), 'districts');
  t.match(new URL(page.url()).hash, 'i=mss_s1', 'a jump to the table keeps the view');

  const { page: other } = await openPage(t, browser);
  await other.goto(address);
  await settle(other);
  t.equal(
    await textOf(other, '#details'),
    await textOfLinked(page, address),
    'a linked view is the same view',
  );
  t.same(complaints, []);
});

async function textOfLinked(page: Page, address: string): Promise<string> {
  await page.goto('about:blank');
  await page.goto(address);
  await settle(page);
  return await textOf(page, '#details');
}

t.test('a district of other boundaries is not passed off as one of these', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, `l=index&x=mss-status&p=2021&d=${RAHNSDORF}`);
  await page.click('#earlier');
  await settle(page);
  t.match(
    await textOf(page, '#details'),
    `Das Gebiet ${RAHNSDORF} gibt es im Gebietsstand 1.1.2006 (2019) nicht.`,
  );
  const offered = await textOf(page, '#details .link');
  const [, key] = /\((\d+)\)$/.exec(offered) ?? [];
  const shape = async (id: string, day: string): Promise<Feature<Polygon | MultiPolygon>> => {
    const response = await fetch(
      `${origin}/v1/collections/${COLLECTION}/items/${id}?${new URLSearchParams({ datetime: day })}`,
    );
    return (await response.json()) as Feature<Polygon | MultiPolygon>;
  };
  const [now, then] = [await shape(RAHNSDORF, '2021-01-01'), await shape(key!, '2006-01-01')];
  const shared = intersect(featureCollection([now, then]));
  t.ok(shared && area(shared) > 1000, `${offered} is offered, which lies in the same place`);
  await page.click('#details .link');
  await settle(page);
  t.equal(`${await textOf(page, '#details h3')} (${key})`, offered);
  await page.click('#later');
  await settle(page);
  t.match(await textOf(page, '#details .link'), /\d{8}/, 'and from there to what lies there in 2021');
});

t.test('on a phone nothing is wider than the screen, and the chosen district stays in sight', async (t) => {
  const { page, complaints } = await openPage(t, browser, { width: 390, height: 844 });
  for (const layer of ['indicator', 'index', 'situations', 'clusters', 'significance']) {
    await page.goto('about:blank');
    await show(page, `l=${layer}&p=2021&d=${RAHNSDORF}`);
    const { width, top, bottom, sheet } = (await page.evaluate(`({
      width: document.documentElement.scrollWidth,
      top: document.getElementById('map').getBoundingClientRect().top,
      bottom: document.getElementById('map').getBoundingClientRect().bottom,
      sheet: document.getElementById('panel').getBoundingClientRect().top,
    })`)) as Record<string, number>;
    t.equal(width, 390, layer);
    t.ok(top! >= 0 && sheet! - top! > 0.85 * (bottom! - top!), `${layer}: the panel leaves the map free`);
  }
  t.same(complaints, []);
});

t.test('the map stays where it is while the page loads and goes through the periods', async (t) => {
  const { page } = await openPage(t, browser, { width: 1280, height: 800 });
  await page.addInitScript(`{
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries())
        window.shifts.push([value, sources.map(({ node }) => node?.id || node?.className)]);
    }).observe({ type: 'layout-shift', buffered: true });
  }`);
  await show(page, 'l=index&x=mss&p=2021');
  await page.focus('#play');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#play[data-playing="true"]');
  await page.waitForSelector('#play[data-playing="false"]', { timeout: 60_000 });
  await settle(page);
  const shifts = (await page.evaluate('window.shifts')) as [number, string[]][];
  t.notOk(
    shifts.some(([, moved]) => moved.includes('frame')),
    JSON.stringify(shifts),
  );
  // Good by https://web.dev/articles/cls is 0.1.
  t.ok(shifts.reduce((sum, [value]) => sum + value, 0) < 0.1, JSON.stringify(shifts));
});
