/**
 * What an import wants to publish, as read from files and validated as far as files alone can tell.
 * Readers make it (src/import/read-package.ts); protection and the writer consume it.
 */
import type { MultiPolygon, Polygon } from 'geojson';
import type { IndicatorDefinition } from '../indicators/indicator.ts';
import type { Status } from '../indicators/status.ts';
import type { IndexDefinition } from '../indices/index-method.ts';
import type { Label } from '../label.ts';
import type { SituationDefinition } from '../situations/situation.ts';

/** Who publishes; an association lists its members. */
export interface AuthorityEntry {
  id: string;
  kind: 'municipality' | 'association';
  label: Label;
  /** Ids of member authorities, each declared with its label. */
  members: { id: string; label: Label }[];
  /** True for data that a program made up; removed when real data arrive. */
  synthetic: boolean;
}

/** One partition of an authority's territory at one level. */
export interface GeographyEntry {
  id: string;
  label: Label;
  /** Geography of the next higher level, or null. */
  parent: string | null;
  /** Longitude and latitude bounds that every shape must lie in: [west, south, east, north]. */
  extent: [number, number, number, number];
}

/** A definition of an indicator and this authority's source of it. */
export interface IndicatorEntry extends IndicatorDefinition {
  id: string;
  source: { text: string; licence: string; attribution: string; url: string | null };
}

/** Why a value is missing or special. */
export interface ReasonEntry {
  code: string;
  label: Label;
}

/** One district of a boundary version, as delivered. */
export interface DistrictCandidate {
  key: string;
  name: string;
  /** Shape in the coordinates of the file (x, y). */
  geometry: Polygon | MultiPolygon;
  /** Feature or record number in the file, from 1. */
  line: number;
  /** Parent districts by geography. */
  parents: { geography: string; key: string }[];
}

/** The file beside a shapefile that names the reference system of its coordinates. */
export interface ProjectionFile {
  path: string;
  wkt: string;
}

/** All shapes of one geography from one date on. */
export interface BoundaryCandidate {
  geography: string;
  /** ISO date, inclusive. */
  validFrom: string;
  /** ISO date, exclusive; null while it is the newest. */
  validUntil: string | null;
  label: Label;
  /** EPSG code of the delivered coordinates. */
  srid: number;
  /** The .prj beside a shapefile, to compare with srid; null where the file has none. */
  prj: ProjectionFile | null;
  invalidGeometry: 'refuse' | 'repair';
  source: { text: string; licence: string; attribution: string; url: string | null };
  /** Path of the file as the package names it. */
  file: string;
  districts: DistrictCandidate[];
}

/**
 * All delivered cells of one geography, boundary version, indicator and period, whichever files they stand in;
 * arrays run in parallel.
 */
export interface ColumnCandidate {
  geography: string;
  /** validFrom of the boundary version that the keys belong to. */
  boundary: string;
  indicator: string;
  period: string;
  keys: string[];
  /** ISO date the figure refers to. */
  referenceDates: (string | null)[];
  provisional: boolean[];
  /** File of each cell. */
  files: string[];
  /** Line in that file, from 1 (the header is line 1). */
  lines: Int32Array;
  /** NaN where the status has no value. */
  values: Float64Array;
  /** Null where the source has no counts. NaN for a missing count. */
  numerators: Float64Array | null;
  denominators: Float64Array | null;
  status: Status[];
  reasons: (string | null)[];
}

/** A file that was read, for the release record. */
export interface SourceFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** One package, read and checked. */
export interface Candidate {
  name: string;
  title: string;
  authority: AuthorityEntry;
  geographies: GeographyEntry[];
  indicators: IndicatorEntry[];
  reasons: ReasonEntry[];
  indices: IndexDefinition[];
  situations: SituationDefinition[];
  boundaries: BoundaryCandidate[];
  columns: ColumnCandidate[];
  files: SourceFile[];
}
