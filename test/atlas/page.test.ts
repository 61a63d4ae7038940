import type { Page } from 'playwright-core';
import t from 'tap';
import { openBrowser, openDemoTown, openPage, pictureOf, settle, skipWithoutChromium } from './browser.ts';

const VIEW = '#c=musterstadt-quartier&i=pov_child&p=2024';

/** A row of /v1/observations as far as these tests read it. */
interface Row {
  district: string;
  districtName: string;
  period: string;
  value: number | null;
}

/** The legend in a style's metadata as far as these tests read it. */
interface StyleLegend {
  classes: { colour: string; count: number; lower: number; upper: number }[];
}

if (skipWithoutChromium) {
  t.pass('page in Chromium', { skip: skipWithoutChromium });
  process.exit();
}

// The first start of the database and the browser take long on a busy machine.
t.setTimeout(180_000);
const { server, origin } = await openDemoTown(t);
const browser = await openBrowser(t);

t.test('the map shows the classes of the legend in their colours, from this server alone', async (t) => {
  const { page, requests, complaints } = await openPage(t, browser);
  await show(page, VIEW);
  const { counts: colours } = await pictureOf(page);
  const classes = await readLegend(page, '#legend-classes li');
  const missing = await readLegend(page, '#legend-missing li');
  t.equal(classes.length, 5);
  t.equal(missing.length, 1);
  for (const { colour, count } of [...classes, ...missing]) {
    t.ok(count > 0 && (colours.get(colour) ?? 0) > 1000, `${colour}: ${colours.get(colour)} pixels`);
  }
  const rows = await readRows('pov_child', '2024');
  t.equal(
    [...classes, ...missing].reduce((sum, { count }) => sum + count, 0),
    rows.length,
  );
  const style = await fetch(`${origin}/v1/collections/musterstadt-quartier/styles/pov_child?period=2024`);
  const { metadata } = (await style.json()) as { metadata: { 'sozialraum:legend': StyleLegend } };
  t.same(
    classes.map(({ from, to, ...entry }) => ({ ...entry, lower: Number(from), upper: Number(to) })),
    metadata['sozialraum:legend'].classes.map(({ colour, count, lower, upper }) => ({
      ...{ colour, count, lower, upper },
    })),
    'the legend is that of the style',
  );
  t.ok(await page.locator('#synthetic').isVisible(), 'made-up data are called so');
  t.match(await page.locator('h1').textContent(), /Kinderarmut.*2024/);
  const elsewhere = requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(`${origin}/`));
  t.same(elsewhere, []);
  t.same(complaints, [], 'no error and no violation of the content security policy');
});

t.test('another period or indicator changes colours and address, but loads no shape again', async (t) => {
  const { page, requests } = await openPage(t, browser);
  await show(page, VIEW);
  const burden = await readLegend(page, '#legend-classes li');
  const tiles = () => requests.filter((url) => url.includes('/tiles/')).length;
  const loaded = tiles();
  t.ok(loaded > 0);
  await page.click('#earlier');
  await page.selectOption('#indicator', 'lab_employed');
  await settle(page);
  t.match(new URL(page.url()).hash, 'i=lab_employed&p=2023');
  t.match(await page.locator('h1').textContent(), /Beschäftigungsquote.*2023/);
  const { counts: colours } = await pictureOf(page);
  const strength = await readLegend(page, '#legend-classes li');
  t.same(
    strength.map(({ colour }) => colour),
    burden.map(({ colour }) => colour).reverse(),
    'dark is where the problem is',
  );
  for (const { colour } of strength) t.ok((colours.get(colour) ?? 0) > 1000, `${colour} on the map`);
  t.equal(tiles(), loaded, 'no further tile');
});

t.test('who comes back has the tiles still', async (t) => {
  const { page } = await openPage(t, browser);
  const asked: string[] = [];
  server.server.on('request', ({ url }: { url: string }) => asked.push(url));
  const tiles = () => asked.filter((url) => /\/tiles\/WebMercatorQuad\/\d/.test(url)).length;
  await show(page, VIEW);
  const loaded = tiles();
  t.ok(loaded > 0);
  await page.goto('about:blank');
  await show(page, VIEW);
  t.equal(tiles(), loaded, 'no tile is asked for again');
});

