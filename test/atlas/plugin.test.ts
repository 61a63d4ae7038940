import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Fastify from 'fastify';
import t from 'tap';
import { atlas } from '../../src/atlas/plugin.ts';
import { readContract } from '../../src/http/contract.ts';
import { html } from '../../src/http/html.ts';

const contract = readContract();
const app = Fastify();
t.teardown(() => app.close());
await app.register(atlas, { contract });

const PAGE = join(import.meta.dirname, '../../src/atlas/page');

t.test('every file of the page is served with its type', async (t) => {
  const types: Record<string, RegExp> = { html: /html/, css: /css/, js: /javascript/, svg: /svg/ };
  const files = readdirSync(PAGE, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((each) => each.includes('.'))) {
    const { statusCode, headers } = await app.inject(`/atlas/${name}`);
    t.equal(statusCode, 200, name);
    t.match(headers['content-type'], types[name.split('.').at(-1)!]!, name);
  }
  const page = await app.inject('/');
  t.match(page.headers['content-type'], /html/);
  t.match(page.body, '<title>Sozialraum');
});

t.test('MapLibre is served from node_modules', async (t) => {
  for (const name of ['maplibre-gl.mjs', 'maplibre-gl-worker.mjs', 'maplibre-gl.css']) {
    const { statusCode, headers } = await app.inject(`/atlas/maplibre/${name}`);
    t.equal(statusCode, 200, name);
    t.match(headers['content-type'], name.endsWith('css') ? /css/ : /javascript/, name);
  }
  for (const path of [
    '/atlas/maplibre/../package.json',
    '/atlas/plugin.ts',
    '/atlas/%2e%2e/plugin.ts',
    '/atlas/',
  ]) {
    t.not((await app.inject(path)).statusCode, 200, path);
  }
});

t.test('the pages have no inline script or style and load nothing from elsewhere', async (t) => {
  for (const path of ['/', '/docs']) {
    const { body } = await app.inject(path);
    t.notMatch(body, /\sstyle=|<style|\son[a-z]+=|<script>|<script(?![^>]*\ssrc="\/)/i, path);
    t.notMatch(body, /(?:src|<link[^>]*href)="(?:https?:)?\/\//i, path);
  }
});

t.test('the documentation names every operation, parameter and schema of the contract', async (t) => {
  const { body, headers } = await app.inject({ url: '/docs', headers: { host: 'atlas.example:8080' } });
  t.match(headers['content-type'], /html/);
  for (const [path, operations] of Object.entries(contract.paths)) {
    t.match(body, `<code>${path}</code>`);
    for (const { operationId, parameters } of Object.values(operations)) {
      t.match(body, `<article id="${operationId}">`);
      for (const each of parameters) if ('name' in each) t.match(body, `<code>${each.name}</code>`);
    }
  }
  for (const { name } of Object.values(contract.components.parameters)) t.match(body, `<code>${name}</code>`);
  const anchors = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const name of Object.keys(contract.components.schemas!)) t.ok(anchors.has(`schema-${name}`), name);
  for (const [, target] of body.matchAll(/href="#([^"]+)"/g)) t.ok(anchors.has(target!), `#${target} exists`);
});

t.test('example calls are whole: no parameter left open, the address the client used', async (t) => {
  const { body } = await app.inject({ url: '/docs', headers: { host: 'atlas.example:8080' } });
  const calls = [...body.matchAll(/<pre[^>]*><code>(.*?)<\/code>/gs)].map(([, call]) => call!);
  t.equal(
    calls.length,
    Object.values(contract.paths).flatMap((operations) => Object.keys(operations)).length,
  );
  for (const call of calls)
    t.match(call, /^curl (-X (POST|DELETE) )?&#39;http:\/\/atlas\.example:8080\/v1\/[^{}]*&#39;/);
});

t.test('text in markup is escaped, markup is not escaped twice', async (t) => {
  const inner = html`<b>${'a < b & "c"'}</b>`;
  t.equal(html`<p>${inner}${null}${[inner, 1]}</p>`.markup, `<p>${inner.markup}${inner.markup}1</p>`);
  t.equal(inner.markup, '<b>a &#60; b &#38; &#34;c&#34;</b>');
});
