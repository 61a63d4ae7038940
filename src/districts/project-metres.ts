/**
 * Delivered shapes in metres. PostGIS projects with whatever PROJ it was built with, and versions differ in the last digit of one
 * coordinate in ten; analyses hand that digit on. Here it is the same on every database.
 */
import type { MultiPolygon } from 'geojson';
import proj4 from 'proj4';

/** By EPSG code, all without a datum: ETRS89 and WGS 84 are taken for the same, as PostGIS does. */
const DEFINITIONS: Readonly<Record<number, string>> = {
  3857: '+proj=merc +a=6378137 +b=6378137 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs',
  4258: '+proj=longlat +ellps=GRS80 +no_defs',
  4326: '+proj=longlat +ellps=GRS80 +no_defs',
  25832: '+proj=utm +zone=32 +ellps=GRS80 +units=m +no_defs',
  25833: '+proj=utm +zone=33 +ellps=GRS80 +units=m +no_defs',
};

/**
 * How shapes get from one system to another.
 * @param from EPSG code
 * @param to EPSG code
 * @returns null for systems with another datum than ETRS89 and WGS 84, which PostGIS has to know
 */
export function findProjection(from: number, to: number): ((shape: MultiPolygon) => MultiPolygon) | null {
  if (from === to) return (shape) => shape;
  const [source, target] = [DEFINITIONS[from], DEFINITIONS[to]];
  if (source === undefined || target === undefined) return null;
  const projection = proj4(source, target);
  return ({ coordinates }) => ({
    type: 'MultiPolygon',
    coordinates: coordinates.map((polygon) =>
      polygon.map((ring) => ring.map(([x, y]) => projection.forward([x!, y!]))),
    ),
  });
}
