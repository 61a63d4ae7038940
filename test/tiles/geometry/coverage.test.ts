/** Properties of the tiles of random towns: borders, areas, presence, seams. */
import fc from 'fast-check';
import t from 'tap';
import { requireTileMatrixSet, type TileMatrixSet } from '../../../src/tiles/tile-matrix-set.ts';
import {
  type Cutter,
  compareAreas,
  findCrossings,
  findMissing,
  findSeamFaults,
  makeBorderCheck,
  openCutter,
  sample,
} from './check-coverage.ts';
import { drawRiver, drawTown, townPlan } from './random-town.ts';

const SEED = 20260601;

const grid = fc
  .constantFrom('WebMercatorQuad', 'AdV_25832', 'AdV_25833', 'EU_25832')
  .map((id): TileMatrixSet => requireTileMatrixSet(id));
const cutter = fc.tuple(townPlan, grid).map(([plan, set]): Cutter => openCutter(drawTown(plan), set));
const zoom = fc.integer({ min: 0, max: 14 });

/** Tiles of a zoom, as many as a test has time for. */
function someTiles({ addresses }: Cutter, z: number, count: number) {
  return sample(addresses(Math.min(z, 11)), count).map(({ x, y }) => {
    const deeper = 2 ** Math.max(0, z - 11);
    return { z, x: x * deeper + Math.floor(deeper / 2), y: y * deeper + Math.floor(deeper / 2) };
  });
}

t.test('neighbours keep the same border at every zoom', async (t) => {
  fc.assert(
    fc.property(cutter, zoom, (town, z) => {
      const check = makeBorderCheck(town);
      t.strictSame(someTiles(town, z, 6).flatMap(check), []);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

t.test('the banks of a narrow river do not cross, and it is a district at every zoom', async (t) => {
  fc.assert(
    fc.property(fc.nat(), grid, zoom, (seed, set, z) => {
      const town = openCutter(drawRiver(seed), set);
      const tiles = someTiles(town, z, 4);
      t.strictSame(
        tiles.flatMap((address) => findCrossings(town, address)),
        [],
      );
      t.strictSame(tiles.flatMap(makeBorderCheck(town)), []);
      t.strictSame(findMissing(town, Math.min(z, 9)), []);
    }),
    { seed: SEED, numRuns: 15 },
  );
});

t.test('the districts together are as large as in the source', async (t) => {
  fc.assert(
    fc.property(townPlan, zoom, (plan, z) => {
      const strip = compareAreas(openCutter(drawTown(plan), requireTileMatrixSet('WebMercatorQuad')), z % 8);
      if (strip !== null) t.ok(strip < 0.5, `${strip} units along the outline`);
    }),
    { seed: SEED, numRuns: 25 },
  );
});

t.test('no district and no label vanishes at any zoom', async (t) => {
  fc.assert(
    fc.property(cutter, fc.integer({ min: 0, max: 10 }), (town, z) => {
      t.strictSame(findMissing(town, Math.min(z, 11 - (town.grid.rootSize < 1e7 ? 5 : 0))), []);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

t.test('neighbouring tiles agree at the seam', async (t) => {
  fc.assert(
    fc.property(cutter, zoom, (town, z) => {
      const faults = someTiles(town, z, 4).flatMap((address) =>
        ([0, 1] as const).flatMap((axis) => findSeamFaults(town, address, axis)),
      );
      t.strictSame(faults, []);
    }),
    { seed: SEED, numRuns: 40 },
  );
});
