/** Where a tile of WebMercatorQuad lies, written from the definition of the matrix set. */

/** West, south, east, north of a tile in degrees. */
export function tileBounds(z: number, x: number, y: number): [number, number, number, number] {
  return [longitude(x, z), latitude(y + 1, z), longitude(x + 1, z), latitude(y, z)];
}

/** Column and row of the tile that holds a point. */
export function tileAt(z: number, [lon, lat]: readonly [number, number]): { x: number; y: number } {
  const [x, y] = mercator(lon, lat);
  return { x: Math.floor(x * 2 ** z), y: Math.floor(y * 2 ** z) };
}

/** Position in the world square, right and down from its north-western corner, 0 to 1. */
function mercator(lon: number, lat: number): [number, number] {
  return [(lon + 180) / 360, (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2];
}

function longitude(x: number, z: number): number {
  return (x / 2 ** z) * 360 - 180;
}

function latitude(y: number, z: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
}