t.test('pointing at the map names the district, a click shows its value, rank and series', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, VIEW);
  const { width, height } = (await page.locator('#map').boundingBox())!;
  const position = { x: width * 0.62, y: height * 0.4 };
  await page.hover('#map', { position });
  const name = await page.locator('#tooltip strong').textContent();
  await page.click('#map', { position });
  await settle(page);
  t.equal(await page.locator('#details h3').textContent(), name);
  const rows = await readRows('pov_child', '2024');
  const row = rows.find(({ districtName }) => districtName === name)!;
  t.equal(await page.locator('#details .figure').textContent(), print(row.value!));
  const rank = 1 + rows.filter(({ value }) => value !== null && value > row.value!).length;
  t.match(await page.locator('#details dl').textContent(), `Rang${rank} von 59`);
  t.equal(await page.locator('#details tbody tr').count(), 10, 'ten years in the table');
  t.equal(await page.locator('#details .chart circle').count(), 10, 'and in the line');
  t.match(new URL(page.url()).hash, `d=${row.district}`);
});

t.test('the table works by keyboard and says why a value is missing', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, VIEW);
  t.equal(await page.locator('#rows tr').count(), 60);
  await page.focus('#rows button[data-key="0401"]');
  await page.keyboard.press('Enter');
  await settle(page);
  t.equal(await page.locator('#details h3').textContent(), 'Industriehafen');
  t.match(await page.locator('#details').textContent(), 'nicht anwendbar: hier wohnt niemand');
  await page.focus('[data-sort="value"]');
  await page.keyboard.press('Enter');
  const highest = (await readRows('pov_child', '2024')).reduce((a, b) =>
    (b.value ?? 0) > (a.value ?? 0) ? b : a,
  );
  t.equal(await page.locator('#rows button').first().textContent(), highest.districtName);
  t.equal(await page.locator('#rows button').last().textContent(), 'Industriehafen', 'no value comes last');
});

t.test('a linked view opens as it was', async (t) => {
  const { page } = await openPage(t, browser);
  await show(page, '#c=musterstadt-stadtteil&i=edu_kita_u3&p=2017&d=06');
  t.equal(await page.locator('#details h3').textContent(), 'Rabenhorst');
  t.match(await page.locator('#details').textContent(), 'nicht verfügbar: nicht geliefert');
  t.equal(await page.locator('#period').inputValue(), '2017');
  t.equal(await page.locator('#details svg path').count(), 2, 'the line breaks where the value is missing');
});

t.test('without WebGL the page says so and still lists the values', async (t) => {
  const { page } = await openPage(t, await openBrowser(t, ['--disable-3d-apis']));
  await show(page, VIEW);
  t.match(await page.locator('#map').textContent(), 'WebGL 2 fehlt');
  t.equal(await page.locator('#rows tr').count(), 60);
});

/** Opens a view and waits until it is on the screen. */
async function show(page: Page, hash: string): Promise<void> {
  await page.goto(`${origin}/${hash}`);
  await settle(page);
}

async function readLegend(page: Page, selector: string) {
  const items = await page.locator(selector).all();
  return Promise.all(
    items.map(async (item) => ({
      colour: (await item.getAttribute('data-colour'))!,
      count: Number(await item.getAttribute('data-count')),
      from: await item.getAttribute('data-from'),
      to: await item.getAttribute('data-to'),
    })),
  );
}

async function readRows(indicator: string, period: string): Promise<Row[]> {
  const query = new URLSearchParams({ collection: 'musterstadt-quartier', indicators: indicator, period });
  const response = await fetch(`${origin}/v1/observations?${query}`);
  return ((await response.json()) as { observations: Row[] }).observations;
}

/** A share as the page prints it. */
function print(value: number): string {
  return `${value.toLocaleString('de-DE', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} %`;
}
