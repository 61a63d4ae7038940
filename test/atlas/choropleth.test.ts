/**
 * The same choropleth by three ways: by the style from joined tiles, from geometry tiles and values, from a file. The colours
 * of districts on the screen are those of their classes in the items endpoint.
 */
import { join } from 'node:path';
import { booleanPointInPolygon, centroid } from '@turf/turf';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Page } from 'playwright-core';
import t from 'tap';
import { askApp } from '../../src/bundles/ask-api.ts';
import { exportPmtiles } from '../../src/bundles/export-pmtiles.ts';
import { sequentialRamp } from '../../src/indicators/ramps.ts';
import { MISSING_COLOUR } from '../../src/styles/missing.ts';
import { testFolder } from '../support/database.ts';
import { startStaticHost } from '../support/static-host.ts';
import { openBrowser, openDemoTown, openPage, pictureOf, settle, skipWithoutChromium } from './browser.ts';

if (skipWithoutChromium) {
  t.pass('choropleth in Chromium', { skip: skipWithoutChromium });
  process.exit();
}

t.setTimeout(240_000);

const COLLECTION = 'musterstadt-quartier';
const PERIODS = Array.from({ length: 10 }, (_, i) => String(2015 + i));
/** Colours of five classes of a burden. */
const RAMP = sequentialRamp(5, -1);
/** Classes of 2024 alone. */
const OWN = 'pov_child_class';
/** Nobody lives there. */
const EMPTY_DISTRICT = '0401';

type Checks = Pick<typeof t, 'same'>;

interface Item {
  geometry: Polygon | MultiPolygon;
  properties: Record<string, string | number | null>;
}

const folder = testFolder(t);
const host = await startStaticHost(t, folder);
const stranger = await startStaticHost(t, folder);
const { server, origin } = await openDemoTown(t, [host.origin]);
const browser = await openBrowser(t);
const items = await readItems('2024', 'each');
const ofAllPeriods = await readItems('2015/2024', 'all');
const places = placesInside(items);

async function readItems(period: string, classificationPeriods: string): Promise<Item[]> {
  const query = new URLSearchParams({
    ...{ indicators: 'pov_child', period, measures: 'value,class', classificationPeriods, limit: '1000' },
  });
  const response = await fetch(`${origin}/v1/collections/${COLLECTION}/items?${query}`);
  return ((await response.json()) as { features: Item[] }).features;
}

/** A place in each district whose centroid lies inside, by key. */
function placesInside(features: readonly Item[]): Map<string, [number, number]> {
  const inside = features.flatMap(({ geometry, properties }) => {
    const point = centroid(geometry).geometry.coordinates as [number, number];
    return booleanPointInPolygon(point, geometry) ? [[String(properties.key), point] as const] : [];
  });
  return new Map(inside);
}

/** Compares the screen with the classes, district by district. @param column of the classes in the items */
async function checkColours(t: Checks, page: Page, features: readonly Item[], column: string): Promise<void> {
  const picture = await pictureOf(page);
  const classOf = new Map(features.map(({ properties }) => [String(properties.key), properties[column]]));
  const keys = [...places.keys()];
  const points = (await page.evaluate(
    `${JSON.stringify([...places.values()])}.map((place) => window.sozialraum.project(place)).map(({ x, y }) => [x, y])`,
  )) as [number, number][];
  const wrong: string[] = [];
  keys.forEach((key, i) => {
    const [x, y] = points[i]!;
    const number = classOf.get(key);
    const got = picture.at(x, y);
    if (typeof number !== 'number') {
      const around = [-9, -6, -3, 0, 3, 6, 9].map((step) => picture.at(x + step, y + step));
      if (!around.includes(MISSING_COLOUR) || around.some((colour) => RAMP.includes(colour))) {
        wrong.push(`${key} without a value is ${around}`);
      }
      return;
    }
    const expected = RAMP[number - 1];
    if (got !== expected) wrong.push(`${key} in class ${number} is ${got}, not ${expected}`);
  });
  t.same(wrong, [], `${keys.length} districts by ${column}`);
}

