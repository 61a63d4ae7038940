/** Shapes as they stand in a file, before anything is checked. */
import type { ProjectionFile } from './candidate.ts';

/** One feature or record with its attributes. */
export interface DeliveredFeature {
  /** Number in the file, from 1. */
  number: number;
  properties: Record<string, unknown>;
  /** GeoJSON geometry in the coordinates of the file, or whatever stands in its place. */
  geometry: unknown;
}

/** A file of shapes. */
export interface DeliveredFeatures {
  features: DeliveredFeature[];
  /** Name of the `crs` member of a GeoJSON file; null where there is none. */
  crsName: string | null;
  /** The .prj beside a shapefile; null for other files. */
  prj: ProjectionFile | null;
}
