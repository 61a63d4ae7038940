/** Where tile sets and their grids are. */
import { type Link, MEDIA, OGC_REL } from '../http/links.ts';
import { type Language, textOf } from '../label.ts';

const TILES = { de: 'Vektorkacheln', en: 'Vector tiles' };
const GRIDS = { de: 'Kachelgitter', en: 'Tile matrix sets' };

/** With `f`, since OGC's test suite looks into tile sets only then. @param resource landing page or collection */
export function tileSetsLink(resource: string, language: Language): Link {
  return {
    href: `${resource}/tiles?f=json`,
    rel: `${OGC_REL}/tilesets-vector`,
    type: MEDIA.json,
    title: textOf(TILES, language),
  };
}

/** @param base address of the API */
export function tilingSchemesLink(base: string, language: Language): Link {
  return {
    href: `${base}/tileMatrixSets`,
    rel: `${OGC_REL}/tiling-schemes`,
    type: MEDIA.json,
    title: textOf(GRIDS, language),
  };
}
