/** Layers for QGIS: what it reads from the definition leads to data. QGIS 3.22 opened both layers, by hand. */
import t from 'tap';
import { testService } from '../support/service.ts';

/** Text of every element of this name, without its entities. */
function textsOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}\\b[^>]*>([^<]*)</${element}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  );
}

t.test('layer definition for QGIS', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const response = await get('/collections/musterstadt-quartier/qgis?indicators=pov_child&period=2024');
  t.equal(response.headers['content-disposition'], 'attachment; filename="musterstadt-quartier.qlr"');
  const [features = '', tiles = ''] = textsOf(response.body, 'datasource');

  t.test('features are asked for at the address of the API, with the join', async (t) => {
    t.same(textsOf(response.body, 'provider'), ['OAPIF']);
    t.match(features, /typename='musterstadt-quartier'/);
    const base = new URL(/ url='([^']*)'/.exec(features)![1]!);
    t.equal((await ask({ method: 'GET', url: base.pathname + base.search })).statusCode, 200);
    // QGIS appends the query of this address to each it asks.
    const items = (await get(`/collections/musterstadt-quartier/items${base.search}`)).json();
    t.type(items.features[0].properties.pov_child, 'number');
  });

  t.test('tiles have the join too', async (t) => {
    const source = new URLSearchParams(tiles);
    t.equal(source.get('type'), 'xyz');
    const tile = new URL(source.get('url')!.replace('{z}', '0').replace('{y}', '0').replace('{x}', '0'));
    t.equal(tile.searchParams.get('indicators'), 'pov_child');
    t.equal((await ask({ method: 'GET', url: tile.pathname + tile.search })).statusCode, 200);
  });

  t.test('what stands in the markup is escaped', async (t) => {
    const path =
      '/collections/musterstadt-quartier/qgis?classification=quantile-5&measures=class&indicators=pov_child';
    const { body } = await get(`${path}&period=2024`);
    t.notMatch(body.replace(/<!DOCTYPE[^>]*>/, ''), /&(?!#\d+;)/);
    t.equal(body.match(/</g)!.length, body.match(/>/g)!.length);
  });

  t.test('what cannot be joined is refused, and so is another format', async (t) => {
    t.equal((await get('/collections/musterstadt-quartier/qgis?indicators=nothing')).statusCode, 400);
    t.equal((await get('/collections/nowhere/qgis')).statusCode, 404);
    const picture = await get('/collections/musterstadt-quartier/qgis', { accept: 'image/png' });
    t.equal(picture.statusCode, 406);
  });
});