t.test(
  'the districts that are looked at are nearly all of them, and the empty one is among them',
  async (t) => {
    t.ok(places.size > 50, `${places.size} of ${items.length}`);
    t.ok(places.has(EMPTY_DISTRICT));
    const empty = ofAllPeriods.find(({ properties }) => properties.key === EMPTY_DISTRICT)!;
    for (const period of PERIODS) t.equal(empty.properties[`pov_child_${period}_class`], null);
    const own = items.map(({ properties }) => properties[OWN]);
    t.equal(new Set(own).size, 6, 'five classes and none');
    const common = ofAllPeriods.map(({ properties }) => properties.pov_child_2024_class);
    t.notSame(common, own, 'the classes of all periods are others');
  },
);

t.test('joined tiles: MapLibre alone colours them by a style', async (t) => {
  const { page, complaints } = await openPage(t, browser);
  await page.route('**/blank', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><link rel="icon" href="data:,"><div id="map" style="width: 900px; height: 700px"></div>',
    }),
  );
  await page.goto(`${origin}/blank`);
  const style = `${origin}/v1/collections/${COLLECTION}/styles/pov_child?period=2024`;
  await page.evaluate(`(async () => {
    const { Map } = await import('/atlas/maplibre/maplibre-gl.mjs');
    const style = await (await fetch('${style}')).json();
    const { bounds } = await (await fetch(style.sources.districts.url)).json();
    style.layers = style.layers.filter(({ type }) => type === 'fill');
    const map = new Map({ container: 'map', style, bounds, attributionControl: false });
    window.sozialraum = { project: (place) => map.project(place) };
    await new Promise((resolve) => map.once('idle', resolve));
  })()`);
  await checkColours(t, page, items, OWN);
  t.same(complaints, []);
});

t.test(
  'values and geometry tiles: ten years by keyboard and by playing, with one download of shapes',
  async (t) => {
    const { page, requests, complaints } = await openPage(t, browser);
    await page.goto(`${origin}/#c=${COLLECTION}&i=pov_child&p=2024`);
    await settle(page);
    await checkColours(t, page, items, OWN);
    const tiles = (): string[] => requests.filter((url) => url.includes('/tiles/'));
    const loaded = tiles();
    t.ok(loaded.length > 0);
    t.equal(new Set(loaded).size, loaded.length, 'no tile twice');

    await page.focus('#moment');
    await page.keyboard.press('Home');
    for (const period of PERIODS) {
      await page.waitForSelector(`#moment[aria-valuetext="${period}"]`);
      await settle(page);
      t.equal(await page.locator('#moment-period').textContent(), period);
      t.match(await page.locator('#heading').textContent(), period);
      await checkColours(t, page, ofAllPeriods, `pov_child_${period}_class`);
      await page.keyboard.press('ArrowRight');
    }
    t.ok(await page.locator('#common').isChecked(), 'periods are compared in the same classes');
    t.match(new URL(page.url()).hash, 'k=1');

    const asked = (): string[] => requests.filter((url) => url.includes('/v1/'));
    const before = asked();
    await page.evaluate(`{
    const heading = document.getElementById('heading');
    window.seen = [];
    new MutationObserver(() => window.seen.push(heading.textContent.slice(-4))).observe(heading, { childList: true });
  }`);
    await page.focus('#play');
    await page.keyboard.press('Enter');
    t.equal(await page.locator('#play').textContent(), 'Anhalten');
    t.equal(await page.locator('#heading').getAttribute('aria-live'), 'off');
    await page.waitForSelector('#play[data-playing="false"]', { timeout: 60_000 });
    t.same(await page.evaluate('window.seen'), PERIODS, 'from the last period it starts over and ends there');
    t.equal(await page.locator('#play').textContent(), 'Abspielen');
    await checkColours(t, page, ofAllPeriods, 'pov_child_2024_class');
    t.same(asked(), before, 'playing asks for nothing');
    t.same(tiles(), loaded, 'no further tile');
    t.equal(asked().filter((url) => url.includes('/values')).length, 2, 'one period, then all at once');
    t.match(await page.locator('#legend-missing').textContent(), 'nicht anwendbar: hier wohnt niemand');

    await page.uncheck('#common');
    await settle(page);
    await checkColours(t, page, items, OWN);
    t.same(complaints, []);
  },
);

