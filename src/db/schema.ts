/**
 * Types of the database's tables. Generated from sql/ by `node src/db/generate-schema.ts`: do not edit.
 * Geometries are read as hexadecimal EWKB and written by functions like ST_GeomFromGeoJSON; dates, ranges
 * and numerics are text.
 */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** Publisher: a municipality or an association of municipalities (Kommune, Kommunalverband). */
export interface AuthorityTable {
  id: string;
  kind: string;
  label_de: string;
  label_en: string | null;
  /** Made-up data; removed when the first real package is imported. */
  synthetic: Generated<boolean>;
}

/** Members of an association (StädteRegion Aachen has ten). */
export interface AuthorityMemberTable {
  authority_id: string;
  member_id: string;
}

/** A set of shapes that is valid from a date on (Gebietsstand); versions of one geography never overlap. */
export interface BoundaryVersionTable {
  id: GeneratedAlways<number>;
  geography_id: number;
  valid: string;
  label_de: string;
  label_en: string | null;
  /** EPSG code of the delivered coordinates. */
  srid: number;
  source: string;
  licence: string;
  attribution: string;
  url: string | null;
  /** Newest release that touched a shape, name or parent of this version. */
  release: number;
}

/** An address to be called when a job gets into a state. Stored with the job, so that a confirmed one is never lost. */
export interface CallbackTable {
  id: GeneratedAlways<number>;
  job_id: string;
  event: string;
  /** Scheme, host and port of the address; called only while the operator allows it. */
  origin: string;
  address: string;
  /** Address of the API as the requester saw it, for links. */
  base: string;
  attempts: Generated<number>;
  /** Not called before; while it is being called, when somebody else may try. */
  due_at: ColumnType<Date, Date | string | undefined, Date | string>;
  delivered_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
}

/** Which release touched which column (all districts of a geography for one indicator and period); the newest is the version that cache keys use. */
export interface ColumnVersionTable {
  geography_id: number;
  indicator_id: number;
  period: string;
  boundary_version_id: number;
  release: number;
}

/** One run of a process on one state of the data. Equal requests share it. */
export interface ComputationTable {
  id: GeneratedAlways<number>;
  /** SHA-256 of process, version, inputs, language and state of the data. */
  address: string;
  process_id: string;
  /** Inputs with defaults as JSON with sorted keys: the text decides the address. */
  inputs: string;
  language: string;
  release: number;
  /** Day that chooses the boundary version where a request leaves it open. */
  day: string;
  status: Generated<string>;
  attempts: Generated<number>;
  worker: string | null;
  /** A worker that lives prolongs it, afterwards another one may take over. Of a computation that waits: not tried again before. */
  lease_until: ColumnType<Date | null, Date | string | null, Date | string | null>;
  progress: Generated<number>;
  created_at: ColumnType<Date, Date | string | undefined, Date | string>;
  started_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  updated_at: ColumnType<Date, Date | string | undefined, Date | string>;
  finished_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  result: ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;
  failure: ColumnType<unknown, string | null, string | null>;
}

/** Identity of a district (Gebiet): geography and key. Name, shape and parents have versions. */
export interface DistrictTable {
  id: GeneratedAlways<number>;
  geography_id: number;
  key: string;
}

/** Dated relation to a parent district; one parent per parent geography at a time, hierarchies run in parallel. */
export interface DistrictParentTable {
  district_id: number;
  parent_id: number;
  parent_geography_id: number;
  boundary_version_id: number;
  valid: string;
  known: string;
}

/** Name and shape of a district, bitemporal: no two are valid at once as known at one time. */
export interface DistrictVersionTable {
  id: GeneratedAlways<number>;
  district_id: number;
  boundary_version_id: number;
  name: string;
  valid: string;
  known: string;
  /** Shape as delivered, in the CRS of the delivery. */
  geom_delivered: string;
  /** Valid MultiPolygon in EPSG:4326 (longitude, latitude), derived from geom_delivered. */
  geom: string;
  /** Published result of an analysis: numbers and texts by name; null for districts of a level. */
  attributes: ColumnType<unknown, string | null, string | null>;
}

/** One partition of an authority's territory at one level (Gliederungsebene). */
export interface GeographyTable {
  id: GeneratedAlways<number>;
  /** Id of the OGC API collection, e.g. berlin-plr. */
  collection: string;
  authority_id: string;
  label_de: string;
  label_en: string | null;
  parent_id: number | null;
  release: number;
  /** What the collection holds: districts of a level, or the published result of an analysis. */
  kind: Generated<string>;
}

/** Methods of composite indices (Indizes). A version never changes: a change is a new version. */
export interface IndexMethodTable {
  index_id: string;
  version: string;
  authority_id: string;
  /** The whole method in the form of IndexDefinition in the contract. */
  definition: ColumnType<unknown, string, string>;
  release: number;
}

