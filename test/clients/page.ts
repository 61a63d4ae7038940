/** Pages of items as clients read them. */
import type { FeatureCollection, MultiPolygon } from 'geojson';

export type Properties = Record<string, string | number | null>;

export interface Page extends FeatureCollection<MultiPolygon | null, Properties> {
  links: { rel: string; type: string; href: string }[];
}

export type Feature = Page['features'][number];