t.test('a change while playing stops it', async (t) => {
  const { page } = await openPage(t, browser);
  await page.goto(`${origin}/#c=${COLLECTION}&i=pov_child&p=2015`);
  await settle(page);
  await page.click('#play');
  await page.waitForSelector('#moment[aria-valuetext="2016"]');
  await page.selectOption('#indicator', 'lab_employed');
  t.equal(await page.locator('#play').textContent(), 'Abspielen');
  await settle(page);
  t.match(await page.locator('#heading').textContent(), /Beschäftigungsquote/);
});

t.test('each kind of missing has its own sign, on the map and in the legend', async (t) => {
  const { page } = await openPage(t, browser);
  await page.goto(`${origin}/#c=${COLLECTION}&i=edu_kita_u3&p=2017`);
  await settle(page);
  const signs = (await page.evaluate(
    `[...document.querySelectorAll('#legend-missing li')].map((item) => [item.dataset.status, item.querySelector('.swatch').style.background])`,
  )) as [string, string][];
  t.same(
    signs.map(([status]) => status),
    ['not_applicable', 'not_available'],
  );
  const pictures = signs.map(([, picture]) => picture);
  t.equal(new Set(pictures).size, 2);
});

t.test('a PMTiles file on a static host: the same colours, by ranges, without the API', async (t) => {
  const file = join(folder, 'town.pmtiles');
  await exportPmtiles(askApp(server), {
    collection: COLLECTION,
    join: { indicators: 'pov_child', period: '2015/2024' },
    minzoom: undefined,
    maxzoom: undefined,
    file,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  const { page, requests, complaints } = await openPage(t, browser);
  await page.goto(`${origin}/?pmtiles=${encodeURIComponent(`${host.origin}/town.pmtiles`)}`);
  await settle(page);
  t.ok(await page.locator('#synthetic').isVisible(), 'the file says that its data are made up');
  t.match(await page.locator('#archive').textContent(), `${host.origin}/town.pmtiles`);
  await checkColours(t, page, ofAllPeriods, 'pov_child_2024_class');
  const loaded = host.ranges.length;
  await page.focus('#moment');
  await page.keyboard.press('Home');
  await page.waitForSelector('#moment[aria-valuetext="2015"]');
  await settle(page);
  await checkColours(t, page, ofAllPeriods, 'pov_child_2015_class');
  t.equal(await page.locator('#rows tr').count(), 60);
  await page.click('#rows button[data-key="0101"]');
  await settle(page);
  t.equal(await page.locator('#details tbody tr').count(), 10);
  t.equal(host.ranges.length, loaded, 'no further range');
  t.ok(loaded > 1 && host.ranges.every((range) => range !== ''));
  t.same(
    requests.filter((url) => url.includes('/v1/') && !url.includes('/v1/sprites/')),
    [],
    'only the signs are the service’s',
  );
  t.match(await page.locator('#legend-missing').textContent(), 'nicht anwendbar: hier wohnt niemand');
  t.notOk(await page.locator('#common').isVisible(), 'the classes are those of the file');
  t.same(complaints, [], 'and the content security policy allows it');
});

t.test('what is no file of ours, or lies on a host that the operator has not allowed, is told', async (t) => {
  const cases: [string, RegExp][] = [
    [`${stranger.origin}/town.pmtiles`, /antwortet dieser Seite nicht.*BUNDLE_ORIGINS/],
    ['/atlas/icon.svg', /keine lesbare PMTiles-Datei/],
    ['javascript:alert(1)', /keine Web-Adresse/],
  ];
  for (const [address, message] of cases) {
    const { page } = await openPage(t, browser);
    await page.goto(`${origin}/?pmtiles=${encodeURIComponent(address)}`);
    await page.waitForSelector('#failure:not([hidden])');
    t.match(await page.locator('#failure').textContent(), message, address);
  }
  t.same(stranger.ranges, [], 'the other host was not even asked');
});
