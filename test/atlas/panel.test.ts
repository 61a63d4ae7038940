/** The panel of the map page on Berlin: what it says, and how people get to it. */
import { area, featureCollection, intersect } from '@turf/turf';
import type { Feature, MultiPolygon, Polygon } from 'geojson';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { openBerlin, skipWithoutBerlin, textOf } from './berlin.ts';
import { openPage, settle } from './browser.ts';

type Schemas = components['schemas'];

if (skipWithoutBerlin) {
  t.pass('panel in Chromium', { skip: skipWithoutBerlin });
  process.exit();
}

t.setTimeout(240_000);

/** A district on the border of two classes, and one that the source does not rate. */
const RAHNSDORF = '09501838';
const OUTLIER = '10100205';

const { browser, ask, show } = await openBerlin(t);

t.test(
  'the panel tells how close a district is to the next class, and what its class is made of',
  async (t) => {
    const { page, complaints } = await openPage(t, browser);
    await show(page, `l=index&x=mss-status&p=2021&d=${RAHNSDORF}`);
    const told = await ask<Schemas['IndexExplanation']>('/indices/mss-status/explain', {
      ...{ collection: 'berlin-plr', district: RAHNSDORF, period: '2021' },
    });
    t.equal(await textOf(page, '#details h3'), 'Rahnsdorf');
    t.match(await textOf(page, '#details .figure'), 'hoch');
    t.equal(await textOf(page, '.explanation .border'), 'Bis zur Klasse „mittel“: 0,0047 höherauf der Kante');
    t.ok((await textOf(page, '.explanation')).includes(told.sentence.de.replace(/\s+/g, ' ')));
    t.ok((await textOf(page, '.explanation [lang="en"]')).includes(told.sentence.en));
    const bars = await page.locator('.explanation .bars li').allTextContents();
    t.equal(bars.length, 3);
    t.match(bars[0], /Arbeitslosigkeit−0,32.*2,21 % \(Mittel 4,97\)/);
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

t.test('the class of all periods within the same boundaries, and no other', async (t) => {
  const { page } = await openPage(t, browser);
  const district = '07040406';
  await show(page, `l=index&x=mss-status&p=2019&d=${district}`);
  const classes = await Promise.all(
    ['2019', '2013'].map(async (period) => {
      const { results } = await ask<Schemas['IndexResults']>('/indices/mss-status/results', {
        ...{ collection: 'berlin-plr', period },
      });
      return `${period}${results.find((row) => row.district === district)!.classLabel}`;
    }),
  );
  t.same(await page.locator('.development tr').allTextContents(), classes);
  t.equal(await textOf(page, '.development [aria-current]'), classes[0]);
});

t.test('a district that is not assessed is missing on the map, in the panel and in the table', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, `l=index&x=mss-status&p=2021&d=${OUTLIER}`);
  t.match(await textOf(page, '#details .figure'), 'kein Wert');
  t.match(await textOf(page, '#details dl'), 'nicht bewertet: als Ausreißer nicht bewertet');
  t.match(await textOf(page, '.cluster'), 'nicht bewertet');
  const row = page.locator('#rows tr', { has: page.locator(`[data-key="${OUTLIER}"]`) });
  t.match(await row.textContent(), 'nicht bewertet: als Ausreißer nicht bewertetohne Wert');
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
  const shape = async (id: string, datetime: string): Promise<Feature<Polygon | MultiPolygon>> =>
    await ask(`/collections/berlin-plr/items/${id}`, { datetime });
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
