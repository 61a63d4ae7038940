/** Distances and overlaps of line segments, all in metres. */

/** Squared distance of the point p to the segment a-b. */
export function squaredDistance(
  px: number,
  py: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const along = length > 0 ? ((px - ax) * dx + (py - ay) * dy) / length : 0;
  const t = Math.max(0, Math.min(1, along));
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2;
}

/** Whether the segments a-b and c-d cross inside both; touching ends are found by distance. */
export function segmentsCross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  const c = turn(ax, ay, bx, by, cx, cy);
  const d = turn(ax, ay, bx, by, dx, dy);
  const a = turn(cx, cy, dx, dy, ax, ay);
  const b = turn(cx, cy, dx, dy, bx, by);
  return c * d < 0 && a * b < 0;
}

/** Length of the segment a-b. Math.hypot, which guards against lengths beyond 1e150, takes ten times as long. */
export function measureSegment(ax: number, ay: number, bx: number, by: number): number {
  return Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
}

function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/**
 * Length that the segments a-b and c-d run side by side: the stretch along the longer one between two ends, provided that the
 * other segment is within the offset at both of them; 0 otherwise, so segments that only meet at an angle have none.
 *
 *     a ●───────────────────● b
 *            c ○────────○ d           the stretch from c to d
 *
 * @param offset greatest distance that counts as the same line
 */
export function overlapLength(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
  offset: number,
): number {
  const length = measureSegment(ax, ay, bx, by);
  if (measureSegment(cx, cy, dx, dy) > length) return overlapLength(cx, cy, dx, dy, ax, ay, bx, by, offset);
  const x = (bx - ax) / length;
  const y = (by - ay) / length;
  // Where along a-b the other ends lie, and how far beside it.
  const c = (cx - ax) * x + (cy - ay) * y;
  const d = (dx - ax) * x + (dy - ay) * y;
  const start = Math.max(0, Math.min(c, d));
  const end = Math.min(length, Math.max(c, d));
  if (!(end > start)) return 0;
  const beside = turn(ax, ay, bx, by, cx, cy) / length;
  const slope = (turn(ax, ay, bx, by, dx, dy) / length - beside) / (d - c);
  const within =
    Math.abs(beside + slope * (start - c)) <= offset && Math.abs(beside + slope * (end - c)) <= offset;
  return within ? end - start : 0;
}
