/** What tasks on districts share: neighbours, the statement of method, writing. Runs in worker threads; pure. */
import { createHash } from 'node:crypto';
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
  engine: string;
  /** Inputs with defaults. */
  parameters: Record<string, unknown>;
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
  period: string;
  release: number;
  /** NaN for none. */
  values: Float64Array;
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
  return columns.map(({ indicator, label, unit, period, release }) => ({
    indicator,
    label,
    unit,
    period,
    release,
    transformation: 'none',
  }));
}

/** Weights as results state them. */
export function describeWeights(units: Units, { neighbours, rated, style, summary }: Neighbourhood): object {
  const pairs = neighbours.joinedByTolerance;
  return {
    type: units.contiguity,
    style,
    tolerance: units.tolerance,
    crs: units.frame.crs,
    links: summary.links,
    islands: [...summary.islands].map((k) => units.keys[rated[k]!]),
    components: summary.components,
    minimum: summary.neighbours.least,
    mean: summary.neighbours.mean,
    maximum: summary.neighbours.most,
    joinedByTolerance: Array.from({ length: pairs.length / 2 }, (_, p) => [
      units.keys[pairs[2 * p]!],
      units.keys[pairs[2 * p + 1]!],
    ]),
    hash: summary.hash,
  };
}

/** Identifies values and weights that went in, byte for byte. */
export function hashInputs(columns: readonly Float64Array[], weights: string): string {
  const hash = createHash('sha256');
  for (const values of columns)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.update(weights).digest('hex');
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
    weights: describeWeights(units, neighbourhood),
  };
}

/** Warnings that hold for any analysis of districts. */
export function commonWarnings(units: Units, { rated, summary }: Neighbourhood): string[] {
  const warnings: string[] = [];
  if (summary.islands.length > 0)
    warnings.push(`${summary.islands.length} districts have no neighbours and were not tested.`);
  if (rated.length < 30)
    warnings.push(`Only ${rated.length} districts have values; results for so few are unstable.`);
  for (const { indicator, period, values } of units.columns) {
    const valued = values.filter((value) => !Number.isNaN(value));
    if (valued.length > 0 && 1 - new Set(valued).size / valued.length > 0.2)
      warnings.push(`${indicator} ${period}: more than 20 % of the values are ties.`);
  }
  warnings.push('The result depends on how the districts are drawn (modifiable areal unit problem).');
  return warnings;
}

/** Whether the correction can ask for a smaller p than the permutations can give. */
export function tooFewPermutations(permutations: number, alpha: number, tests: number): string[] {
  const least = 2 / (permutations + 1);
  if (tests === 0 || least <= alpha / tests) return [];
  return [
    `Too few permutations for the correction: the smallest possible p is ${least}, but ${alpha / tests} can be needed.`,
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
