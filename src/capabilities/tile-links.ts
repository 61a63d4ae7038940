/** Where tile sets and their grids are. */
import { type Link, MEDIA, OGC_REL } from '../http/links.ts';

/** With `f`, since OGC's test suite looks into tile sets only then. @param resource landing page or collection */
export function tileSetsLink(resource: string): Link {
  return {
    href: `${resource}/tiles?f=json`,
    rel: `${OGC_REL}/tilesets-vector`,
    type: MEDIA.json,
    title: 'Vector tiles',
  };
}

/** @param base address of the API */
export function tilingSchemesLink(base: string): Link {
  return {
    href: `${base}/tileMatrixSets`,
    rel: `${OGC_REL}/tiling-schemes`,
    type: MEDIA.json,
    title: 'Tile matrix sets',
  };
}
