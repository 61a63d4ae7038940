/** Looks at cut tiles from outside: decoded by the format's own decoder, edge by edge. */
import { PbfWriter } from 'pbf';
import { EXTENT, type LayerCut } from '../../../src/tiles/layer/lay-out.ts';
import { type DecodedFeature, decodeTile, doubleArea } from '../decode-tile.ts';

/** An edge of an outline, in tile units, with the district to its right as seen on the screen. */
export interface Edge {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  id: number;
}

/** A tile with one layer and no attributes. */
export function wrapCut({ ids, offsets, bytes }: LayerCut): Uint8Array {
  const tile = new PbfWriter();
  tile.writeMessage(
    3,
    (_, layer) => {
      layer.writeVarintField(15, 2);
      layer.writeStringField(1, 'districts');
      ids.forEach((id, i) => {
        const idField = new PbfWriter();
        idField.writeVarintField(1, id);
        layer.writeBytesField(
          2,
          Buffer.concat([idField.finish(), bytes.subarray(offsets[i], offsets[i + 1])]),
        );
      });
      layer.writeVarintField(5, EXTENT);
    },
    null,
  );
  return tile.finish();
}

/** The features of a cut layer. */
export function decodeCut(cut: LayerCut): DecodedFeature[] {
  return decodeTile(wrapCut(cut))[0]?.features ?? [];
}

/** All edges of some features. */
export function edgesOf(features: readonly DecodedFeature[]): Edge[] {
  return features.flatMap(({ id, rings }) =>
    rings.flatMap((ring) =>
      ring.slice(1).map(([bx, by], i) => ({ ax: ring[i]![0], ay: ring[i]![1], bx, by, id: id! })),
    ),
  );
}

/** Whether a feature is the square unit that stands for a district without area. */
export function isUnit({ rings }: DecodedFeature): boolean {
  return rings.length === 1 && rings[0]!.length === 5 && doubleArea(rings[0]!) === 2;
}

/** Edges that no other runs along in the opposite direction, but for those at the margin where tiles are cut. */
export function loneEdges(edges: readonly Edge[], margin = 64): Edge[] {
  const counts = new Map<string, number>();
  for (const { ax, ay, bx, by } of edges) {
    const key = `${ax} ${ay} ${bx} ${by}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isInner = (units: number): boolean => units > -margin && units < EXTENT + margin;
  return edges.filter(
    ({ ax, ay, bx, by }) =>
      [ax, ay, bx, by].every(isInner) &&
      (counts.get(`${bx} ${by} ${ax} ${ay}`) ?? 0) !== counts.get(`${ax} ${ay} ${bx} ${by}`),
  );
}
