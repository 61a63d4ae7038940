declare module 'shpjs' {
  /** Geometries of a .shp in its own coordinates, or in degrees where its .prj is given; null for a record without shape. */
  export function parseShp(shp: Uint8Array, prj?: string): (import('geojson').Geometry | null)[];
}
