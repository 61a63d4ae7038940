import type { Polygon, Position } from 'geojson';

/** Name of a vertex: shared borders have exactly equal coordinates, so text equality is identity. */
export function vertexName(position: Position): string {
  return `${position[0]} ${position[1]}`;
}

/**
 * Unites polygons that share their borders exactly: every edge that two of them run along in opposite
 * directions is inside and disappears; what is left is chained to rings.
 *
 *      +--->--+--->--+          +--->---->---+
 *      |  A   ^v  B  |    →     |            |
 *      +---<--+---<--+          +---<----<---+
 *
 * No coordinate is computed, so the outline keeps the vertices of its parts: no gaps, no slivers.
 *
 * @param polygons rings of one orientation throughout, without holes, edge to edge
 * @returns one polygon
 * @throws Error when the parts do not hang together as one area without a hole
 */
export function dissolve(polygons: readonly Polygon[]): Polygon {
  const edges = new Map<string, { from: Position; to: Position }>();
  for (const { coordinates } of polygons) {
    for (const ring of coordinates) {
      for (let index = 1; index < ring.length; index++) {
        const from = ring[index - 1]!;
        const to = ring[index]!;
        const opposite = `${vertexName(to)}>${vertexName(from)}`;
        if (!edges.delete(opposite)) edges.set(`${vertexName(from)}>${vertexName(to)}`, { from, to });
      }
    }
  }
  const next = new Map<string, Position>();
  for (const { from, to } of edges.values()) next.set(vertexName(from), to);
  const start = [...edges.values()][0]?.from;
  if (!start) throw new Error('Got no polygon to dissolve; expected at least one.');
  const ring: Position[] = [start];
  let vertex = next.get(vertexName(start));
  while (vertex && vertexName(vertex) !== vertexName(start)) {
    ring.push(vertex);
    vertex = next.get(vertexName(vertex));
  }
  ring.push(start);
  if (ring.length - 1 !== edges.size) {
    throw new Error(`Got an outline of ${edges.size} edges in several rings; expected one ring.`);
  }
  return { type: 'Polygon', coordinates: [ring] };
}
