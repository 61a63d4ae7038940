/** Tiles read with the format's own decoder. */
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

/** A decoded feature. */
export interface DecodedFeature {
  id: number | undefined;
  type: number;
  properties: Record<string, string | number | boolean>;
  /** Rings of [x, y] in tile units, closed. */
  rings: [number, number][][];
}

/** A decoded layer. */
export interface DecodedLayer {
  name: string;
  version: number;
  extent: number;
  features: DecodedFeature[];
}

/** All layers of a tile. */
export function decodeTile(bytes: Uint8Array): DecodedLayer[] {
  return Object.values(new VectorTile(new PbfReader(bytes)).layers).map((layer) => ({
    name: layer.name,
    version: layer.version,
    extent: layer.extent,
    features: Array.from({ length: layer.length }, (_, i) => {
      const feature = layer.feature(i);
      return {
        id: feature.id,
        type: feature.type,
        properties: feature.properties,
        rings: feature.loadGeometry().map((ring) => ring.map(({ x, y }): [number, number] => [x, y])),
      };
    }),
  }));
}

/** Twice the signed area of a closed ring; positive is clockwise on the screen, where y runs down. */
export function doubleArea(ring: readonly (readonly [number, number])[]): number {
  return ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0);
}
