/**
 * The same choropleth by three ways: from joined tiles, from geometry tiles and values, from a file. The colours of
 * districts on the screen are those of classes that this test makes from the items endpoint.
 */
import { join } from 'node:path';
import { booleanPointInPolygon, centroid } from '@turf/turf';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Page } from 'playwright-core';
import t from 'tap';
import { askApp } from '../../src/bundles/ask-api.ts';
import { exportPmtiles } from '../../src/bundles/export-pmtiles.ts';
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
const RAMP = ['#fbe9cf', '#f6bd80', '#e4834b', '#b8472e', '#741a24'];
const MISSING = '#dcdcd8';
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
const items = await readItems();
const places = placesInside(items);

async function readItems(): Promise<Item[]> {
  const query = 'indicators=pov_child&period=2015/2024&limit=1000';
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

/** Largest value of each of five classes of the same size, by the definition of quantiles. */
function quintiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return [1, 2, 3, 4, 5].map((k) => sorted[Math.ceil((k * sorted.length) / 5) - 1]!);
}

function valuesIn(period: string): Map<string, number | null> {
  return new Map(
    items.map(({ properties }) => [
      String(properties.key),
      properties[`pov_child_${period}`] as number | null,
    ]),
  );
}

function known(values: Iterable<number | null>): number[] {
  return [...values].filter((value) => value !== null);
}

const ofAllPeriods = quintiles(PERIODS.flatMap((period) => known(valuesIn(period).values())));

/** Compares the screen with the values, district by district. */
async function checkColours(t: Checks, page: Page, period: string, uppers: readonly number[]): Promise<void> {
  const picture = await pictureOf(page);
  const keys = [...places.keys()];
  const points = (await page.evaluate(
    `${JSON.stringify([...places.values()])}.map((place) => window.sozialraum.project(place)).map(({ x, y }) => [x, y])`,
  )) as [number, number][];
  const wrong: string[] = [];
  keys.forEach((key, i) => {
    const [x, y] = points[i]!;
    const value = valuesIn(period).get(key)!;
    const got = picture.at(x, y);
    if (value === null) {
      const around = [-9, -6, -3, 0, 3, 6, 9].map((step) => picture.at(x + step, y + step));
      if (!around.includes(MISSING) || around.some((colour) => RAMP.includes(colour))) {
        wrong.push(`${key} without a value is ${around}`);
      }
      return;
    }
    const expected = RAMP[uppers.findIndex((upper) => value <= upper)];
    if (got !== expected) wrong.push(`${key} with ${value} is ${got}, not ${expected}`);
  });
  t.same(wrong, [], `${keys.length} districts in ${period}`);
}

t.test(
  'the districts that are looked at are nearly all of them, and the empty one is among them',
  async (t) => {
    t.ok(places.size > 50, `${places.size} of ${items.length}`);
    t.ok(places.has(EMPTY_DISTRICT));
    for (const period of PERIODS) t.equal(valuesIn(period).get(EMPTY_DISTRICT), null);
    t.equal(new Set(ofAllPeriods).size, 5);
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
  const uppers = quintiles(known(valuesIn('2024').values()));
  const lowers = uppers.map((_, k) =>
    Math.min(...known(valuesIn('2024').values()).filter((value) => k === 0 || value > uppers[k - 1]!)),
  );
  const steps = RAMP.flatMap((colour, k) => (k === 0 ? [colour] : [lowers[k], colour]));
  const tileJson = `${origin}/v1/collections/${COLLECTION}/tiles/WebMercatorQuad/tilejson?indicators=pov_child&period=2024`;
  const style = {
    version: 8,
    sources: { town: { type: 'vector', url: tileJson } },
    layers: [
      {
        id: 'fill',
        type: 'fill',
        source: 'town',
        'source-layer': COLLECTION,
        paint: {
          'fill-color': ['case', ['has', 'pov_child'], ['step', ['get', 'pov_child'], ...steps], MISSING],
        },
      },
    ],
  };
  await page.evaluate(`(async () => {
    const { Map } = await import('/atlas/maplibre/maplibre-gl.mjs');
    const { bounds } = await (await fetch('${tileJson}')).json();
    const map = new Map({ container: 'map', style: ${JSON.stringify(style)}, bounds, attributionControl: false });
    window.sozialraum = { project: (place) => map.project(place) };
    await new Promise((resolve) => map.once('idle', resolve));
  })()`);
  await checkColours(t, page, '2024', uppers);
  t.same(complaints, []);
});

t.test(
  'values and geometry tiles: ten years by keyboard and by playing, with one download of shapes',
  async (t) => {
    const { page, requests, complaints } = await openPage(t, browser);
    await page.goto(`${origin}/#c=${COLLECTION}&i=pov_child&p=2024`);
    await settle(page);
    await checkColours(t, page, '2024', quintiles(known(valuesIn('2024').values())));
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
      await checkColours(t, page, period, ofAllPeriods);
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
    await checkColours(t, page, '2024', ofAllPeriods);
    t.same(asked(), before, 'playing asks for nothing');
    t.same(tiles(), loaded, 'no further tile');
    t.equal(asked().filter((url) => url.includes('/values')).length, 1, 'all values came at once');
    t.match(await page.locator('#legend-missing').textContent(), 'nicht anwendbar: hier wohnt niemand');

    await page.uncheck('#common');
    await settle(page);
    await checkColours(t, page, '2024', quintiles(known(valuesIn('2024').values())));
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
    `[...document.querySelectorAll('#legend-missing li')].map((item) => [item.dataset.status, item.querySelector('canvas').toDataURL()])`,
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
  await checkColours(t, page, '2024', quintiles(known(valuesIn('2024').values())));
  const loaded = host.ranges.length;
  await page.focus('#moment');
  await page.keyboard.press('Home');
  await page.waitForSelector('#moment[aria-valuetext="2015"]');
  await settle(page);
  await checkColours(t, page, '2015', ofAllPeriods);
  t.equal(await page.locator('#rows tr').count(), 60);
  await page.click('#rows button[data-key="0101"]');
  await settle(page);
  t.equal(await page.locator('#details tbody tr').count(), 10);
  t.equal(host.ranges.length, loaded, 'no further range');
  t.ok(loaded > 1 && host.ranges.every((range) => range !== ''));
  t.same(
    requests.filter((url) => url.includes('/v1/')),
    [],
  );
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
