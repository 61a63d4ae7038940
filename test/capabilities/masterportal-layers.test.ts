/** Layers for Masterportal: what it would ask for with them is there. */
import t from 'tap';
import { testService } from '../support/service.ts';
import { decodeTile } from '../tiles/decode-tile.ts';

interface Layer {
  typ: string;
  url: string;
  collection: string;
  crs: string;
  limit: number;
  params: Record<string, string>;
  gfiAttributes: Record<string, string>;
  extent: number[];
  origin: number[];
  resolutions: number[];
  tileSize: number;
  vtStyles: { id: string; url: string; defaultStyle: boolean }[];
}

t.test('layers for services.json', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const layersOf = async (query: string): Promise<[Layer, Layer]> =>
    (await get(`/collections/musterstadt-quartier/masterportal${query}`, { 'accept-language': 'de' })).json();
  const [features, tiles] = await layersOf('?indicators=pov_child,lab_unempl&period=2024');

  t.test('the features layer asks for joined features in metres', async (t) => {
    t.equal(features.typ, 'OAF');
    const query = new URLSearchParams({
      limit: String(features.limit),
      crs: features.crs,
      ...features.params,
    });
    const address = new URL(`${features.url}/collections/${features.collection}/items?${query}`);
    const page = (await ask({ method: 'GET', url: address.pathname + address.search })).json();
    t.equal(page.features.length, 60);
    t.ok(page.features[0].geometry.coordinates[0][0][0][0] > 100_000);
    t.same(Object.keys(page.features[0].properties), Object.keys(features.gfiAttributes));
    t.equal(features.gfiAttributes.lab_unempl_status, 'Arbeitslosenanteil (SGB II und III) 2024, Status');
  });

  t.test('the tiles are those of the grid, where Masterportal looks for them', async (t) => {
    t.equal(tiles.typ, 'VectorTile');
    const [west, , east, north] = tiles.extent as [number, number, number, number];
    t.same(tiles.origin, [west, north]);
    t.ok(Math.abs(tiles.resolutions[0]! * tiles.tileSize - (east - west)) < 1e-6);
    const [first] = (
      await ask({
        method: 'GET',
        url: `/v1/collections/musterstadt-quartier/items?limit=1&crs=${features.crs}`,
      })
    ).json().features;
    const [x, y] = first.geometry.coordinates[0][0][0];
    const z = 8;
    const side = tiles.resolutions[z]! * tiles.tileSize;
    const places = { z, x: Math.floor((x - west) / side), y: Math.floor((north - y) / side) };
    const url = Object.entries(places).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, String(value)),
      tiles.url,
    );
    const { pathname, search } = new URL(url);
    const response = await ask({ method: 'GET', url: pathname + search });
    t.equal(response.statusCode, 200);
    const [layer] = decodeTile(response.rawPayload);
    t.ok(layer!.features.some(({ properties }) => typeof properties.pov_child === 'number'));
  });

  t.test('each indicator of one period has a style, the first is the default', async (t) => {
    t.same(
      tiles.vtStyles.map(({ id, defaultStyle }) => [id, defaultStyle]),
      [
        ['pov_child', true],
        ['lab_unempl', false],
      ],
    );
    for (const { url } of tiles.vtStyles) {
      const { pathname, search } = new URL(url);
      t.equal((await ask({ method: 'GET', url: pathname + search })).json().version, 8);
    }
    const [, several] = await layersOf('?indicators=pov_child&period=2023,2024');
    t.same(several.vtStyles, []);
  });

  t.test('without a join the layers have the districts alone', async (t) => {
    const [plain, bare] = await layersOf('');
    t.same(Object.keys(plain.gfiAttributes), ['key', 'name', 'parent']);
    t.equal(plain.params, undefined);
    t.match(bare.url, /\{x\}$/);
  });

  t.test('what cannot be joined is refused', async (t) => {
    const path = '/collections/musterstadt-quartier/masterportal';
    t.equal((await get(`${path}?indicators=nothing`)).statusCode, 400);
    t.equal((await get('/collections/nowhere/masterportal')).statusCode, 404);
  });
});
