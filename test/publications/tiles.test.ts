/** Tiles of published analyses: alone in an archive, and beside districts in one tile. */
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { FileSource, PMTiles } from 'pmtiles';
import t from 'tap';
import { askApp } from '../../src/bundles/ask-api.ts';
import { exportPmtiles } from '../../src/bundles/export-pmtiles.ts';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import { tileAt } from '../tiles/tile-bounds.ts';
import { itemsOf, publish, withdraw } from './publish.ts';

t.setTimeout(120_000);

const inputs = {
  collection: 'musterstadt-quartier',
  indicator: 'pov_child',
  period: '2024',
  permutations: 999,
};
const MIDDLE = [7.76, 52.12] as const;

t.test('tiles of a published analysis', async (t) => {
  const service = await testService(t, 'demo', { publications: true });
  const { app, ask } = service;
  await publish(service, 'lisa', [{ process: 'local-moran', inputs }]);
  const { items } = await itemsOf(service, 'lisa');
  const classes = new Map(items.map(({ id, properties }) => [id, properties.class]));
  const { x, y } = tileAt(8, MIDDLE);

  t.test('an archive of it has the attributes in its tiles and their names in its description', async (t) => {
    const file = join(testFolder(t), 'lisa.pmtiles');
    await exportPmtiles(askApp(app.server), {
      collection: 'lisa',
      join: {},
      minzoom: undefined,
      maxzoom: '9',
      file,
      onProgress: () => {},
      signal: new AbortController().signal,
    });
    const blob = await openAsBlob(file);
    const archive = new PMTiles(new FileSource(new File([blob], 'lisa.pmtiles')));
    t.match(await archive.getMetadata(), {
      vector_layers: [{ id: 'lisa', fields: { class: 'String', p: 'Number' } }, {}],
    });
    const tile = await archive.getZxy(8, x, y);
    const [areas] = decodeTile(new Uint8Array(tile!.data));
    t.strictSame(
      new Map(areas!.features.map(({ properties }) => [properties.key, properties.class])),
      new Map(areas!.features.map(({ properties }) => [properties.key, classes.get(String(properties.key))])),
    );
    t.ok(areas!.features.length > 20);
  });

  t.test('it lies beside districts where it is named, and not where nobody asks for it', async (t) => {
    const layersOf = async (query: string): Promise<string[]> => {
      const url = `/v1/tiles/WebMercatorQuad/8/${y}/${x}?${query}`;
      const tile = await ask({ url, headers: { 'accept-encoding': 'identity' } });
      return decodeTile(tile.rawPayload)
        .map(({ name }) => name)
        .filter((name) => !name.endsWith('_labels'));
    };
    t.strictSame(await layersOf(''), ['musterstadt-quartier', 'musterstadt-stadtteil']);
    t.strictSame(await layersOf('collections=lisa,musterstadt-stadtteil'), ['lisa', 'musterstadt-stadtteil']);
    const url = `/v1/tiles/WebMercatorQuad/8/${y}/${x}?collections=lisa,musterstadt-quartier&indicators=pov_child&period=2024`;
    const layers = decodeTile((await ask({ url, headers: { 'accept-encoding': 'identity' } })).rawPayload);
    const propertiesIn = (name: string) =>
      layers.find((layer) => layer.name === name)!.features[0]!.properties;
    t.match(propertiesIn('lisa'), { class: String, value: Number });
    t.match(propertiesIn('musterstadt-quartier'), { pov_child: Number });
    t.notOk('class' in propertiesIn('musterstadt-quartier'));
  });

  t.test('what was asked for before the withdrawal is gone after it, whatever keeps answers', async (t) => {
    const origin = await app.server.listen({ host: '127.0.0.1', port: 0 });
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`${origin}/v1/collections/lisa${path}`)).status;
    const paths = [`/tiles/WebMercatorQuad/8/${y}/${x}`, '/items?limit=5', '/styles/class'];
    for (const path of paths) {
      for (let times = 0; times < 3; times++) t.equal(await statusOf(path), 200, path);
    }
    await withdraw(service, 'lisa', 'Zum Test.');
    for (const path of paths) {
      t.equal(await statusOf(path), 410, path);
      t.equal(await statusOf(`${path}${path.includes('?') ? '&' : '?'}release=2`), 200, path);
    }
  });
});
