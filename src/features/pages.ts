/** Items and single districts as web pages. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { type Html, html } from '../http/html.ts';
import type { Link } from '../http/links.ts';
import { type PageContent, renderPage, scrollable } from '../http/page.ts';
import { columnTitle } from '../indicators/column-text.ts';
import type { Cell } from '../indicators/joined-column.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { STORED_TITLES } from './describe-schema.ts';
import type { Property, StoredName } from './property.ts';
import type { FileColumn } from './tabular.ts';

const TEXTS = {
  collections: { de: 'Sammlungen', en: 'Collections' },
  items: { de: 'Gebiete', en: 'Districts' },
  next: { de: 'Weitere Gebiete', en: 'More districts' },
  of: { de: 'von', en: 'of' },
  boundary: { de: 'Gebietsstand', en: 'Boundary version' },
  source: { de: 'Quelle', en: 'Source' },
} satisfies Record<string, Label>;

/** What both kinds of pages need. */
export interface FeaturePage {
  language: Language;
  /** Address of the API. */
  base: string;
  geography: Geography;
  version: BoundaryVersion | null;
  properties: readonly Property[];
  columns: readonly FileColumn[];
  links: readonly Link[];
}

/** A page of districts as a table. @param rows positions in the district table, with the keys of the districts */
export function renderItems(
  page: FeaturePage,
  rows: readonly { i: number; key: string }[],
  numberMatched: number,
): string {
  const { language, base, geography, columns, links } = page;
  const say = (label: Label): string => textOf(label, language);
  const items = `${base}/collections/${geography.collection}/items`;
  const next = links.find(({ rel }) => rel === 'next');
  return frame(
    page,
    say(TEXTS.items),
    [{ href: items, text: say(TEXTS.items) }],
    html`<p>${rows.length} ${say(TEXTS.of)} ${numberMatched}${source(page)}</p>
${scrollable(
  say(TEXTS.items),
  html`<table>
<thead><tr>${titlesOf(page).map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ i, key }) =>
      html`<tr data-key="${key}">${columns.map(({ name, values }) => (name === 'key' ? html`<th scope="row"><a href="${items}/${encodeURIComponent(key)}">${key}</a></th>` : cell(values(i), language)))}</tr>
`,
  )}</tbody>
</table>`,
)}
${next ? html`<p><a rel="next" href="${next.href}">${say(TEXTS.next)}</a></p>` : null}`,
  );
}

/** One district. @param bounds box around it, in degrees */
export function renderItem(page: FeaturePage, i: number, key: string, bounds: readonly number[]): string {
  const { language, base, geography, columns } = page;
  const items = `${base}/collections/${geography.collection}/items`;
  const titles = titlesOf(page);
  return frame(
    page,
    String(columns.find(({ name }) => name === 'name')?.values(i) ?? key),
    [
      { href: items, text: textOf(TEXTS.items, language) },
      { href: `${items}/${encodeURIComponent(key)}`, text: key },
    ],
    html`<dl data-key="${key}">${columns.map(({ values }, c) => html`<dt>${titles[c]!}</dt><dd>${show(values(i), language)}</dd>`)}</dl>
<p>${source(page)}</p>`,
    bounds,
  );
}

function frame(
  page: FeaturePage,
  title: string,
  below: PageContent['path'],
  main: Html,
  bounds?: readonly number[],
): string {
  const { language, base, geography, version, links } = page;
  const collection = textOf(geography.label, language);
  const href = `${base}/collections/${geography.collection}`;
  return renderPage({
    title: `${collection}: ${title}`,
    language,
    links,
    main,
    path: [
      { href: `${base}/`, text: 'API' },
      { href: `${base}/collections`, text: textOf(TEXTS.collections, language) },
      { href, text: collection },
      ...below,
    ],
    ...(version
      ? {
          map: {
            tileJson: `${href}/tiles/WebMercatorQuad/tilejson?datetime=${version.validFrom}`,
            layer: geography.collection,
            bounds: bounds ?? version.bbox,
          },
        }
      : {}),
  });
}

function titlesOf({ properties, language }: FeaturePage): string[] {
  return properties.map(({ name, column, attribute }) =>
    column
      ? columnTitle(column.slot.indicator, column.measure, column.slot.period, language)
      : textOf(attribute?.title ?? STORED_TITLES[name as StoredName], language),
  );
}

function source({ version, language }: FeaturePage): string {
  if (version === null) return '';
  return `; ${textOf(TEXTS.boundary, language)}: ${textOf(version.label, language)}; ${textOf(TEXTS.source, language)}: ${version.source.attribution}`;
}

function cell(value: Cell, language: Language): Html {
  return typeof value === 'number'
    ? html`<td class="number">${show(value, language)}</td>`
    : html`<td>${show(value, language)}</td>`;
}

function show(value: Cell, language: Language): string {
  if (value === null) return '–';
  return typeof value === 'number' ? value.toLocaleString(language, { maximumFractionDigits: 6 }) : value;
}
