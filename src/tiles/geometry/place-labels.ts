/**
 * Stage 3: one label point per district, well inside its largest polygon.
 *
 * The point is about as far from the outline as one can get (pole of inaccessibility): the box is halved into quarter cells,
 * the most promising first, where a cell promises the distance of its centre plus half its diagonal (Agafonkin 2016, polylabel).
 */
import type { VertexRings } from './number-vertices.ts';
import type { SourceShapes } from './source-shapes.ts';

/** Where labels stand. */
export interface Labels {
  /** x, y on the lattice for each district. */
  points: Int32Array;
  /** Polygon with the largest area of each district; the first one where none has area. */
  mainPolygons: Uint32Array;
  /** Its area without its holes' being taken off, in square lattice units. */
  areas: Float64Array;
}

/** A cell is not split when its promise is less than this share of the box better than what is found. */
const PRECISION = 1 / 16;

/**
 * Places labels at full resolution.
 * @param anchors where a district without any ring has its label
 */
export function placeLabels(shapes: SourceShapes, rings: VertexRings, anchors: Int32Array): Labels {
  const { districts, polygons, n } = shapes;
  const labels: Labels = {
    points: anchors.slice(),
    mainPolygons: new Uint32Array(n),
    areas: new Float64Array(n),
  };
  for (let d = 0; d < n; d++) {
    let largest = 0;
    let main = districts[d]!;
    for (let p = districts[d]!; p < districts[d + 1]!; p++) {
      const area = Math.abs(doubleAreaOf(rings, polygons[p]!));
      if (area > largest) [largest, main] = [area, p];
    }
    labels.mainPolygons[d] = main;
    labels.areas[d] = largest / 2;
    if (largest === 0) continue;
    const edges = collectEdges(rings, polygons[main]!, polygons[main + 1]!);
    const [x, y] = findPole(edges);
    labels.points[2 * d] = x;
    labels.points[2 * d + 1] = y;
  }
  return labels;
}

function doubleAreaOf({ offsets, vertices, points }: VertexRings, ring: number): number {
  const from = offsets[ring]!;
  const to = offsets[ring + 1]!;
  if (to - from < 3) return 0;
  const x0 = points[2 * vertices[from]!]!;
  const y0 = points[2 * vertices[from]! + 1]!;
  let [px, py, sum] = [0, 0, 0];
  for (let i = from + 1; i < to; i++) {
    const x = points[2 * vertices[i]!]! - x0;
    const y = points[2 * vertices[i]! + 1]! - y0;
    sum += px * y - x * py;
    [px, py] = [x, y];
  }
  return sum;
}

/** x, y of start and end of each edge of a polygon, and the box around them. */
interface Edges {
  ends: Float64Array;
  box: [minX: number, minY: number, maxX: number, maxY: number];
}

function collectEdges({ offsets, vertices, points }: VertexRings, firstRing: number, endRing: number): Edges {
  const ends = new Float64Array(4 * (offsets[endRing]! - offsets[firstRing]!));
  const box: Edges['box'] = [Infinity, Infinity, -Infinity, -Infinity];
  let at = 0;
  for (let r = firstRing; r < endRing; r++) {
    const [from, to] = [offsets[r]!, offsets[r + 1]!];
    if (from === to) continue;
    let x = points[2 * vertices[to - 1]!]!;
    let y = points[2 * vertices[to - 1]! + 1]!;
    for (let i = from; i < to; i++) {
      ends[at++] = x;
      ends[at++] = y;
      x = points[2 * vertices[i]!]!;
      y = points[2 * vertices[i]! + 1]!;
      ends[at++] = x;
      ends[at++] = y;
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
  }
  return { ends, box };
}

interface Cell {
  x: number;
  y: number;
  half: number;
  /** Distance of the centre to the outline, negative outside. */
  distance: number;
  promise: number;
}

/** A point inside, rounded to the lattice. */
function findPole({ ends, box: [minX, minY, maxX, maxY] }: Edges): [number, number] {
  const side = Math.min(maxX - minX, maxY - minY);
  const precision = Math.max(0.5, side * PRECISION);
  let best = makeCell(ends, (minX + maxX) >> 1, (minY + maxY) >> 1, 0);
  const waiting: Cell[] = [];
  const half = Math.max(side / 2, 0.5);
  for (let x = minX; x < maxX || x === minX; x += 2 * half) {
    for (let y = minY; y < maxY || y === minY; y += 2 * half)
      waiting.push(makeCell(ends, x + half, y + half, half));
  }
  for (;;) {
    const cell = takeBest(waiting);
    // A thin district may fall between all cells: go on until some point of the lattice is inside, or none can be.
    if (!cell || (best.distance > 0 && cell.promise - best.distance <= precision) || cell.half < 0.25) break;
    const centre = makeCell(ends, Math.round(cell.x), Math.round(cell.y), 0);
    if (centre.distance > best.distance) best = centre;
    if (cell.promise - best.distance <= precision && best.distance > 0) continue;
    const quarter = cell.half / 2;
    for (const dx of [-quarter, quarter]) {
      for (const dy of [-quarter, quarter]) {
        const part = makeCell(ends, cell.x + dx, cell.y + dy, quarter, best.distance);
        if (part.promise > best.distance && part.promise > 0) waiting.push(part);
      }
    }
  }
  return best.distance > 0 ? [best.x, best.y] : [ends[0]!, ends[1]!];
}

function takeBest(cells: Cell[]): Cell | undefined {
  let best = 0;
  for (let i = 1; i < cells.length; i++) if (cells[i]!.promise > cells[best]!.promise) best = i;
  const last = cells.pop();
  if (best >= cells.length) return last;
  const found = cells[best]!;
  cells[best] = last!;
  return found;
}

/** @param found a cell that promises no more is measured only until that is clear */
function makeCell(ends: Float64Array, x: number, y: number, half: number, found = 0): Cell {
  const distance = signedDistance(ends, x, y, found - half * Math.SQRT2);
  return { x, y, half, distance, promise: distance + half * Math.SQRT2 };
}

/** Distance to the outline, negative outside; for a point nearer than `enough`, not the least. */
function signedDistance(ends: Float64Array, px: number, py: number, enough: number): number {
  const enoughSquare = enough > 0 ? enough * enough : -1;
  let inside = false;
  let nearest = Infinity;
  for (let i = 0; i < ends.length; i += 4) {
    const ax = ends[i]! - px;
    const ay = ends[i + 1]! - py;
    const bx = ends[i + 2]! - px;
    const by = ends[i + 3]! - py;
    const dx = bx - ax;
    const dy = by - ay;
    if (ay > 0 !== by > 0 && dx * -ay < -ax * dy === dy > 0) inside = !inside;
    // From the foot of the perpendicular, or an end; an edge is never a point.
    const along = -(ax * dx + ay * dy);
    const length = dx * dx + dy * dy;
    let square: number;
    if (along <= 0) square = ax * ax + ay * ay;
    else if (along >= length) square = bx * bx + by * by;
    else square = (ax * dy - ay * dx) ** 2 / length;
    if (square >= nearest) continue;
    nearest = square;
    if (nearest <= enoughSquare) break;
  }
  return (inside ? 1 : -1) * Math.sqrt(nearest);
}
