import { tileIdToZxy, zxyToTileId } from 'pmtiles';
import t from 'tap';
import { type ReadTile, walkTiles } from '../../src/bundles/walk-tiles.ts';

const ONE = new Uint8Array([1]);

async function collect(read: ReadTile, minzoom: number, maxzoom: number) {
  const tiles = [];
  for await (const tile of walkTiles(read, minzoom, maxzoom)) tiles.push(tile);
  return tiles;
}

t.test(
  'every tile of a full pyramid comes once, in the order of its id, which is the format’s',
  async (t) => {
    const asked: [number, number, number][] = [];
    const tiles = await collect(
      async (z, x, y) => {
        asked.push([z, x, y]);
        return ONE;
      },
      0,
      6,
    );
    t.equal(tiles.length, (4 ** 7 - 1) / 3);
    t.same(
      tiles.map(({ id }) => id),
      tiles.map((_, i) => i),
    );
    t.same(
      tiles.map(({ id }) => tileIdToZxy(id)),
      asked,
    );
    t.ok(tiles.every(({ id, z }) => tileIdToZxy(id)[0] === z));
  },
);

t.test('nothing is asked below an empty tile', async (t) => {
  const [lon, lat] = [13.4, 52.5];
  const at = (z: number): [number, number] => [
    Math.floor(((lon + 180) / 360) * 2 ** z),
    Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z),
  ];
  let asked = 0;
  const tiles = await collect(
    async (z, x, y) => {
      asked++;
      const [column, row] = at(z);
      return x === column && y === row ? ONE : null;
    },
    3,
    20,
  );
  t.equal(asked, 1 + 20 * 4);
  t.same(
    tiles.map(({ id }) => id),
    Array.from({ length: 18 }, (_, i) => zxyToTileId(i + 3, ...at(i + 3))),
    'tiles above the shallowest zoom are not returned',
  );
});
