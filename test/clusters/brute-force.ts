/** Clusters by plain loops, with nothing of the product: flags, adjacency, union of sets. */
import type { MultiPolygon } from 'geojson';

/** A district: key, shape in metres, whether it stands out. */
export interface Area {
  key: string;
  geometry: MultiPolygon;
  flagged: boolean;
}

type Point = readonly number[];

/** Metres that count as touching: the product's 0.01 and what rounding of the answer's coordinates adds. */
const TOLERANCE = 0.012;

function listRings({ coordinates }: MultiPolygon): Point[][] {
  return coordinates.flat() as Point[][];
}

function distanceToSegment([x = 0, y = 0]: Point, [ax = 0, ay = 0]: Point, [bx = 0, by = 0]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function meets(from: MultiPolygon, to: MultiPolygon): boolean {
  for (const point of listRings(from).flat())
    for (const ring of listRings(to))
      for (let k = 1; k < ring.length; k++)
        if (distanceToSegment(point, ring[k - 1]!, ring[k]!) <= TOLERANCE) return true;
  return false;
}

function boxOf(geometry: MultiPolygon): [number, number, number, number] {
  const points = listRings(geometry).flat();
  const [xs, ys] = [points.map(([x]) => x!), points.map(([, y]) => y!)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Keys of the districts of each cluster, sorted; the clusters sorted by size, then by their first key. */
export function findByLoops(areas: readonly Area[]): string[][] {
  const flagged = areas.filter((area) => area.flagged);
  const boxes = flagged.map(({ geometry }) => boxOf(geometry));
  const group = flagged.map((_, i) => i);
  for (let i = 0; i < flagged.length; i++) {
    for (let j = i + 1; j < flagged.length; j++) {
      const [a, b] = [boxes[i]!, boxes[j]!];
      if (a[0] > b[2] + 1 || b[0] > a[2] + 1 || a[1] > b[3] + 1 || b[1] > a[3] + 1) continue;
      const [one, other] = [flagged[i]!.geometry, flagged[j]!.geometry];
      if (!meets(one, other) && !meets(other, one)) continue;
      const [keep, drop] = [group[i]!, group[j]!];
      for (let k = 0; k < group.length; k++) if (group[k] === drop) group[k] = keep;
    }
  }
  const clusters = new Map<number, string[]>();
  group.forEach((own, i) => {
    clusters.set(own, [...(clusters.get(own) ?? []), flagged[i]!.key]);
  });
  return [...clusters.values()]
    .map((keys) => keys.sort())
    .sort((a, b) => b.length - a.length || (a[0]! < b[0]! ? -1 : 1));
}
