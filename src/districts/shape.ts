/** Shapes of districts. */
import type { MultiPolygon } from 'geojson';

/** A district's shape in longitude and latitude. */
export interface Shape {
  /** Stable numeric id of the district. */
  districtId: number;
  geometry: MultiPolygon;
}
