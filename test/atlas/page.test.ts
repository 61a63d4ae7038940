import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';
import { buildApp } from '../../src/app.ts';
import { writeDemoPackage } from '../../src/demo/write-package.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { type Scope, testDatabase, testFolder } from '../support/database.ts';

const CHROMIUM = '/usr/bin/chromium';

/** No sandbox in containers, no requests of the browser's own, WebGL in software. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SOFTWARE_GL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

const VIEW = '#c=musterstadt-quartier&i=pov_child&p=2024';

/** A row of /v1/observations as far as these tests read it. */
interface Row {
  district: string;
  districtName: string;
  period: string;
  value: number | null;
}

if (!existsSync(CHROMIUM)) {
  t.pass('page in Chromium', { skip: `Got no ${CHROMIUM}; the page tests need Chromium.` });
  process.exit();
}

// The first start of the database and the browser take long on a busy machine.
t.setTimeout(180_000);
const origin = await openDemoTown();
const browser = await openBrowser(SOFTWARE_GL);

/** Starts the service with the demo town on a free port; returns its address. */
async function openDemoTown(): Promise<string> {
  const { db } = await testDatabase(t);
  const packagePath = testFolder(t);
  await writeDemoPackage(packagePath);
  await importPackage(db, { packagePath, dataDir: null, dryRun: false });
  const { server } = await buildApp({ db, logLevel: 'silent' });
  t.teardown(() => server.close());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

async function openBrowser(flags: readonly string[]): Promise<Browser> {
  const opened = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
  t.teardown(() => opened.close());
  return opened;
}

t.test('the map shows the classes of the legend in their colours, from this server alone', async (t) => {
  const { page, requests, complaints } = await openPage(t);
  await show(page, VIEW);
  const colours = await countColours(page);
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
  const values = rows.map(({ value }) => value).filter((value) => value !== null);
  t.equal(Number(classes[0]!.from), Math.min(...values));
  t.equal(Number(classes.at(-1)!.to), Math.max(...values));
  t.ok(await page.locator('#synthetic').isVisible(), 'made-up data are called so');
  t.match(await page.locator('h1').textContent(), /Kinderarmut.*2024/);
  const elsewhere = requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(`${origin}/`));
  t.same(elsewhere, []);
  t.same(complaints, [], 'no error and no violation of the content security policy');
});

t.test('another period or indicator changes colours and address, but loads no shape again', async (t) => {
  const { page, requests } = await openPage(t);
  await show(page, VIEW);
  const before = await countColours(page);
  const tiles = () => requests.filter((url) => url.includes('/tiles/')).length;
  const loaded = tiles();
  t.ok(loaded > 0);
  await page.click('#earlier');
  await page.selectOption('#indicator', 'lab_employed');
  await settle(page);
  t.match(new URL(page.url()).hash, 'i=lab_employed&p=2023');
  t.match(await page.locator('h1').textContent(), /Beschäftigungsquote.*2023/);
  const colours = await countColours(page);
  for (const { colour } of await readLegend(page, '#legend-classes li')) {
    t.ok((colours.get(colour) ?? 0) > 1000 && !before.has(colour), `${colour} is new on the map`);
  }
  t.equal(tiles(), loaded, 'no further tile');
});

t.test('pointing at the map names the district, a click shows its value, rank and series', async (t) => {
  const { page } = await openPage(t);
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
  t.equal(await page.locator('#details svg circle').count(), 10, 'and in the line');
  t.match(new URL(page.url()).hash, `d=${row.district}`);
});

t.test('the table works by keyboard and says why a value is missing', async (t) => {
  const { page } = await openPage(t);
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
  const { page } = await openPage(t);
  await show(page, '#c=musterstadt-stadtteil&i=edu_kita_u3&p=2017&d=06');
  t.equal(await page.locator('#details h3').textContent(), 'Rabenhorst');
  t.match(await page.locator('#details').textContent(), 'nicht verfügbar: nicht geliefert');
  t.equal(await page.locator('#period').inputValue(), '2017');
  t.equal(await page.locator('#details svg path').count(), 2, 'the line breaks where the value is missing');
});

t.test('without WebGL the page says so and still lists the values', async (t) => {
  const { page } = await openPage(t, await openBrowser(['--disable-3d-apis']));
  await show(page, VIEW);
  t.match(await page.locator('#map').textContent(), 'WebGL 2 fehlt');
  t.equal(await page.locator('#rows tr').count(), 60);
});

/** A page with a fresh profile, all requests and everything it complained about. */
async function openPage(t: Scope, from: Browser = browser) {
  const context = await from.newContext({ viewport: { width: 1440, height: 900 } });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

/** Opens a view and waits until it is on the screen. */
async function show(page: Page, hash: string): Promise<void> {
  await page.goto(`${origin}/${hash}`);
  await settle(page);
}

async function settle(page: Page): Promise<void> {
  await page.waitForSelector('body[data-ready="true"]', { timeout: 30_000 });
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

/** Pixels of each colour in a screenshot of the map; an empty page of the same browser decodes it. */
async function countColours(page: Page): Promise<Map<string, number>> {
  const image = (await page.locator('#map').screenshot()).toString('base64');
  const empty = await page.context().newPage();
  const counts = (await empty.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${image}';
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const counts = {};
    for (let at = 0; at < data.length; at += 4) {
      const colour = '#' + [0, 1, 2].map((channel) => data[at + channel].toString(16).padStart(2, '0')).join('');
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  })()`)) as Record<string, number>;
  await empty.close();
  return new Map(Object.entries(counts));
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
