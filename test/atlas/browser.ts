/** The map page in a real browser. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildApp } from '../../src/app.ts';
import { writeDemoPackage } from '../../src/demo/write-package.ts';
import { importPackage } from '../../src/import/import-package.ts';
import { type Scope, testDatabase, testFolder } from '../support/database.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Why a test of the page is skipped, or false. */
export const skipWithoutChromium: string | false = existsSync(CHROMIUM)
  ? false
  : `Got no ${CHROMIUM}; the page tests need Chromium.`;

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

/** Starts the service with the demo town on a free port; returns its address and the app. */
export async function openDemoTown(t: Scope, bundleOrigins: readonly string[] = []) {
  const { db } = await testDatabase(t);
  const packagePath = testFolder(t);
  await writeDemoPackage(packagePath);
  await importPackage(db, { packagePath, dataDir: null, dryRun: false });
  const { server } = await buildApp({ db, logLevel: 'silent', bundleOrigins });
  t.teardown(() => server.close());
  return { server, origin: await server.listen({ host: '127.0.0.1', port: 0 }) };
}

/** Starts the browser. @param flags by default those that draw without a graphics card */
export async function openBrowser(t: Scope, flags: readonly string[] = SOFTWARE_GL): Promise<Browser> {
  const opened = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...flags] });
  t.teardown(() => opened.close());
  return opened;
}

/** A page with a fresh profile, all requests and everything it complained about. */
export async function openPage(t: Scope, from: Browser, viewport = { width: 1440, height: 900 }) {
  const context = await from.newContext({ viewport });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

/** Waits until everything that was asked for is on the screen. */
export async function settle(page: Page): Promise<void> {
  await page.waitForSelector('body[data-ready="true"]', { timeout: 30_000 });
}

/** A picture of the map. */
export interface Picture {
  width: number;
  /** Colour of the pixel at a column and a row, as #rrggbb. */
  at(x: number, y: number): string;
  /** Pixels of each colour. */
  counts: Map<string, number>;
}

/** Takes a screenshot of the map; an empty page of the same browser decodes it. */
export async function pictureOf(page: Page): Promise<Picture> {
  const image = (await page.locator('#map').screenshot()).toString('base64');
  const empty = await page.context().newPage();
  const { width, data } = (await empty.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${image}';
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32768) text += String.fromCharCode(...data.subarray(at, at + 32768));
    return { width: image.width, data: btoa(text) };
  })()`)) as { width: number; data: string };
  await empty.close();
  const pixels = Buffer.from(data, 'base64');
  const colourAt = (i: number): string => `#${pixels.toString('hex', 4 * i, 4 * i + 3)}`;
  const counts = new Map<string, number>();
  for (let i = 0; i < pixels.length / 4; i++) counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
  return { width, at: (x, y) => colourAt(Math.round(y) * width + Math.round(x)), counts };
}
