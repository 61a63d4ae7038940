/** What tasks on districts share: neighbours, the statement of method, writing. Runs in worker threads; pure. */
import {
  describeWeights,
  hashInputs,
  MODIFIABLE_AREAS,
  type WeightsStatement,
  warnOfContext,
  warnOfFew,
  warnOfIslands,
  warnOfSmallBases,
  warnOfTies,
} from '../../analyses/statement.ts';
import type { Language } from '../../label.ts';
import { type Contiguity, findQueenNeighbours, findRookNeighbours } from '../../stats/weights/contiguity.ts';
import type { Polygons } from '../../stats/weights/polygons.ts';
import {
  type Style,
  styleWeights,
  subsetWeights,
  summariseWeights,
  type Weights,
  type WeightsSummary,
} from '../../stats/weights/weights.ts';

/** What every result states about where it comes from. */
export interface Frame {
  process: string;
  version: string;
  /** Version of this service. */
  engineVersion: string;
  /** Inputs with defaults. */
  parameters: object;
  collection: string;
  boundaryVersion: string;
  /** Reference system of distances and neighbours. */
  crs: string;
  /** Newest release that touched what went in. */
  release: number;
}

/** A column of n districts. */
export interface UnitColumn {
  indicator: string;
  label: string;
  unit: string;
  /** 1: higher is better, -1: worse, 0: context, which is never a problem. */
  polarity: number;
  period: string;
  release: number;
  /** NaN for none. */
  values: Float64Array;
  /** Rates with a small denominator. */
  smallBases: number;
  statuses: readonly string[];
  reasons: readonly (string | null)[];
}

/** n districts with their columns. */
export interface Units {
  frame: Frame;
  language: Language;
  keys: readonly string[];
  names: readonly string[];
  /** GeoJSON in longitude and latitude, in UTF-8. */
  geometries: readonly Uint8Array[];
  /** Metres. */
  polygons: Polygons;
  contiguity: 'queen' | 'rook';
  tolerance: number;
  columns: readonly UnitColumn[];
}

/** Argument of a task. */
export interface Task<Input> {
  input: Input;
  /** One integer: percent done. */
  progress: Int32Array;
}

/** Neighbours of all districts, and those of the districts that have all values. */
export interface Neighbourhood {
  neighbours: Contiguity;
  /** Positions of the districts with a value in every column. */
  rated: Uint32Array;
  /** Among the rated, styled; positions refer to `rated`. */
  weights: Weights;
  style: Style;
  summary: WeightsSummary;
}

/** Finds neighbours. */
export function findNeighbourhood(units: Units, style: Style, used: readonly UnitColumn[]): Neighbourhood {
  const find = units.contiguity === 'rook' ? findRookNeighbours : findQueenNeighbours;
  const neighbours = find(units.polygons, units.tolerance);
  const rated = Uint32Array.from(
    [...units.keys.keys()].filter((i) => used.every(({ values }) => !Number.isNaN(values[i]!))),
  );
  const weights = styleWeights(subsetWeights(neighbours, rated), style);
  return { neighbours, rated, weights, style, summary: summariseWeights(weights) };
}

/** Districts left out, each with status and reason of the first column that lacks a value. */
export function describeExcluded({ keys, columns }: Units, rated: Uint32Array): object[] {
  const kept = new Set(rated);
  return [...keys.keys()]
    .filter((i) => !kept.has(i))
    .map((i) => {
      const { indicator, period, statuses, reasons } = columns.find(({ values }) =>
        Number.isNaN(values[i]!),
      )!;
      return { key: keys[i], indicator, period, status: statuses[i], reason: reasons[i] ?? null };
    });
}

/** What went in: indicators and periods. */
export function describeColumns({ columns }: Units): object[] {
  return columns.map(({ indicator, label, unit, polarity, period, release }) => ({
    indicator,
    label,
    unit,
    polarity,
    period,
    release,
    transformation: 'none',
  }));
}

/** Weights of districts as results state them. */
export function describeNeighbourhood(
  { contiguity, tolerance, frame, keys }: Units,
  { neighbours, rated, style, summary }: Neighbourhood,
): WeightsStatement {
  const given = { type: contiguity, style, tolerance, crs: frame.crs };
  return describeWeights(given, summary, keys, rated, neighbours.joinedByTolerance);
}

/** The part of the statement that every analysis of districts has. */
export function describeInputs(units: Units, neighbourhood: Neighbourhood): object {
  return {
    ...units.frame,
    indicators: describeColumns(units),
    snapshot: hashInputs(
      units.columns.map(({ values }) => values),
      neighbourhood.summary.hash,
    ),
    n: neighbourhood.rated.length,
    excluded: describeExcluded(units, neighbourhood.rated),
    weights: describeNeighbourhood(units, neighbourhood),
  };
}

/** Warnings that hold for any analysis of districts. */
export function commonWarnings(units: Units, { rated, summary }: Neighbourhood): string[] {
  return [
    ...warnOfIslands(summary.islands.length),
    ...warnOfFew(rated.length, 'have values'),
    ...units.columns.flatMap(({ indicator, period, values, smallBases }) => [
      ...warnOfTies(values, `${indicator} ${period}`),
      ...warnOfSmallBases(`${indicator} ${period}`, smallBases),
    ]),
    ...warnOfContext(units.columns),
    MODIFIABLE_AREAS,
  ];
}

/** JSON of a document. */
export function writeJson(document: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

/** A feature for each district, with the statement of method. @param rows properties beside key and name */
export function writeFeatures(units: Units, rows: readonly object[], analysis: object): Uint8Array {
  const parts: Uint8Array[] = [Buffer.from('{"type":"FeatureCollection","features":[')];
  rows.forEach((row, i) => {
    const properties = JSON.stringify({ key: units.keys[i], name: units.names[i], ...row });
    const id = JSON.stringify(units.keys[i]);
    parts.push(Buffer.from(`${i === 0 ? '' : ','}{"type":"Feature","id":${id},"geometry":`));
    parts.push(units.geometries[i]!);
    parts.push(Buffer.from(`,"properties":${properties}}`));
  });
  parts.push(Buffer.from(`],"analysis":${JSON.stringify(analysis)}}`));
  return Buffer.concat(parts);
}

/** A number of a district; null where there is none. */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Values of a district by indicator, or by period where all columns are of one indicator. */
export function valuesAt({ columns }: Units, i: number): Record<string, number | null> {
  const one = new Set(columns.map(({ indicator }) => indicator)).size === 1 && columns.length > 1;
  return Object.fromEntries(
    columns.map(({ indicator, period, values }) => [one ? period : indicator, orNull(values[i]!)]),
  );
}
