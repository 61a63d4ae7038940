/**
 * Joined tiles against PostgreSQL + PostGIS, and over HTTP against a bare Fastify route that returns a buffer of the same size.
 * Medians over a tile of each zoom from 8 to 14; runs are interleaved, seven of each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipWithoutShared } from '../support/shared.ts';
import type { Bench, Figure } from './main.ts';
import { median } from './median.ts';
import { startPostgres } from './postgres.ts';
import { type City, figuresOf, germanMunicipalities, madeUpCity } from './tiles-city.ts';
import { type EngineResult, measureEngine } from './tiles-engine.ts';
import { measureHttp } from './tiles-http.ts';
import { prepareBaseline } from './tiles-postgis.ts';

const bench: Bench = async (say, { peers, cities }) => {
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-bench-'));
  const server = await startPostgres();
  try {
    const figures: Figure[] = [];
    const engines = new Map<string, EngineResult>();
    for (const city of citiesOf(say)) {
      if (cities.length > 0 && !cities.includes(city.name)) continue;
      say(`${city.name}: ${city.tiles.map(({ z, x, y }) => `${z}/${x}/${y}`).join(' ')}`);
      const columns = figuresOf(city);
      const baseline = await prepareBaseline(server.url, city, columns);
      const engine = await measureEngine(city, columns, baseline, say);
      await baseline.close();
      engines.set(city.name, engine);
      figures.push(...engine.figures);
      figures.push(...(await measureHttp(server.url, join(folder, city.name), city, columns, peers, say)));
    }
    if (engines.has('city-500') && engines.has('city-50000')) figures.push(growth(engines));
    return figures;
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
export default bench;

function* citiesOf(say: (message: string) => void): Generator<City> {
  yield madeUpCity(500);
  yield madeUpCity(5000);
  if (skipWithoutShared) say(`no municipalities: ${skipWithoutShared}`);
  else yield germanMunicipalities();
  yield madeUpCity(50_000);
}

/** Cost of a tile for each feature in it, 500 against 50,000 districts. */
function growth(engines: ReadonlyMap<string, EngineResult>): Figure {
  const [few, many] = ['city-500', 'city-50000'].map((name) => median(engines.get(name)!.perFeature));
  return { figure: 'growth-with-n', n: 50_000, ours: many!, baseline: few!, unit: 'µs', ratio: few! / many! };
}
