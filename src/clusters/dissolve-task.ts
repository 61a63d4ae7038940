/** Outlines of clusters, run in a worker thread: the union of many shapes takes seconds. */
import { featureCollection, multiPolygon, union } from '@turf/turf';
import type { MultiPolygon } from 'geojson';

/** Unites the shapes of each group to one outline. @param groups one shape or more each, in longitude and latitude */
export default function dissolve(groups: readonly (readonly MultiPolygon[])[]): MultiPolygon[] {
  return groups.map((shapes) => {
    if (shapes.length === 1) return shapes[0]!;
    const { geometry } = union(featureCollection(shapes.map((shape) => multiPolygon(shape.coordinates))))!;
    return geometry.type === 'MultiPolygon'
      ? geometry
      : { type: 'MultiPolygon', coordinates: [geometry.coordinates] };
  });
}
