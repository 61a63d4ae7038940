declare module 'shpjs' {
  /** Geometries of a .shp in its own coordinates; null for a record without shape. */
  export function parseShp(shp: Uint8Array): (import('geojson').Geometry | null)[];
}
