/** What the landing page leads to. */
import { type Link, MEDIA, OGC_REL } from '../http/links.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { tileSetsLink, tilingSchemesLink } from './tile-links.ts';

const TITLES = {
  openapi: { de: 'Beschreibung der API (OpenAPI 3.0)', en: 'API definition (OpenAPI 3.0)' },
  openapi31: { de: 'Beschreibung der API (OpenAPI 3.1)', en: 'API definition (OpenAPI 3.1)' },
  docs: { de: 'Dokumentation der API', en: 'API documentation' },
  conformance: { de: 'Erfüllte Standards', en: 'Conformance classes' },
  collections: { de: 'Sammlungen von Gebieten', en: 'Collections of districts' },
  indicators: { de: 'Indikatoren', en: 'Indicators' },
  observations: { de: 'Werte', en: 'Observations' },
  indices: { de: 'Index-Methoden', en: 'Index methods' },
  situations: { de: 'Problemlagen', en: 'Problem situations' },
  processes: { de: 'Analysen', en: 'Processes' },
  publications: { de: 'Veröffentlichte Analysen', en: 'Published analyses' },
  jobs: { de: 'Aufträge', en: 'Jobs' },
  map: { de: 'Karte', en: 'Map' },
} satisfies Record<string, Label>;

/** @param base address of the API @param origin scheme and host */
export function landingLinks(base: string, origin: string, language: Language): Link[] {
  const link = (title: keyof typeof TITLES, href: string, rel: string, type: string = MEDIA.json): Link => ({
    href,
    rel,
    type,
    title: textOf(TITLES[title], language),
  });
  return [
    link('openapi', `${base}/api`, 'service-desc', MEDIA.openapi),
    link('openapi31', `${base}/api?f=openapi31`, 'service-desc', MEDIA.openapi31),
    link('docs', `${origin}/docs`, 'service-doc', MEDIA.html),
    link('conformance', `${base}/conformance`, 'conformance'),
    link('collections', `${base}/collections`, 'data'),
    tileSetsLink(base, language),
    tilingSchemesLink(base, language),
    link('indicators', `${base}/indicators`, 'related'),
    link('observations', `${base}/observations`, 'related'),
    link('indices', `${base}/indices`, 'related'),
    link('situations', `${base}/problem-situations`, 'related'),
    link('processes', `${base}/processes`, `${OGC_REL}/processes`),
    link('publications', `${base}/publications`, 'related'),
    link('jobs', `${base}/jobs`, `${OGC_REL}/job-list`),
    link('map', `${origin}/`, 'related', MEDIA.html),
  ];
}
