/** Areas of polygons and of their intersections with rectangles: what a GIS would deliver. */

import type { Crosswalk } from '../../../src/stats/rates/split-sources.ts';
import type { Shape } from '../../../src/stats/weights/polygons.ts';

/** minX, minY, maxX, maxY. */
export type Rectangle = readonly [number, number, number, number];
type Point = readonly [number, number];

/** Area of the part of a shape inside a rectangle; of the whole shape without one. */
export function measureInside(
  shape: Shape,
  rectangle: Rectangle = [-Infinity, -Infinity, Infinity, Infinity],
): number {
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  let area = 0;
  for (const polygon of polygons) {
    polygon.forEach((ring, at) => {
      const points = ring.slice(1).map(([x, y]): Point => [x!, y!]);
      const inside = Math.abs(measureRing(clipRing(points, rectangle)));
      area += at === 0 ? inside : -inside;
    });
  }
  return area;
}

/** Intersections of shapes (sources) with rectangles (targets) that have an area. */
export function intersect(shapes: readonly Shape[], rectangles: readonly Rectangle[]): Crosswalk {
  const parts = shapes.flatMap((shape, source) =>
    rectangles
      .map((rectangle, target) => ({ source, target, area: measureInside(shape, rectangle) }))
      .filter(({ area }) => area > 0),
  );
  return {
    sources: Uint32Array.from(parts, ({ source }) => source),
    targets: Uint32Array.from(parts, ({ target }) => target),
    weights: Float64Array.from(parts, ({ area }) => area),
  };
}

/** Cut a ring by the four sides in turn (Sutherland & Hodgman 1974); edges laid twice along a side have no area. */
function clipRing(ring: readonly Point[], [minX, minY, maxX, maxY]: Rectangle): readonly Point[] {
  let points = ring;
  for (const [axis, limit, sign] of [
    [0, minX, 1],
    [0, maxX, -1],
    [1, minY, 1],
    [1, maxY, -1],
  ] as const) {
    if (!Number.isFinite(limit)) continue;
    const inside = (point: Point): boolean => sign * (point[axis] - limit) >= 0;
    points = points.flatMap((point, at) => {
      const before = points.at(at - 1)!;
      const kept = inside(point) ? [point] : [];
      if (inside(before) === inside(point)) return kept;
      const share = (limit - before[axis]) / (point[axis] - before[axis]);
      const crossing: Point = [
        before[0] + share * (point[0] - before[0]),
        before[1] + share * (point[1] - before[1]),
      ];
      return [crossing, ...kept];
    });
  }
  return points;
}

/** Signed area, from the first point so that large coordinates lose nothing. */
function measureRing(points: readonly Point[]): number {
  let area = 0;
  for (let k = 1; k + 1 < points.length; k++) {
    const [[x0, y0], [x1, y1], [x2, y2]] = [points[0]!, points[k]!, points[k + 1]!];
    area += ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2;
  }
  return area;
}
