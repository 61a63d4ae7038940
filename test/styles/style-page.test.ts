import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { buildApp } from '../../src/app.ts';
import { MISSING_COLOUR } from '../../src/styles/missing.ts';
import { preparedDatabase } from '../support/prepared.ts';

type Style = components['schemas']['Style'];

const CHROMIUM = '/usr/bin/chromium';

/** No sandbox in containers, no requests of the browser's own, WebGL in software. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/** A page with nothing but a map; the service's own pages allow no scripts in the page. */
const PAGE = `<!doctype html><meta charset="utf-8"><style>html,body,#map{margin:0;height:100%}</style><div id="map"></div>
<script type="module">
import { Map } from '/atlas/maplibre/maplibre-gl.mjs';
window.errors = [];
window.show = (style) => new Promise((resolve) => {
  window.view?.remove();
  window.view = new Map({ container: 'map', style, fadeDuration: 0, attributionControl: false,
    canvasContextAttributes: { preserveDrawingBuffer: true } });
  window.view.on('error', ({ error }) => window.errors.push(String(error)));
  window.view.once('idle', () => resolve());
});
window.colourAt = ([lon, lat]) => {
  const { x, y } = window.view.project([lon, lat]);
  const gl = window.view.getCanvas().getContext('webgl2');
  const pixel = new Uint8Array(4);
  gl.readPixels(Math.round(x), gl.drawingBufferHeight - 1 - Math.round(y), 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  return '#' + [...pixel.subarray(0, 3)].map((part) => part.toString(16).padStart(2, '0')).join('');
};
window.ready = true;
</script>`;

const QUARTERS = 'musterstadt-quartier';

if (!existsSync(CHROMIUM)) {
  t.pass('styles in Chromium', { skip: `Got no ${CHROMIUM}; the page tests need Chromium.` });
  process.exit();
}

// The first start of the database and the browser take long on a busy machine.
t.setTimeout(180_000);
const { db } = await preparedDatabase(t, 'demo');
const { server } = await buildApp({ db, logLevel: 'silent' });
t.teardown(() => server.close());
const origin = await server.listen({ host: '127.0.0.1', port: 0 });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
t.teardown(() => browser.close());

/** A page with a map, all its requests and complaints. */
async function openPage(): Promise<{ page: Page; requests: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.route(`${origin}/style-test`, (route) =>
    route.fulfill({ contentType: 'text/html', body: PAGE }),
  );
  await page.goto(`${origin}/style-test`);
  await page.waitForFunction('window.ready');
  return { page, requests };
}

async function read<T>(path: string): Promise<T> {
  return (await (await fetch(`${origin}/v1${path}`)).json()) as T;
}

/** Inner points of the districts, from the label points that the map has. */
async function labelPoints(page: Page): Promise<Map<string, [number, number]>> {
  const points = (await page.evaluate(`window.view
    .querySourceFeatures('districts', { sourceLayer: '${QUARTERS}_labels' })
    .map(({ properties, geometry }) => [properties.key, geometry.coordinates])`)) as [
    string,
    [number, number],
  ][];
  return new Map(points);
}

const { page, requests } = await openPage();

for (const query of [
  'pov_child?period=2024',
  'pov_child?period=2024&classification=stddev',
  'pov_child?period=2024&measure=change&changeFrom=2019',
  'edu_gymnasium?period=2024&classification=jenks-6',
  'dem_pop?period=2024&classification=equal-4',
]) {
  t.test(`${query}: districts have the colours of the legend, missing ones are grey`, async (t) => {
    const style = await read<Style>(`/collections/${QUARTERS}/styles/${query}`);
    // Names would cover the points that are looked at.
    const plain = { ...style, layers: style.layers.filter(({ id }) => !/^names$|^missing-/.test(id)) };
    await page.evaluate(`window.show(${JSON.stringify(plain)})`);
    const legend = style.metadata['sozialraum:legend'];
    const [indicator = ''] = query.split('?');
    const name = legend.measure === 'change' ? `${indicator}_change` : indicator;
    const join = new URL(style.sources.districts!.url).searchParams;
    join.delete('release');
    const { features } = await read<{
      features: { id: string; properties: Record<string, number | null> }[];
    }>(`/collections/${QUARTERS}/items?${join}&skipGeometry=true`);
    const points = await labelPoints(page);
    t.equal(points.size, 60);
    const seen = new Set<string>();
    for (const { id, properties } of features) {
      const value = properties[name]!;
      const own =
        value === null
          ? MISSING_COLOUR
          : legend.classes.find(({ lower, upper }, i) => value <= upper && (i === 0 || value > lower))!
              .colour;
      const colour = await page.evaluate(`window.colourAt(${JSON.stringify(points.get(id))})`);
      if (colour !== own) t.equal(colour, own, `${id}: ${value}`);
      seen.add(own);
    }
    t.ok(seen.size >= 3, `${[...seen]}`);
    t.strictSame(await page.evaluate('window.errors'), []);
  });
}

t.test('a district without a value has the pattern of its status', async (t) => {
  const style = await read<Style>(`/collections/${QUARTERS}/styles/pov_child?period=2024`);
  await page.evaluate(`window.show(${JSON.stringify({ ...style, zoom: 13, center: [7.735, 52.1] })})`);
  const { features } = await read<{ features: { id: string; properties: Record<string, string | null> }[] }>(
    `/collections/${QUARTERS}/items?indicators=pov_child&period=2024&skipGeometry=true`,
  );
  const missing = features.filter(({ properties }) => properties.pov_child === null);
  t.ok(missing.length > 0);
  const shown = (await page.evaluate(`window.view.queryRenderedFeatures()
    .filter(({ layer }) => layer.id.startsWith('missing-'))
    .map(({ layer, properties }) => layer.id + ' ' + properties.key)`)) as string[];
  t.strictSame(
    [...new Set(shown)],
    missing.map(({ id, properties }) => `missing-${properties.pov_child_status} ${id}`),
  );
  t.strictSame(await page.evaluate('window.errors'), []);
});

t.test('names are drawn with the fonts of the device, and nothing comes from elsewhere', async (t) => {
  await page.evaluate(`window.show('${origin}/v1/collections/${QUARTERS}/styles/dem_pop')`);
  const names = (await page.evaluate(`window.view.queryRenderedFeatures({ layers: ['names'] })
    .map(({ properties }) => properties.name)`)) as string[];
  t.ok(new Set(names).size > 10, `${names}`);
  t.strictSame(await page.evaluate('window.errors'), []);
  const elsewhere = requests.filter((url) => !/^(data:|blob:)/.test(url) && !url.startsWith(`${origin}/`));
  t.strictSame(elsewhere, []);
  t.ok(requests.some((url) => /\/sprites\/missing(@2x)?\.png$/.test(url)));
});
