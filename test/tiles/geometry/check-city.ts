/** What is tested of the tiles of real districts: borders, presence, seams, validity, and what GDAL reads. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Test } from 'tap';
import type { Db } from '../../../src/db/database.ts';
import type { Shape } from '../../../src/districts/shape.ts';
import {
  requireTileMatrixSet,
  type TileAddress,
  type TileMatrixSetId,
} from '../../../src/tiles/tile-matrix-set.ts';
import { testFolder } from '../../support/database.ts';
import { doubleArea } from '../decode-tile.ts';
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
import { areaOf, decodeCut, wrapCut } from './inspect-cut.ts';

const ZOOMS = Array.from({ length: 15 }, (_, z) => z);

/** A city and how much of it is looked at. */
interface City {
  shapes: readonly Shape[];
  grid: TileMatrixSetId;
  /** Up to this zoom all tiles are cut. */
  whole: number;
  /** Tiles of each zoom that are looked at closely. */
  tiles: number;
}

/** Adds the tests of a city to a test. */
export async function checkCity(t: Test, db: Db, { shapes, grid, whole, tiles: count }: City): Promise<void> {
  const city = openCutter(shapes, requireTileMatrixSet(grid));
  const tiles = ZOOMS.flatMap((z) => sample(city.addresses(Math.min(z, whole)), count).map(deepenTo(z)));

  t.test('borders are the same for neighbours, no gap or overlap is wider than a unit', async (t) => {
    t.strictSame(tiles.flatMap(makeBorderCheck(city)), []);
    t.strictSame(
      tiles.flatMap((address) => findCrossings(city, address)),
      [],
    );
  });

  t.test('together they are as large as in the source', async (t) => {
    for (const z of ZOOMS.slice(0, whole + 1)) {
      const strip = compareAreas(city, z);
      if (strip !== null) t.ok(strip < 0.5, `${strip} units along the outline at ${z}`);
    }
  });

  t.test('each district is in the tiles of every zoom, its label in one', async (t) => {
    for (const z of ZOOMS.slice(0, whole + 1)) t.strictSame(findMissing(city, z), []);
  });

  t.test('the first districts of a tile, decoded', async (t) => {
    const address = tiles.filter(({ z }) => z === whole - 2).find((tile) => city.cut(tile))!;
    const lines = decodeCut(city.cut(address)!.areas)
      .slice(0, 40)
      .map((feature) => {
        const points = feature.rings.map((ring) => ring.length - 1);
        return `${feature.id}: ${areaOf(feature)} square units, rings of ${points} points`;
      });
    t.matchSnapshot(lines.join('\n'), `${grid} ${address.z}/${address.x}/${address.y}`);
  });

  t.test('neighbouring tiles agree at the seam', async (t) => {
    const faults = tiles.flatMap((address) =>
      ([0, 1] as const).flatMap((axis) => findSeamFaults(city, address, axis)),
    );
    t.strictSame(faults, []);
  });

  t.test('what is decoded are valid polygons', async (t) => {
    t.strictSame(await findInvalid(db, city, tiles), []);
  });

  t.test('GDAL reads them', { skip: skipWithoutGdal }, async (t) => {
    const file = join(testFolder(t), 'tile.mvt');
    for (const z of ZOOMS) {
      const cut = tiles
        .filter((tile) => tile.z === z)
        .map(city.cut)
        .find((some) => some !== null);
      if (!cut) continue;
      writeFileSync(file, wrapCut(cut.areas));
      const text = execFileSync(OGRINFO, ['-ro', '-so', '-al', `MVT:${file}`], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      t.match(text, new RegExp(`Feature Count: ${cut.areas.ids.length}\n`), `zoom ${z}`);
    }
  });
}

const OGRINFO = 'ogrinfo';
const installed = spawnSync(OGRINFO, ['--version']).status === 0;
const skipWithoutGdal = installed ? false : 'ogrinfo is not on the PATH (Debian: gdal-bin)';

/** The tile in the middle of another, some zooms deeper. */
function deepenTo(z: number): (address: TileAddress) => TileAddress {
  return (address) => {
    const deeper = 2 ** (z - address.z);
    return {
      z,
      x: address.x * deeper + Math.floor(deeper / 2),
      y: address.y * deeper + Math.floor(deeper / 2),
    };
  };
}

/** Makes shapes valid as an import does. */
export async function repair(db: Db, shapes: readonly Shape[]): Promise<Shape[]> {
  const texts = shapes.map(({ geometry }) => JSON.stringify(geometry));
  const { rows } = await sql<{ geometry: string }>`
    select st_asgeojson(st_multi(st_collectionextract(st_makevalid(st_geomfromgeojson(g)), 3)), 7) as geometry
    from unnest(${texts}::text[]) with ordinality as given (g, i) order by i`.execute(db);
  return shapes.map((shape, i) => ({ ...shape, geometry: JSON.parse(rows[i]!.geometry) }));
}

/** Says which features of some tiles PostGIS does not find valid, and why. */
async function findInvalid(db: Db, { cut }: Cutter, tiles: readonly TileAddress[]): Promise<string[]> {
  const features = tiles.flatMap((address) =>
    decodeCut(cut(address)?.areas ?? NONE).map(({ id, rings }) => {
      const coordinates: [number, number][][][] = [];
      for (const ring of rings) {
        if (doubleArea(ring) > 0) coordinates.push([ring]);
        else coordinates.at(-1)!.push(ring);
      }
      const { z, x, y } = address;
      return { name: `${z}/${x}/${y} ${id}`, text: JSON.stringify({ type: 'MultiPolygon', coordinates }) };
    }),
  );
  const names = features.map(({ name }) => name);
  const texts = features.map(({ text }) => text);
  const { rows } = await sql<{ fault: string }>`
    select name || ': ' || st_isvalidreason(st_geomfromgeojson(g)) as fault
    from unnest(${names}::text[], ${texts}::text[]) as decoded (name, g)
    where not st_isvalid(st_geomfromgeojson(g))`.execute(db);
  return rows.map(({ fault }) => fault);
}

const NONE = {
  positions: new Uint32Array(0),
  ids: new Uint32Array(0),
  offsets: new Uint32Array(1),
  bytes: new Uint8Array(0),
};