/** Global definition of an indicator (Kennzahl); authorities adopt it with a source of their own. */
export interface IndicatorTable {
  id: GeneratedAlways<number>;
  code: string;
  label_de: string;
  label_en: string | null;
  description_de: string | null;
  description_en: string | null;
  unit: string;
  decimals: number;
  numerator_de: string | null;
  numerator_en: string | null;
  denominator_de: string | null;
  denominator_en: string | null;
  aggregation: string;
  /** +1 higher is better, -1 higher is worse, 0 context. */
  polarity: number;
  theme: string;
  target_groups: string[];
  life_cycle: string;
  protection_class: string;
  /** Classes of a classified indicator: [{value, label: {de, en}}]. */
  categories: ColumnType<unknown, string, string>;
  release: number;
}

/** Where an authority takes an indicator from, and under which licence. */
export interface IndicatorSourceTable {
  indicator_id: number;
  authority_id: string;
  source: string;
  licence: string;
  attribution: string;
  url: string | null;
  release: number;
}

/** A request that is answered later (OGC API Processes). Its status is that of its computation unless it was dismissed. */
export interface JobTable {
  id: string;
  computation_id: number;
  outputs: ColumnType<unknown, string | null, string | null>;
  response: string;
  created_at: ColumnType<Date, Date | string | undefined, Date | string>;
  dismissed_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  /** Ids of the outputs that are answered as links. */
  by_reference: ColumnType<unknown, string | undefined, string>;
}

/** Published figures (Werte). Append-only: a release stores the cells it changes, withdrawals as tombstones. */
export interface ObservationTable {
  geography_id: number;
  indicator_id: number;
  period: string;
  district_id: number;
  boundary_version_id: number;
  release: number;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  status: 'ok' | 'estimated' | 'suppressed' | 'not_assessed' | 'not_available' | 'not_applicable';
  reason: string | null;
  provisional: boolean;
  reference_date: string | null;
  /** Tombstone: from this release on the cell counts as never delivered. */
  withdrawn: Generated<boolean>;
}

/** Reporting periods in ISO 8601 / SDMX notation. */
export interface PeriodTable {
  id: string;
  first_day: string;
  last_day: string;
}

/** Rules of problem situations (Problemlagen). A version never changes: a change is a new version. */
export interface ProblemSituationTable {
  situation_id: string;
  version: string;
  authority_id: string;
  /** The whole rule in the form of SituationDefinition in the contract. */
  definition: ColumnType<unknown, string, string>;
  release: number;
}

/** Published result of an analysis (Analyse). Never changes; the end of it is a withdrawal. */
export interface PublicationTable {
  geography_id: number;
  /** SHA-256 of all that is published: the same result again is no new release. */
  content: string;
  /** Process, inputs, attributes and periods in the form of src/publications/publication.ts. */
  description: ColumnType<unknown, string, string>;
  /** Statement of method as the process wrote it. */
  statement: ColumnType<unknown, string, string>;
  release: number;
}

/** Why a value is missing or special. */
export interface ReasonTable {
  code: string;
  label_de: string;
  label_en: string;
}

/** One import (Veröffentlichung); numbers count up over the whole database. */
export interface ReleaseTable {
  number: number;
  authority_id: string;
  package: string;
  title: string;
  created_at: ColumnType<Date, Date | string | undefined, Date | string>;
  importer_version: string;
  /** Source files: [{path, bytes, sha256}]. */
  files: ColumnType<unknown, string, string>;
  /** Report of the disclosure control that ran before anything was written. */
  protection: ColumnType<unknown, string, string>;
  /** What changed: counts of districts, cells added, changed and withdrawn. */
  summary: ColumnType<unknown, string, string>;
}

export interface SchemaMigrationTable {
  number: number;
  name: string;
  sha256: string;
  applied_at: ColumnType<Date, Date | string | undefined, Date | string>;
}

/** End of a publication. Reads of earlier releases still show it; its id is never used again. */
export interface WithdrawalTable {
  geography_id: number;
  reason: string;
  release: number;
}

/** All tables by name. */
export interface Tables {
  authority: AuthorityTable;
  authority_member: AuthorityMemberTable;
  boundary_version: BoundaryVersionTable;
  callback: CallbackTable;
  column_version: ColumnVersionTable;
  computation: ComputationTable;
  district: DistrictTable;
  district_parent: DistrictParentTable;
  district_version: DistrictVersionTable;
  geography: GeographyTable;
  index_method: IndexMethodTable;
  indicator: IndicatorTable;
  indicator_source: IndicatorSourceTable;
  job: JobTable;
  observation: ObservationTable;
  period: PeriodTable;
  problem_situation: ProblemSituationTable;
  publication: PublicationTable;
  reason: ReasonTable;
  release: ReleaseTable;
  schema_migration: SchemaMigrationTable;
  withdrawal: WithdrawalTable;
}
