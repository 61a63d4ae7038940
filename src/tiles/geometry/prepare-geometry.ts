/** Shapes to what tiles are cut from: once per boundary version and grid. */
import Flatbush from 'flatbush';
import type { Quadtree } from '../tile-matrix-set.ts';
import { type ArcNetwork, joinArcs } from './join-arcs.ts'; // rings to shared arcs
import { mendBorders } from './mend-borders.ts'; // borders that miss each other by a unit
import { numberVertices } from './number-vertices.ts'; // equal points are one vertex
import { placeLabels } from './place-labels.ts'; // one point inside each district
import { type PreparedGeometry, share } from './prepared-geometry.ts';
import { projectShapes } from './project-shapes.ts'; // degrees to the lattice
import { refineArcs } from './refine-arcs.ts'; // where simplified arcs would collide
import type { SourceShapes } from './source-shapes.ts';
import { weighVertices } from './weigh-vertices.ts'; // from which zoom on a vertex counts

/**
 * Makes the topology and simplification of all zooms.
 * @param shapes districts of one boundary version in column order
 * @param maxZoom deepest tile matrix; its units are the lattice that all coordinates are rounded to. Cross products are exact
 * as long as no shape spans 2^26 of them
 */
export function prepareGeometry(shapes: SourceShapes, grid: Quadtree, maxZoom: number): PreparedGeometry {
  const lattice = projectShapes(shapes, grid, maxZoom);
  const rings = mendBorders(numberVertices(lattice));
  const labels = placeLabels(shapes, rings, lattice.anchors);
  const network = joinArcs(rings);
  const levels = weighVertices(network, maxZoom);
  const mainRings = { rings: labels.mainPolygons.map((p) => shapes.polygons[p]!), areas: labels.areas };
  return {
    maxZoom,
    n: shapes.n,
    ids: share(shapes.ids),
    districts: share(shapes.districts),
    polygons: share(shapes.polygons),
    rings: share(network.rings),
    refs: share(network.refs),
    arcs: share(network.arcs),
    coordinates: share(network.coordinates),
    levels: share(levels),
    details: share(refineArcs(network, levels, mainRings, maxZoom)),
    labels: share(labels.points),
    index: indexDistricts(shapes, network, labels.points),
  };
}

/** Boxes of whole districts with their labels; at every zoom what is drawn of them lies within, rounding aside. */
function indexDistricts(
  { n, districts, polygons }: SourceShapes,
  { rings, refs, arcs, coordinates }: ArcNetwork,
  labels: Int32Array,
): ArrayBufferLike {
  const index = new Flatbush(Math.max(1, n), 16, Int32Array, SharedArrayBuffer);
  // A tree needs one box at least.
  if (n === 0) index.add(-1, -1);
  for (let d = 0; d < n; d++) {
    let [minX, minY] = [labels[2 * d]!, labels[2 * d + 1]!];
    let [maxX, maxY] = [minX, minY];
    for (let i = rings[polygons[districts[d]!]!]!; i < rings[polygons[districts[d + 1]!]!]!; i++) {
      const arc = refs[i]! < 0 ? ~refs[i]! : refs[i]!;
      for (let p = arcs[arc]!; p < arcs[arc + 1]!; p++) {
        const x = coordinates[2 * p]!;
        const y = coordinates[2 * p + 1]!;
        if (x < minX) minX = x;
        if (x > maxX) maxX = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      }
    }
    index.add(minX, minY, maxX, maxY);
  }
  index.finish();
  return index.data;
}
