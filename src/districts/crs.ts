/** Coordinate reference systems that shapes and boxes are given in (OGC API Features Part 2). */
import { Problem } from '../problem.ts';

/** A coordinate reference system as clients see it. */
export interface Crs {
  /** Its name in documents. */
  uri: string;
  /** Its code in the EPSG register; for CRS84 the code of the same system with the other axis order. */
  epsg: number;
  /** The system in which PostGIS computes the coordinates; ETRS89 and WGS 84 are the same to within this service's decimals. */
  srid: number;
  /** The authority's axis order is latitude, longitude. */
  latitudeFirst: boolean;
  /** About a centimetre in degrees, a millimetre in metres. */
  decimals: 7 | 3;
  /** Least x, least y, greatest x, greatest y that can be computed with. */
  domain: readonly [number, number, number, number];
}

const GLOBE = [-180, -90, 180, 90] as const;
const DEGREES = { srid: 4326, decimals: 7, domain: GLOBE } as const;
/** Europe and more; farther from the central meridian the projection folds. */
const UTM_EUROPE = [-1_500_000, 3_000_000, 2_500_000, 8_500_000] as const;
const MERCATOR = 20_037_508.342789244;

function epsgUri(code: number): string {
  return `http://www.opengis.net/def/crs/EPSG/0/${code}`;
}

/** Longitude and latitude, the default of every OGC API. */
export const CRS84: Crs = {
  uri: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
  epsg: 4326,
  latitudeFirst: false,
  ...DEGREES,
};

/** All that can be asked for. CRS84 leads, as the standard wants; then what German towns use. */
export const CRS_LIST: readonly Crs[] = [
  CRS84,
  ...[25832, 25833].map((epsg) => ({
    uri: epsgUri(epsg),
    epsg,
    srid: epsg,
    latitudeFirst: false,
    decimals: 3 as const,
    domain: UTM_EUROPE,
  })),
  {
    uri: epsgUri(3857),
    epsg: 3857,
    srid: 3857,
    latitudeFirst: false,
    decimals: 3,
    domain: [-MERCATOR, -MERCATOR, MERCATOR, MERCATOR],
  },
  { uri: epsgUri(4326), epsg: 4326, latitudeFirst: true, ...DEGREES },
  { uri: epsgUri(4258), epsg: 4258, latitudeFirst: true, ...DEGREES },
];

/** `http://www.opengis.net/def/crs/EPSG/0/25832`, `urn:ogc:def:crs:EPSG::25832`, `[EPSG:25832]`, `EPSG:25832`. */
const NAME =
  /^(?:https?:\/\/www\.opengis\.net\/def\/crs\/(?<a>EPSG|OGC)\/[\d.]+\/(?<b>\w+)|urn:ogc:def:crs:(?<c>EPSG|OGC):[\d.]*:(?<d>\w+)|\[(?<e>EPSG|OGC):(?<f>\w+)\]|(?<g>EPSG|OGC):(?<h>\w+))$/i;

/**
 * The system that a parameter names.
 * @param name URI, URN, safe CURIE or `EPSG:25832`
 * @param field the parameter
 * @throws Problem invalid_request for a name that is none or a system that is not offered
 */
export function requireCrs(name: string | undefined, field: string): Crs {
  if (name === undefined) return CRS84;
  const found = findCrs(name);
  if (found) return found;
  throw new Problem('invalid_request', `${field} is not a reference system that is offered.`, [
    {
      code: 'unknown_crs',
      field,
      got: name.slice(0, 100),
      expected: `one of ${CRS_LIST.map(({ uri }) => uri).join(', ')}`,
    },
  ]);
}

function findCrs(name: string): Crs | undefined {
  const { a, b, c, d, e, f, g, h } = NAME.exec(name)?.groups ?? {};
  const authority = (a ?? c ?? e ?? g)?.toUpperCase();
  const code = (b ?? d ?? f ?? h)?.toUpperCase();
  if (authority === 'OGC') return code === 'CRS84' ? CRS84 : undefined;
  return CRS_LIST.find(({ uri }) => uri === epsgUri(Number(code)));
}

/** The system that shapes were delivered in, where it is offered. @param srid EPSG code of the delivery */
export function storageCrsOf(srid: number): Crs {
  // Delivered degrees are kept as longitude, latitude.
  return CRS_LIST.find((crs) => crs.decimals === 3 && crs.srid === srid) ?? CRS84;
}
