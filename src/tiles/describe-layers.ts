/** What holds for the layers of a tile set together. */
import { newestRelease } from '../features/feature.ts';
import type { JoinedColumn } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import { type Language, textOf } from '../label.ts';
import type { Reader } from '../reader.ts';
import type { TileLayer } from './read-tile.ts';
import type { Box } from './tile-matrix-set.ts';

/** A layer with its columns. */
export interface LoadedLayer extends TileLayer {
  columns: JoinedColumn[];
}

/** Loads the columns of layers. */
export async function loadLayers(reader: Reader, layers: readonly TileLayer[]): Promise<LoadedLayer[]> {
  return await Promise.all(
    layers.map(async (layer) => ({
      ...layer,
      columns: await loadJoin(reader, layer.geography, layer.version, layer.plan),
    })),
  );
}

/** Titles of the collections. */
export function titleOf(layers: readonly TileLayer[], language: Language): string {
  return layers.map(({ geography }) => textOf(geography.label, language)).join(', ');
}

/** Titles with the boundary versions. */
export function describeLayers(layers: readonly TileLayer[], language: Language): string {
  return layers
    .map(({ geography, version }) =>
      [geography, version].map(({ label }) => textOf(label, language)).join(', '),
    )
    .join('; ');
}

/** Everybody who has to be named, once. */
export function attributionOf(layers: readonly LoadedLayer[]): string {
  const texts = layers.flatMap(({ version, columns }) => [
    version.source.attribution,
    ...columns.map((column) => column.slot.source.attribution),
  ]);
  return [...new Set(texts.filter((text) => text !== ''))].join('; ');
}

/** Newest release that the layers hold something of; 0 without layers. */
export function releaseOf(layers: readonly LoadedLayer[]): number {
  return layers.reduce(
    (newest, { version, columns }) => Math.max(newest, newestRelease(version, columns)),
    0,
  );
}

/** The box around all layers in degrees; null without layers. */
export function boxOf(layers: readonly TileLayer[]): Box | null {
  const boxes = layers.map(({ version }) => version.bbox);
  if (boxes.length === 0) return null;
  const side = (i: number, best: (...numbers: number[]) => number): number =>
    best(...boxes.map((box) => box[i]!));
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}

/** Middle of a box. */
export function centreOf([west, south, east, north]: Box): [number, number] {
  return [(west + east) / 2, (south + north) / 2];
}
