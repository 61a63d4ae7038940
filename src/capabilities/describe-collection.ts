/** Collections as the contract shows them. */
import type { components } from '../../openapi/generated/types.ts';
import type { BoundaryVersion, Catalog, Geography } from '../catalog/catalog.ts';
import { type Statistics, statisticsOf } from '../catalog/statistics.ts';
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
  rows: { de: 'Zeilen', en: 'Rows' },
  dashboard: { de: 'Statistik-Dashboard für Masterportal', en: 'Statistic dashboard for Masterportal' },
} satisfies Record<string, Label>;

/**
 * A geography as a collection of districts.
 * @param base address of the API
 * @param publication what was published in it; null for districts of a level
 */
export function describeCollection(
  catalog: Catalog,
  geography: Geography,
  language: Language,
  base: string,
  publication: Publication | null,
): CollectionDocument {
  const { collection, boundaryVersions: versions } = geography;
  const title = textOf(geography.label, language);
  const self = `${base}/collections/${collection}`;
  return {
    ...describeFeatures(geography, versions, language),
    id: collection,
    title,
    description: publication?.description ?? `${title} (${textOf(geography.authority.label, language)})`,
    kind: publication ? 'analysis' : 'districts',
    ...(publication && { publication }),
    extent: extentOf(versions, versions[0]!.validFrom, versions.at(-1)!.validUntil),
    links: [
      ...featureLinks(base, collection, geography, TITLES.items, language),
      ...joinLinks(self, base, language),
      ...statisticsLinks(statisticsOf(catalog, geography), base, language),
    ],
  };
}

/** A wide table of a geography's figures as a collection. @param base address of the API */
export function describeStatistics(
  { collection, title, description, geography, days }: Statistics,
  language: Language,
  base: string,
): CollectionDocument {
  const versions = geography.boundaryVersions.filter((one) => days.some(({ version }) => version === one));
  const self = `${base}/collections/${collection}`;
  return {
    ...describeFeatures(geography, versions, language),
    id: collection,
    title: textOf(title, language),
    description: `${textOf(description, language)} (${textOf(geography.authority.label, language)})`,
    kind: 'statistics',
    extent: extentOf(versions, days[0]!.date, days.at(-1)!.date),
    links: [
      ...featureLinks(base, collection, geography, TITLES.rows, language),
      {
        href: `${base}/collections/${geography.collection}`,
        rel: 'related',
        type: MEDIA.json,
        title: textOf(geography.label, language),
      },
      {
        href: `${self}/masterportal-dashboard`,
        rel: 'related',
        type: MEDIA.json,
        title: textOf(TITLES.dashboard, language),
      },
    ],
  };
}

/** What collections have in common, whose features have the shapes of some boundary versions. */
function describeFeatures(
  { authority, parent, release }: Geography,
  versions: readonly BoundaryVersion[],
  language: Language,
): Omit<CollectionDocument, 'id' | 'title' | 'description' | 'kind' | 'extent' | 'links'> {
  return {
    attribution: [...new Set(versions.map((version) => version.source.attribution))].join('; '),
    itemType: 'feature',
    crs: CRS_LIST.map(({ uri }) => uri),
    storageCrs: storageCrsOf(versions.at(-1)!.srid).uri,
    authority: { id: authority.id, label: textOf(authority.label, language) },
    parent,
    synthetic: authority.synthetic,
    boundaryVersions: versions.map((version) => describeBoundary(version, language)),
    release,
  };
}

/** @param from first day @param until last day, or null while it is open */
function extentOf(
  versions: readonly BoundaryVersion[],
  from: string,
  until: string | null,
): CollectionDocument['extent'] {
  return {
    spatial: { bbox: [unionOf(versions.map((version) => version.bbox))], crs: CRS84.uri },
    temporal: {
      interval: [[toInstant(from), toInstant(until)]],
      trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
    },
  };
}

/** Links of every collection of features. @param items what its features are */
function featureLinks(
  base: string,
  collection: string,
  geography: Geography,
  items: Label,
  language: Language,
): Link[] {
  const self = `${base}/collections/${collection}`;
  const say = (label: Label): string => textOf(label, language);
  const { geojson, ...files } = FORMAT_LINKS;
  const { url } = geography.boundaryVersions.at(-1)!.source;
  return [
    { href: self, rel: 'self', type: MEDIA.json, title: 'JSON' },
    { href: `${self}?f=html`, rel: 'alternate', type: MEDIA.html, title: 'HTML' },
    // GDAL appends `/{featureId}` to this address, so it has no query.
    { href: `${self}/items`, rel: 'items', type: geojson.type, title: `${say(items)} (${geojson.title})` },
    ...Object.entries(files).flatMap(([f, { type, title }]) => {
      const link = { href: `${self}/items?f=${f}`, type, title: `${say(items)} (${title})` };
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
    ...aboutLinks(geography, language, base),
    ...(url === null ? [] : [{ href: url, rel: 'via', type: MEDIA.html, title: say(TITLES.source) }]),
  ];
}

/** Links of what districts are joined to. @param self address of the collection */
function joinLinks(self: string, base: string, language: Language): Link[] {
  const say = (label: Label): string => textOf(label, language);
  return [
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
  ];
}

function statisticsLinks(statistics: Statistics | null, base: string, language: Language): Link[] {
  if (statistics === null) return [];
  const { collection, title } = statistics;
  return [
    {
      href: `${base}/collections/${collection}`,
      rel: 'related',
      type: MEDIA.json,
      title: textOf(title, language),
    },
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
