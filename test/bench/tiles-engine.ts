/** Tiles in the engine, without a server: values spliced into a known layer, and the geometry prepared for all zooms. */
import type { Shape } from '../../src/districts/shape.ts';
import { STATUSES } from '../../src/indicators/status.ts';
import { giveBack, takeBytes } from '../../src/slab.ts';
import { cutTile } from '../../src/tiles/geometry/cut-tile.ts';
import { prepareGeometry } from '../../src/tiles/geometry/prepare-geometry.ts';
import { bytesOf } from '../../src/tiles/geometry/prepared-geometry.ts';
import { flattenShapes } from '../../src/tiles/geometry/source-shapes.ts';
import { type LayerTemplate, layOut } from '../../src/tiles/layer/lay-out.ts';
import { type PreparedColumn, prepareColumn } from '../../src/tiles/layer/layer-column.ts';
import { partsOf, spliceLayer } from '../../src/tiles/layer/splice.ts';
import { requireTileMatrixSet } from '../../src/tiles/tile-matrix-set.ts';
import type { Figure } from './main.ts';
import { median } from './median.ts';
import { type City, INDICATORS, keyOf, PERIODS } from './tiles-city.ts';
import type { Baseline } from './tiles-postgis.ts';

const RUNS = 7;
/** A splice takes microseconds: so many are timed together, at least. */
const BATCH_MS = 2;
const JOINED_BYTES = 8 * 1024;
/** Until the code is compiled. */
const WARM_UP_MS = 300;
/** A query of the baseline is repeated in each run. */
const QUERIES = 3;

/** What a tile costs. */
export interface EngineResult {
  figures: Figure[];
  /** Microseconds for each feature, by zoom. */
  perFeature: number[];
}

/** @param columns figures by indicator and period */
export async function measureEngine(
  city: City,
  columns: readonly (readonly Float64Array[])[],
  baseline: Baseline,
  say: (message: string) => void,
): Promise<EngineResult> {
  const grid = requireTileMatrixSet('WebMercatorQuad');
  const shapes: Shape[] = city.shapes.map((geometry, i) => ({ districtId: i + 1, geometry }));
  const source = flattenShapes(shapes);
  const prepareTimes: number[] = [];
  let geometry = prepareGeometry(source, grid, grid.deepest);
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    geometry = prepareGeometry(source, grid, grid.deepest);
    prepareTimes.push(performance.now() - begun);
  }
  say(`${city.name}: ${(bytesOf(geometry) / city.n).toFixed(0)} bytes of prepared geometry per district`);

  const keys = city.shapes.map((_, i) => keyOf(i));
  const names = city.shapes.map((_, i) => `Bezirk ${i}`);
  const joined = columns.map((periods) => periods.map(joinStatus));
  const templates = city.tiles.map((address): LayerTemplate => {
    const cut = cutTile(geometry, address)!;
    return layOut(
      'city',
      cut.areas,
      keys,
      names,
      joined[0]![0]!.map(({ expected }) => expected),
    );
  });
  const warmUntil = performance.now() + WARM_UP_MS;
  while (performance.now() < warmUntil) for (const template of templates) timeSplice(template, joined, 0);
  for (const address of city.tiles) await baseline.tile(address, 0, 0);
  const times = city.tiles.map(() => ({ ours: [] as number[], baseline: [] as number[] }));
  for (let run = 0; run < RUNS; run++) {
    for (const [t, address] of city.tiles.entries()) {
      const [indicator, period] = [run % INDICATORS.length, run % PERIODS.length];
      times[t]!.ours.push(timeSplice(templates[t]!, joined, run));
      const begun = performance.now();
      for (let query = 0; query < QUERIES; query++) await baseline.tile(address, indicator, period);
      times[t]!.baseline.push((performance.now() - begun) / QUERIES);
    }
  }
  const rows = city.tiles.map(({ z, x, y }, t) => {
    const { n } = templates[t]!;
    const [ours, base] = [median(times[t]!.ours), median(times[t]!.baseline)];
    const bytes = spliceLayer(templates[t]!, joined[0]![0]!).length;
    say(
      `${city.name} ${z}/${x}/${y}: ${n} features, ${bytes} bytes; ours ${(ours * 1000).toFixed(1)} µs, ` +
        `PostGIS ${base.toFixed(2)} ms, ratio ${(base / ours).toFixed(0)}`,
    );
    return { ours, base, perFeature: (ours * 1000) / n };
  });
  const figure = (name: string, unit: string, ours: number, base: number, ratio: number): Figure => ({
    figure: name,
    n: city.n,
    ours,
    baseline: base,
    unit,
    ratio,
  });
  const prepareMs = median(prepareTimes);
  return {
    figures: [
      figure(
        'joined-vs-postgis',
        'µs',
        1000 * median(rows.map(({ ours }) => ours)),
        1000 * median(rows.map(({ base }) => base)),
        median(rows.map(({ ours, base }) => base / ours)),
      ),
      figure('prepare-vs-postgis', 'ms', prepareMs, baseline.prepareMs, baseline.prepareMs / prepareMs),
    ],
    perFeature: rows.map(({ perFeature }) => perFeature),
  };
}

/** A value and its status, as a request joins them. */
function joinStatus(values: Float64Array): PreparedColumn[] {
  const codes = Uint8Array.from(values, (value) =>
    STATUSES.indexOf(Number.isNaN(value) ? 'not_assessed' : 'ok'),
  );
  return [
    prepareColumn({ kind: 'number', name: 'mss', values }),
    prepareColumn({ kind: 'text', name: 'mss_status', codes, texts: STATUSES }),
  ];
}

/** Milliseconds for one splice; each of a batch has another indicator or period. */
function timeSplice(
  template: LayerTemplate,
  joined: readonly (readonly PreparedColumn[][])[],
  run: number,
): number {
  const all = joined.flat();
  const begun = performance.now();
  let done = 0;
  while (done < all.length || performance.now() - begun < BATCH_MS) {
    const layer = spliceLayer(template, all[(run + done) % all.length]!);
    const parts = partsOf(layer);
    // As it is sent: small tiles in one piece, larger ones in parts.
    if (layer.length <= JOINED_BYTES) joinParts(parts, layer.length);
    giveBack(layer.fresh);
    done++;
  }
  return (performance.now() - begun) / done;
}

function joinParts(parts: readonly Uint8Array[], length: number): void {
  const bytes = takeBytes(length);
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
}
