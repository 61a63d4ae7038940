/** Collections as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import type { Geography } from '../catalog/catalog.ts';
import { CRS_LIST, CRS84, storageCrsOf } from '../districts/crs.ts';
import { describeBoundary } from '../features/feature.ts';
import { FORMAT_LINKS } from '../features/item-links.ts';
import { type Link, MEDIA, OGC_REL } from '../http/links.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { tileSetsLink, tilingSchemesLink } from './tile-links.ts';

type CollectionDocument = components['schemas']['Collection'];
type Publication = components['schemas']['Publication'];

const TITLES = {
  queryables: { de: 'Eigenschaften zum Filtern', en: 'Properties to filter by' },
  sortables: { de: 'Eigenschaften zum Sortieren', en: 'Properties to sort by' },
  schema: { de: 'Eigenschaften', en: 'Properties' },
  feature: { de: 'Schema eines Gebiets', en: 'Schema of a district' },
  indicators: { de: 'Indikatoren', en: 'Indicators' },
  source: { de: 'Quelle', en: 'Source' },
  styles: { de: 'Kartenstile', en: 'Map styles' },
  values: { de: 'Werte ohne Umrisse', en: 'Values without shapes' },
  qgis: { de: 'Ebenen für QGIS', en: 'Layers for QGIS' },
  masterportal: { de: 'Ebenen für Masterportal', en: 'Layers for Masterportal' },
  items: { de: 'Gebiete', en: 'Districts' },
  statement: { de: 'Angaben zur Methode', en: 'Statement of method' },
  analysed: { de: 'Untersuchte Gebiete', en: 'Districts that were analysed' },
} satisfies Record<string, Label>;

/**
 * Describes a collection.
 * @param base address of the API
 * @param publication what was published in it; null for districts of a level
 */
export function describeCollection(
  geography: Geography,
  language: Language,
  base: string,
  publication: Publication | null,
): CollectionDocument {
  const versions = geography.boundaryVersions;
  const newest = versions.at(-1)!;
  const title = textOf(geography.label, language);
  const authority = textOf(geography.authority.label, language);
  return {
    id: geography.collection,
    title,
    description: publication?.description ?? `${title} (${authority})`,
    attribution: [...new Set(versions.map((version) => version.source.attribution))].join('; '),
    extent: {
      spatial: { bbox: [unionOf(versions.map((version) => version.bbox))], crs: CRS84.uri },
      temporal: {
        interval: [[toInstant(versions[0]!.validFrom), toInstant(newest.validUntil)]],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    },
    itemType: 'feature',
    crs: CRS_LIST.map(({ uri }) => uri),
    storageCrs: storageCrsOf(newest.srid).uri,
    authority: { id: geography.authority.id, label: authority },
    parent: geography.parent,
    kind: publication ? 'analysis' : 'districts',
    ...(publication && { publication }),
    synthetic: geography.authority.synthetic,
    boundaryVersions: versions.map((version) => describeBoundary(version, language)),
    release: geography.release,
    links: collectionLinks(geography, language, base),
  };
}

function collectionLinks(geography: Geography, language: Language, base: string): Link[] {
  const self = `${base}/collections/${geography.collection}`;
  const say = (label: Label): string => textOf(label, language);
  const { geojson, ...files } = FORMAT_LINKS;
  const { url } = geography.boundaryVersions.at(-1)!.source;
  return [
    { href: self, rel: 'self', type: MEDIA.json, title: 'JSON' },
    { href: `${self}?f=html`, rel: 'alternate', type: MEDIA.html, title: 'HTML' },
    // GDAL appends `/{featureId}` to this address, so it has no query.
    {
      href: `${self}/items`,
      rel: 'items',
      type: geojson.type,
      title: `${say(TITLES.items)} (${geojson.title})`,
    },
    ...Object.entries(files).flatMap(([f, { type, title }]) => {
      const link = { href: `${self}/items?f=${f}`, type, title: `${say(TITLES.items)} (${title})` };
      // A file holds everything, which the standard calls an enclosure.
      const rels = f === 'html' ? ['items'] : ['items', 'enclosure'];
      return rels.map((rel) => ({ ...link, rel }));
    }),
    ...(['queryables', 'sortables', 'schema'] as const).map((name) => ({
      href: `${self}/${name}`,
      rel: `${OGC_REL}/${name}`,
      type: MEDIA.schema,
      title: say(TITLES[name]),
    })),
    // In this spelling GDAL looks for the types of fields.
    { href: `${self}/feature-schema`, rel: 'describedBy', type: MEDIA.schema, title: say(TITLES.feature) },
    { href: `${self}/styles`, rel: `${OGC_REL}/styles`, type: MEDIA.json, title: say(TITLES.styles) },
    { href: `${self}/values`, rel: 'related', type: MEDIA.json, title: say(TITLES.values) },
    { href: `${self}/qgis`, rel: 'related', type: MEDIA.xml, title: say(TITLES.qgis) },
    { href: `${self}/masterportal`, rel: 'related', type: MEDIA.json, title: say(TITLES.masterportal) },
    tileSetsLink(self, language),
    tilingSchemesLink(base, language),
    {
      href: `${self}/tiles/WebMercatorQuad/tilejson`,
      rel: 'describedby',
      type: MEDIA.json,
      title: 'TileJSON',
    },
    ...aboutLinks(geography, language, base),
    ...(url === null ? [] : [{ href: url, rel: 'via', type: MEDIA.html, title: say(TITLES.source) }]),
  ];
}

/** What the figures are: indicators, or the analysis that they come from. */
function aboutLinks({ collection, publication }: Geography, language: Language, base: string): Link[] {
  const link = (path: string, rel: string, title: Label): Link => ({
    href: `${base}/${path}`,
    rel,
    type: MEDIA.json,
    title: textOf(title, language),
  });
  if (!publication) return [link(`indicators?collection=${collection}`, 'related', TITLES.indicators)];
  return [
    link(`publications/${collection}`, 'describedby', TITLES.statement),
    link(`processes/${publication.process.id}`, 'describedby', publication.process.title),
    link(`collections/${publication.source}`, 'related', TITLES.analysed),
  ];
}

function unionOf(boxes: readonly (readonly number[])[]): number[] {
  const pick = (i: number, best: (...numbers: number[]) => number): number =>
    best(...boxes.map((box) => box[i]!));
  return [pick(0, Math.min), pick(1, Math.min), pick(2, Math.max), pick(3, Math.max)];
}

function toInstant(day: string | null): string | null {
  return day === null ? null : `${day}T00:00:00Z`;
}
