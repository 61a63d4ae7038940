/** Frame of the API's web pages: plain HTML that works without scripts; a map is added where there is one to draw. */
import { type Label, type Language, textOf } from '../label.ts';
import { type Html, html } from './html.ts';
import { type Link, MEDIA } from './links.ts';

/** Media type of pages. */
export const PAGE_TYPE = 'text/html; charset=utf-8';

/** A small map of a collection's districts. */
export interface PageMap {
  tileJson: string;
  /** Layer of the tiles. */
  layer: string;
  /** West, south, east, north in degrees. */
  bounds: readonly number[];
}

/** What a page shows. */
export interface PageContent {
  title: string;
  language: Language;
  /** The way from the landing page to here; the last is this page. */
  path: { href: string; text: string }[];
  /** Links of the document; those to other formats are listed. */
  links: readonly Link[];
  main: Html;
  map?: PageMap;
}

const TEXTS = {
  formats: { de: 'Auch als', en: 'Also as' },
  here: { de: 'Sie sind hier', en: 'You are here' },
  skip: { de: 'Zum Inhalt', en: 'Skip to the content' },
  docs: { de: 'Dokumentation der API', en: 'API documentation' },
  map: { de: 'Karte', en: 'Map' },
} satisfies Record<string, Label>;

const SITE = 'Sozialraum';

/** Writes a page. */
export function renderPage({ title, language, path, links, main, map }: PageContent): string {
  const say = (label: Label): string => textOf(label, language);
  const others = links.filter(
    ({ rel, type }) => (rel === 'alternate' || rel === 'self') && type !== MEDIA.html,
  );
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === SITE ? SITE : `${title} · ${SITE}`}</title>
<link rel="icon" href="/atlas/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/atlas/pages.css">
${others.map(({ href, type }) => html`<link rel="alternate" type="${type}" href="${href}">`)}
${map ? html`<link rel="stylesheet" href="/atlas/maplibre/maplibre-gl.css"><script type="module" src="/atlas/page-map.js"></script>` : null}
</head>
<body>
<a class="skip" href="#content">${say(TEXTS.skip)}</a>
<header>
<nav aria-label="${say(TEXTS.here)}"><ol>${path.map(({ href, text }, i) =>
    i === path.length - 1
      ? html`<li><a href="${href}" aria-current="page">${text}</a></li>`
      : html`<li><a href="${href}">${text}</a></li>`,
  )}</ol></nav>
<p><a href="/docs">${say(TEXTS.docs)}</a></p>
</header>
<main id="content">
<h1>${title}</h1>
${map ? html`<div id="map" role="region" aria-label="${say(TEXTS.map)}: ${title}" data-tilejson="${map.tileJson}" data-layer="${map.layer}" data-bounds="${map.bounds.join(',')}"></div>` : null}
${main}
</main>
<footer>${others.length > 0 ? html`<p>${say(TEXTS.formats)}: ${others.map((link) => html`<a href="${link.href}">${link.title ?? link.type}</a> `)}</p>` : null}</footer>
</body>
</html>
`.markup;
}

/** What may be wider than the page: scrolled by the keyboard, too. @param name what it is, for who does not see it */
export function scrollable(name: string, content: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${name}">${content}</div>`;
}

/** A list of links with what they lead to. */
export function linkList(links: readonly Link[]): Html {
  return html`<ul>${links.map(({ href, title, type }) => html`<li><a href="${href}">${title ?? href}</a> <small>${type}</small></li>`)}</ul>`;
}
