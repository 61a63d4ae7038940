/** Items and single districts as web pages. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { type Html, html } from '../http/html.ts';
import type { Link } from '../http/links.ts';
import { type PageContent, renderPage, scrollable } from '../http/page.ts';
import { columnTitle } from '../indicators/column-text.ts';
import type { Cell } from '../indicators/joined-column.ts';
import { type Label, type Language, textOf } from '../label.ts';
import { STORED_TITLES } from './describe-schema.ts';
import type { Property, RowName, StoredName } from './property.ts';
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
  /** Id and title of the collection. */
  collection: string;
  collectionTitle: string;
  geography: Geography;
  /** Null where the features are on several. */
  version: BoundaryVersion | null;
  properties: readonly Property[];
  columns: readonly FileColumn[];
  links: readonly Link[];
}

/** A page of features as a table. @param rows their positions and ids */
export function renderItems(
  page: FeaturePage,
  rows: readonly { i: number; id: string }[],
  numberMatched: number,
): string {
  const { language, base, collection, columns, links } = page;
  const key = columns.find(({ name }) => name === 'key')?.values;
  const say = (label: Label): string => textOf(label, language);
  const items = `${base}/collections/${collection}/items`;
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
    ({ i, id }) =>
      html`<tr data-key="${key?.(i) ?? id}">${columns.map(({ name, values }) => (name === 'key' ? html`<th scope="row"><a href="${items}/${encodeURIComponent(id)}">${values(i)}</a></th>` : cell(values(i), language)))}</tr>
`,
  )}</tbody>
</table>`,
)}
${next ? html`<p><a rel="next" href="${next.href}">${say(TEXTS.next)}</a></p>` : null}`,
  );
}

/** One feature. @param bounds box around it, in degrees */
export function renderItem(page: FeaturePage, i: number, id: string, bounds: readonly number[]): string {
  const { language, base, collection, columns } = page;
  const items = `${base}/collections/${collection}/items`;
  const titles = titlesOf(page);
  const cellOf = (wanted: string): Cell => columns.find(({ name }) => name === wanted)?.values(i) ?? id;
  return frame(
    page,
    String(cellOf('name')),
    [
      { href: items, text: textOf(TEXTS.items, language) },
      { href: `${items}/${encodeURIComponent(id)}`, text: id },
    ],
    html`<dl data-key="${cellOf('key')}">${columns.map(({ values }, c) => html`<dt>${titles[c]!}</dt><dd>${show(values(i), language)}</dd>`)}</dl>
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
  const { language, base, collection, collectionTitle, geography, version, links } = page;
  const districts = `${base}/collections/${geography.collection}`;
  return renderPage({
    title: `${collectionTitle}: ${title}`,
    language,
    links,
    main,
    path: [
      { href: `${base}/`, text: 'API' },
      { href: `${base}/collections`, text: textOf(TEXTS.collections, language) },
      { href: `${base}/collections/${collection}`, text: collectionTitle },
      ...below,
    ],
    ...(version
      ? {
          map: {
            tileJson: `${districts}/tiles/WebMercatorQuad/tilejson?datetime=${version.validFrom}`,
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
      ? columnTitle(column.indicator, column.measure, column.period, language)
      : textOf(attribute?.title ?? STORED_TITLES[name as StoredName | RowName], language),
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
