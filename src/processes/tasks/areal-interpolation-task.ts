/** Counts of one boundary version moved to another, in a worker thread. */
import { hashInputs } from '../../analyses/statement.ts';
import {
  type MovedCounts,
  moveCounts,
  moveRates,
  TARGET_STATUSES,
} from '../../stats/rates/areal-interpolation.ts';
import { overlayAreas } from '../../stats/rates/overlay-areas.ts';
import { type Overlay, SPLIT_METHODS, splitByOverlay } from '../../stats/rates/split-sources.ts';
import type { Polygons } from '../../stats/weights/polygons.ts';
import { orNull, type Task, type UnitColumn, type Units, writeFeatures } from './units.ts';

/** Input of the task. */
export interface InterpolationInput {
  /** The target districts, without columns. */
  targets: Omit<Units, 'columns' | 'polygons'>;
  source: {
    keys: readonly string[];
    boundaryVersion: string;
    column: UnitColumn;
    /** Both, where the column is a rate of counts: they are moved, and divided again. */
    counts: { numerators: Float64Array; denominators: Float64Array } | null;
  };
  /** Metres, in one reference system. */
  sourceShapes: Polygons;
  targetShapes: Polygons;
  /** Share of an area that is noise of digitising. */
  sliver: number;
}

/** Moves counts. @returns GeoJSON of the targets with `analysis` */
export default function runInterpolation({ input, progress }: Task<InterpolationInput>): Uint8Array {
  const { targets, source, sourceShapes, targetShapes, sliver } = input;
  const areas = overlayAreas(sourceShapes, targetShapes, (share) =>
    Atomics.store(progress, 0, Math.floor(95 * share)),
  );
  const overlay: Overlay = { ...areas, denominator: 'own', sliver };
  const split = splitByOverlay(overlay);
  const { column, counts } = source;
  const rates = counts ? moveRates(counts.numerators, counts.denominators, split) : null;
  const moved: MovedCounts = rates?.numerators ?? moveCounts(column.values, split);
  const values = rates?.rates ?? moved.values;
  const states = rates?.targetStatus ?? moved.targetStatus;
  const units = { ...targets, columns: [], polygons: NO_POLYGONS } as Units;
  const numbers: Record<string, number> = {};
  const rows = targets.keys.map((_, t) => {
    const status = TARGET_STATUSES[states[t]!]!;
    const way = status === 'uncovered' ? null : SPLIT_METHODS[moved.method[t]!]!;
    if (way) numbers[way] = (numbers[way] ?? 0) + 1;
    return {
      value: orNull(values[t]!),
      status,
      method: way,
      coverage: orNull(moved.coverage?.[t] ?? Number.NaN),
      ...(rates && {
        numerator: orNull(rates.numerators.values[t]!),
        denominator: orNull(rates.denominators.values[t]!),
      }),
    };
  });
  const warnings = [];
  if (numbers.by_area)
    warnings.push(
      `${numbers.by_area} districts were divided by area, as if people were spread evenly: a third of such figures can be more than 5 % wrong.`,
    );
  const scale = Math.abs(moved.total) || 1;
  if (moved.unallocated / scale > 1e-6)
    warnings.push(`${moved.unallocated} of ${moved.total} lie outside all target districts.`);
  return writeFeatures(units, rows, {
    ...targets.frame,
    method: rates
      ? 'Areal interpolation of numerator and denominator, then their quotient'
      : 'Areal interpolation of counts',
    reference: ['Goodchild & Lam 1980, Geo-Processing 1, 297-312'],
    indicators: [
      {
        indicator: column.indicator,
        label: column.label,
        unit: column.unit,
        polarity: column.polarity,
        period: column.period,
        release: column.release,
        transformation: 'none',
      },
    ],
    snapshot: hashInputs([column.values, overlay.intersections.weights], ''),
    fromBoundaryVersion: source.boundaryVersion,
    n: column.values.filter((value) => !Number.isNaN(value)).length,
    excluded: source.keys
      .map((key, i) => ({ key, status: column.statuses[i], reason: column.reasons[i] ?? null }))
      .filter((_, i) => Number.isNaN(column.values[i]!)),
    sliver,
    total: moved.total,
    allocated: moved.allocated,
    unallocated: moved.unallocated,
    counts: numbers,
    warnings,
  });
}

const NO_POLYGONS = {
  n: 0,
  coordinates: new Float64Array(),
  rings: new Uint32Array(),
  polygons: new Uint32Array(),
  units: new Uint32Array(),
};
