/** The small map of the API's pages in Chromium: drawn from this server's tiles, without a complaint of the security policy. */
import t from 'tap';
import { openBrowser, openDemoTown, skipWithoutChromium } from '../atlas/browser.ts';

if (skipWithoutChromium) {
  t.pass('pages in Chromium', { skip: skipWithoutChromium });
  process.exit();
}

t.setTimeout(180_000);
const { origin } = await openDemoTown(t);
const browser = await openBrowser(t);

for (const path of [
  '/v1/collections/musterstadt-quartier?f=html',
  '/v1/collections/musterstadt-quartier/items?f=html&indicators=pov_child&limit=10',
  '/v1/collections/musterstadt-quartier/items/0101?f=html',
]) {
  t.test(`${path} draws its map`, async (t) => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (/^http/.test(request.url())) hosts.add(new URL(request.url()).origin);
    });
    await page.goto(origin + path);
    await page.waitForSelector('#map[data-ready=true] canvas', { timeout: 60_000 });
    t.strictSame(complaints, []);
    t.strictSame([...hosts], [origin], 'nobody else is asked');
    const box = await page.locator('#map canvas').boundingBox();
    t.ok(box && box.width > 300 && box.height > 200);
    await page.close();
  });
}
