/** Threads, memory and cancellation of the geometry store, observed from outside. */
import t from 'tap';
import type { Shape } from '../../../src/districts/shape.ts';
import { cutTile } from '../../../src/tiles/geometry/cut-tile.ts';
import {
  type GeometryOptions,
  type GeometryStore,
  makeGeometryStore,
} from '../../../src/tiles/geometry/geometry-store.ts';
import { prepareGeometry } from '../../../src/tiles/geometry/prepare-geometry.ts';
import { bytesOf } from '../../../src/tiles/geometry/prepared-geometry.ts';
import { flattenShapes } from '../../../src/tiles/geometry/source-shapes.ts';
import { requireTileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import { drawVoronoiCity } from '../../bench/voronoi-city.ts';
import type { Scope } from '../../support/database.ts';

const GRID = requireTileMatrixSet('WebMercatorQuad');
const WORLD = { z: 0, x: 0, y: 0 };
const SHAPES = drawVoronoiCity(60, 3);
const LOCAL = prepareGeometry(flattenShapes(SHAPES), GRID, GRID.deepest);
const NEVER = new AbortController().signal;

/** A store that is closed when the test ends. */
function openStore(t: Scope, options: GeometryOptions = {}): GeometryStore {
  const store = makeGeometryStore({ threads: 2, ...options });
  t.teardown(() => store.close());
  return store;
}

/** A source that counts how often its shapes are asked for. */
function countingSource(version: string, shapes: readonly Shape[] = SHAPES) {
  const source = {
    version,
    loads: 0,
    async loadShapes() {
      source.loads++;
      return shapes;
    },
  };
  return source;
}

t.test('a tile cut in a thread equals the one cut here', async (t) => {
  const store = openStore(t);
  const cut = await store.cut(countingSource('1'), GRID, WORLD, NEVER);
  t.strictSame(cut, cutTile(LOCAL, WORLD));
  t.equal(await store.cut(countingSource('1'), GRID, { z: 9, x: 0, y: 0 }, NEVER), null);
});

t.test('two hundred requests for tiles of a new version prepare it once', async (t) => {
  const store = openStore(t);
  const source = countingSource('1');
  const cuts = await Promise.all(
    Array.from({ length: 200 }, (_, i) => store.cut(source, GRID, { z: 8, x: 137, y: 83 + (i % 2) }, NEVER)),
  );
  t.equal(source.loads, 1);
  t.ok(cuts.every((cut) => cut !== null));
  await store.cut(source, GRID, WORLD, NEVER);
  t.equal(source.loads, 1, 'and it is kept');
});

t.test('each grid has a geometry of its own', async (t) => {
  const store = openStore(t);
  const source = countingSource('1');
  const cuts = await Promise.all(
    ['WebMercatorQuad', 'AdV_25832', 'AdV_25833', 'EU_25832'].map((id) => {
      const grid = requireTileMatrixSet(id);
      return store.cut(
        source,
        grid,
        { z: 0, x: id === 'EU_25832' ? 3 : 0, y: id === 'EU_25832' ? 2 : 0 },
        NEVER,
      );
    }),
  );
  t.equal(source.loads, 4);
  for (const cut of cuts) t.equal(cut!.areas.ids.length, 60);
});

t.test('what is held stays within the limit', async (t) => {
  const size = bytesOf(LOCAL);
  const store = openStore(t, { maxBytes: Math.floor(2.5 * size) });
  for (let version = 0; version < 6; version++) {
    await store.prepare(countingSource(String(version)), GRID, NEVER);
    t.ok(store.bytes() <= 2.5 * size);
  }
  const [old, recent] = [countingSource('0'), countingSource('5')];
  await store.prepare(recent, GRID, NEVER);
  await store.prepare(old, GRID, NEVER);
  t.strictSame([old.loads, recent.loads], [1, 0]);
});

t.test('versions that went are forgotten', async (t) => {
  const store = openStore(t);
  await store.prepare(countingSource('1@3'), GRID, NEVER);
  await store.prepare(countingSource('2@3'), GRID, NEVER);
  const both = store.bytes();
  store.retain(new Set(['2@3']));
  t.equal(store.bytes(), both / 2);
  const [gone, kept] = [countingSource('1@3'), countingSource('2@3')];
  await store.prepare(gone, GRID, NEVER);
  await store.prepare(kept, GRID, NEVER);
  t.strictSame([gone.loads, kept.loads], [1, 0]);
});

t.test('a request that is given up while it waits costs nothing, and others go on', async (t) => {
  const store = openStore(t);
  const slow = drawVoronoiCity(2000, 1);
  const first = store.prepare(countingSource('slow', slow), GRID, NEVER);
  const [lonely, popular] = [countingSource('lonely'), countingSource('popular')];
  const leaving = new AbortController();
  const left = [lonely, popular].map((source) => store.prepare(source, GRID, leaving.signal));
  const staying = store.prepare(popular, GRID, NEVER);
  leaving.abort(new Error('gone'));
  for (const request of left) await t.rejects(request, { message: 'gone' });
  await Promise.all([first, staying]);
  t.strictSame([lonely.loads, popular.loads], [0, 1]);
  await t.rejects(store.cut(popular, GRID, WORLD, AbortSignal.abort(new Error('before'))), {
    message: 'before',
  });
});

t.test(
  'shapes that cannot be read fail the requests that wait, and are asked for anew by the next',
  async (t) => {
    const store = openStore(t);
    const source = countingSource('1');
    const broken = { version: '1', loadShapes: () => Promise.reject(new Error('no database')) };
    await Promise.all(
      [1, 2, 3].map(() => t.rejects(store.cut(broken, GRID, WORLD, NEVER), { message: 'no database' })),
    );
    t.ok(await store.cut(source, GRID, WORLD, NEVER));
  },
);
