/** Landing page, conformance and collections as web pages. */
import type { components } from '../../openapi/generated/types.ts';
import { type Html, html } from '../http/html.ts';
import type { Link } from '../http/links.ts';
import { linkList, type PageContent, renderPage, scrollable } from '../http/page.ts';
import { type Label, type Language, textOf } from '../label.ts';

type Schemas = components['schemas'];

const TEXTS = {
  conformance: { de: 'Erfüllte Standards', en: 'Conformance' },
  collections: { de: 'Sammlungen', en: 'Collections' },
  made: { de: 'Erfundene Daten.', en: 'Made-up data.' },
  boundaries: { de: 'Gebietsstände', en: 'Boundary versions' },
  from: { de: 'gültig ab', en: 'valid from' },
  districts: { de: 'Gebiete', en: 'Districts' },
  licence: { de: 'Lizenz', en: 'Licence' },
  source: { de: 'Quelle', en: 'Source' },
  systems: { de: 'Koordinatenreferenzsysteme', en: 'Coordinate reference systems' },
  access: { de: 'Zugang', en: 'Access' },
  extent: { de: 'Ausdehnung', en: 'Extent' },
  analysis: { de: 'Analyse', en: 'Analysis' },
  period: { de: 'Zeitraum', en: 'Period' },
  used: { de: 'Verwendet', en: 'Used' },
  excluded: { de: 'Ausgelassen', en: 'Left out' },
  analysed: { de: 'Untersuchter Gebietsstand', en: 'Boundary version analysed' },
  classes: { de: 'Klassen', en: 'Classes' },
  times: { de: 'Zeiträume', en: 'Periods' },
} satisfies Record<string, Label>;

/** What all of these pages need. @see PageContent */
interface Frame {
  language: Language;
  /** Address of the API. */
  base: string;
}

export function renderLanding({ language, base }: Frame, landing: Schemas['LandingPage']): string {
  return renderPage({
    title: landing.title,
    language,
    path: [{ href: `${base}/`, text: 'API' }],
    links: landing.links,
    // The contract speaks English.
    main: html`<p lang="en">${landing.description}</p>${linkList(landing.links.filter(isElsewhere))}`,
  });
}

export function renderConformance(
  { language, base }: Frame,
  { conformsTo }: Schemas['Conformance'],
  links: readonly Link[],
): string {
  return renderPage({
    title: textOf(TEXTS.conformance, language),
    language,
    path: pathTo(base, { href: `${base}/conformance`, text: textOf(TEXTS.conformance, language) }),
    links,
    main: html`<ul>${conformsTo.map((uri) => html`<li><code>${uri}</code></li>`)}</ul>`,
  });
}

export function renderCollections(
  { language, base }: Frame,
  { collections, links }: Schemas['Collections'],
): string {
  const say = (label: Label): string => textOf(label, language);
  return renderPage({
    title: say(TEXTS.collections),
    language,
    path: pathTo(base, { href: `${base}/collections`, text: say(TEXTS.collections) }),
    links,
    main: scrollable(
      say(TEXTS.collections),
      html`<table><thead><tr><th scope="col">Id</th><th scope="col">${say(TEXTS.collections)}</th><th scope="col">${say(TEXTS.districts)}</th></tr></thead>
<tbody>${collections.map(
        ({ id, description, boundaryVersions }) =>
          html`<tr><th scope="row"><a href="${base}/collections/${id}">${id}</a></th><td>${description}</td><td class="number">${boundaryVersions.at(-1)?.districts ?? 0}</td></tr>`,
      )}</tbody></table>`,
    ),
  });
}

export function renderCollection({ language, base }: Frame, collection: Schemas['Collection']): string {
  const { id, title, description, extent, boundaryVersions, crs, links, synthetic, publication } = collection;
  const say = (label: Label): string => textOf(label, language);
  const self = `${base}/collections/${id}`;
  const [bounds] = extent.spatial.bbox;
  const times = publication ? TEXTS.times : TEXTS.boundaries;
  const tileJson = links.find((link) => link.title === 'TileJSON')?.href;
  return renderPage({
    title,
    language,
    path: pathTo(
      base,
      { href: `${base}/collections`, text: say(TEXTS.collections) },
      { href: self, text: title },
    ),
    links,
    ...(tileJson ? { map: { tileJson, layer: id, bounds: bounds! } } : {}),
    main: html`<p>${description}${synthetic ? html` <strong>${say(TEXTS.made)}</strong>` : null}</p>
${publication ? analysisOf(publication, say) : null}
<h2>${say(TEXTS.access)}</h2>
${linkList(links.filter(isElsewhere))}
<h2>${say(times)}</h2>
${scrollable(
  say(times),
  html`<table><thead><tr><th scope="col">${say(times)}</th><th scope="col">${say(TEXTS.from)}</th><th scope="col">${say(TEXTS.districts)}</th><th scope="col">${say(TEXTS.source)}</th><th scope="col">${say(TEXTS.licence)}</th></tr></thead>
<tbody>${boundaryVersions.map(
    ({ label, validFrom, districts, source }) =>
      html`<tr><th scope="row">${label}</th><td>${validFrom}</td><td class="number">${districts}</td><td>${source.attribution}</td><td>${source.licence}</td></tr>`,
  )}</tbody></table>`,
)}
<h2>${say(TEXTS.extent)}</h2>
<p>${bounds!.join(', ')}</p>
<h2>${say(TEXTS.systems)}</h2>
<ul>${crs.map((uri) => html`<li><code>${uri}</code></li>`)}</ul>`,
  });
}

/** What a published result rests on, in short; the links lead to the whole statement. */
function analysisOf(
  { process, attributes, results }: Schemas['Publication'],
  say: (label: Label) => string,
): Html {
  const classes = attributes.find(({ role }) => role === 'class')?.values ?? [];
  return html`<h2>${say(TEXTS.analysis)}</h2>
<p>${process.title} ${process.version}</p>
${scrollable(
  say(TEXTS.analysis),
  html`<table><thead><tr><th scope="col">${say(TEXTS.period)}</th><th scope="col">${say(TEXTS.analysed)}</th><th scope="col">${say(TEXTS.used)}</th><th scope="col">${say(TEXTS.excluded)}</th></tr></thead>
<tbody>${results.map(
    ({ period, boundaryVersion, statement }) =>
      html`<tr><th scope="row">${period}</th><td>${boundaryVersion}</td><td class="number">${count(statement?.n)}</td><td class="number">${count(statement?.excluded)}</td></tr>`,
  )}</tbody></table>`,
)}
${results.map(({ statement }) => html`<p>${String(statement?.method ?? '')}</p><ul>${warningsIn(statement).map((warning) => html`<li>${warning}</li>`)}</ul>`)}
<h2>${say(TEXTS.classes)}</h2>
<ul>${classes.map(({ value, title }) => html`<li><code>${String(value)}</code> ${title}</li>`)}</ul>`;
}

/** A number of the statement, or how many entries a list of it has. */
function count(entry: unknown): string {
  return Array.isArray(entry) ? String(entry.length) : String(entry ?? '–');
}

function warningsIn(statement: Record<string, unknown> | undefined): string[] {
  return Array.isArray(statement?.warnings) ? statement.warnings.map(String) : [];
}

function pathTo(base: string, ...below: PageContent['path']): PageContent['path'] {
  return [{ href: `${base}/`, text: 'API' }, ...below];
}

/** Enclosures are among the items. */
const HERE = ['self', 'alternate', 'enclosure'];

function isElsewhere({ rel }: Link): boolean {
  return !HERE.includes(rel);
}
