/** What files say about their coordinate reference system, as EPSG codes. */

/** Geographic systems (degrees) that German geodata are delivered in; all others here are projected (metres). */
const GEOGRAPHIC = new Set([4326, 4258, 4314, 4230, 4745, 4746, 4979, 4937]);

/**
 * EPSG code of a name such as `EPSG:25833`, `urn:ogc:def:crs:EPSG::25833`,
 * `http://www.opengis.net/def/crs/EPSG/0/25833` or `urn:ogc:def:crs:OGC:1.3:CRS84` (which is 4326 here,
 * since shapes are kept as x, y).
 *
 * @returns the code, or null for a name that is none of these
 */
export function readSrid(name: string): number | null {
  const code = /^(?:urn:(?:ogc|x-ogc):def:crs:)?EPSG:(?:[\d.]*:)?(\d+)$/i.exec(name)?.[1];
  const path = /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/(\d+)$/i.exec(name)?.[1];
  if (code || path) return Number(code ?? path);
  return /^(?:urn:ogc:def:crs:OGC:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[\d.]+\/)CRS84$/i.test(
    name,
  )
    ? 4326
    : null;
}

/** Whether a position can be one of the system: degrees within the globe, metres outside of 180 and 90. */
export function isPossiblePosition(srid: number, x: number, y: number): boolean {
  const degrees = Math.abs(x) <= 180 && Math.abs(y) <= 90;
  return GEOGRAPHIC.has(srid) === degrees;
}

/** The unit of a system's coordinates, for messages. */
export function unitOf(srid: number): 'degrees' | 'metres' {
  return GEOGRAPHIC.has(srid) ? 'degrees' : 'metres';
}
