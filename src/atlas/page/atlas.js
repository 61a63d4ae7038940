import * as api from './api.js'; // what there is
import { openArchive } from './archive.js'; // the same from a file
import { fillChoices, wireChoices } from './choices.js'; // collection, layer, subject, period
import { markCluster, showClusters, wireClusters } from './cluster-table.js'; // all clusters
import { markRow, showTable, wireTable } from './district-table.js'; // all districts
import { byId, make } from './elements.js';
import { showLegend } from './legend.js';
import { loadView } from './load-view.js'; // everything on display
import { openMap } from './map.js';
import { clearPanel, showCluster, showDistrict } from './panel/panel.js'; // one district
import { fillSearch, wireSearch } from './search.js';
import { fillTimeline, stopPlaying, wireTimeline } from './timeline.js'; // through the periods
import { showTooltip } from './tooltip.js'; // beside the pointer
import { readAddress, writeAddress } from './view-state.js'; // links to a view
import { printDate, printPeriod, printWhole } from './words.js';

const map = openMap({ onChoose: (key) => choose({ district: key, cluster: null }), onHover: hover });

/** For tests: whether everything that was asked for is on the screen, and where a place is on it. */
window.sozialraum = { ready: false, project: map.project };

let source = api;

let view = readAddress();
let shown = null;
let running = new AbortController();
/** Where the chosen district lies, to find what lies there within other boundaries. */
let place = { district: null, point: null };
/** What had the focus when the panel was opened from the keyboard. */
let opener = null;

wireChoices((change) => {
  stopPlaying();
  show({ ...view, ...change }, true);
});
wireTimeline((change) => show({ ...view, ...change }, false));
wireTable(() => showTable(shown, view.district), chooseAndRead);
wireClusters((id) => openPanel({ district: null, cluster: id }));
wireSearch(chooseAndRead);
byId('close').addEventListener('click', close);
document.querySelector('.skip').addEventListener('click', (event) => {
  // The address holds the view; a jump would take its place.
  event.preventDefault();
  byId('districts').focus();
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && document.body.dataset.chosen === 'true') close();
});
await map.loaded;
await openSource().then(begin, fail);

function begin() {
  // Back, forward, and addresses typed by hand.
  addEventListener('hashchange', () => {
    stopPlaying();
    show(readAddress(), false);
  });
  return show(view, false);
}

/** `?pmtiles=ADDRESS` shows a file instead of what the service has. */
async function openSource() {
  const address = new URLSearchParams(location.search).get('pmtiles');
  if (address === null) return;
  source = await openArchive(address, map);
  byId('archive').textContent = `Diese Karte zeigt eine Datei: ${address}`;
  byId('archive').hidden = false;
}

/**
 * Brings a view to the screen; a newer call wins over one that still loads.
 * @param {object} wanted
 * @param {boolean} step whether the back button shall return to what was on display before
 */
async function show(wanted, step) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  // At once, so that the next choice builds on this one even while it loads.
  view = wanted;
  setReady(false);
  try {
    const next = await loadView(source, wanted);
    if (signal.aborted) return;
    byId('failure').hidden = true;
    const before = shown;
    shown = next;
    view = { ...next.view };
    writeAddress(view, step);
    fillChoices(next);
    fillTimeline(next);
    fillSearch(next);
    describe(next);
    describeBoundary(next, before);
    map.showShapes(next);
    map.paint(next);
    map.outline(next.clusters);
    showLegend(next);
    showTable(next, view.district);
    showClusters(next.clusters, view.cluster);
    await choose({}, false);
  } catch (error) {
    if (signal.aborted) return;
    stopPlaying();
    fail(error);
  }
}

/** Title, definition, banner and sources of the view. */
function describe({ collection, layer, subject, sources, at, hasClusters }) {
  byId('authority').textContent = collection.authority.label;
  byId('synthetic').hidden = !collection.synthetic;
  byId('heading').replaceChildren(
    make('span', { class: 'title', title: subject.title }, subject.title),
    make('span', { class: 'hidden' }, ', '),
    make('span', { class: 'when' }, printPeriod(at.period)),
  );
  byId('definition').textContent = subject.definition;
  document.title = `${subject.title} · Sozialraum`;
  byId('outlines').parentElement.hidden = layer.id === 'clusters' || !hasClusters;
  byId('outlines').checked = shown.clusters !== null;
  const unique = [...new Map(sources.map((each) => [`${each.attribution} ${each.licence}`, each])).values()];
  byId('source').replaceChildren(
    ...unique.map(({ url, attribution, licence }) => {
      const link = /^https?:/.test(url ?? '');
      const name = link ? make('a', { href: url }, attribution) : attribution;
      return make('p', {}, 'Quelle: ', name, ` · Lizenz: ${licence}`);
    }),
    make(
      'p',
      {},
      `Gebietsstand ${printDate(at.boundary)} · Veröffentlichung ${collection.release} · ${collection.title}`,
    ),
  );
}

/** Which boundaries are on display, and that they are others than before. */
function describeBoundary(next, before) {
  const words = ({ boundary, observations }) =>
    `Gebietsstand ${printDate(boundary)} (${printWhole(observations.length)} Gebiete)`;
  const changed =
    before !== null && before.collection.id === next.collection.id && before.boundary !== next.boundary;
  const line = changed
    ? `Andere Grenzen: jetzt ${words(next)}, zuvor ${words(before)}. Die Gebiete sind nicht dieselben.`
    : `${words(next)}.`;
  byId('boundary').dataset.changed = String(changed);
  // Equal words would be read out again.
  if (byId('boundary').textContent !== line) byId('boundary').textContent = line;
}

/**
 * Chooses a district or a cluster, or none; keeps what is on display otherwise.
 * @param {{ district?: string | null, cluster?: string | null }} change
 */
async function choose(change, step = true) {
  setReady(false);
  Object.assign(view, change);
  writeAddress(view, step);
  const { district, cluster } = view;
  map.mark(district);
  markRow(district);
  map.markOutline(cluster);
  markCluster(cluster);
  const { signal } = running;
  const isCurrent = () => !signal.aborted && view.district === district && view.cluster === cluster;
  try {
    const actions = { isCurrent, onCluster: chooseCluster, onDistrict: chooseAndRead, findSamePlace };
    if (district !== null) await showDistrict(source, shown, district, actions);
    else if (cluster !== null) await showCluster(source, shown, cluster, isCurrent);
    else clearPanel();
    if (!isCurrent()) return;
    announce();
    await map.settle();
    if (!isCurrent()) return;
    const point = district === null ? null : map.placeOf(district);
    if (point !== null) place = { district, point };
    setReady(true);
  } catch (error) {
    if (isCurrent()) fail(error);
  }
}

/** The district within the boundaries on display at the place of one within others; undefined where that is not known. */
async function findSamePlace(district) {
  if (place.district !== district) return undefined;
  await map.settle();
  const key = map.keyOf(place.point);
  return shown.observations.find((each) => each.district === key);
}

/** Tells screen readers in one line what the panel now shows; they read the rest when they go there. */
function announce() {
  const words = [...byId('details').querySelectorAll('h3, .figure')].map((each) => each.textContent);
  if (byId('announcement').textContent !== words.join(': '))
    byId('announcement').textContent = words.join(': ');
}

/** Shows a cluster as a whole, with the outlines. */
async function chooseCluster(id) {
  await show({ ...view, district: null, cluster: id, outlines: '1' }, true);
}

/** Chooses a district from a list. */
async function chooseAndRead(key) {
  await openPanel({ district: key, cluster: null });
}

/** Chooses by a button or the search: the panel takes the focus, and gives it back. */
async function openPanel(change) {
  const from = document.activeElement;
  await choose(change);
  opener = from;
  byId('details').querySelector('h3')?.focus();
}

function close() {
  choose({ district: null, cluster: null });
  opener?.focus();
  opener = null;
}

function hover(key, point) {
  // A file shows its shapes before its values are read.
  if (shown === null) return;
  const observation = shown.observations.find(({ district }) => district === key);
  const cluster = observation && clusterOf(key);
  map.hoverOutline(cluster?.id ?? null);
  showTooltip(shown, observation, cluster, point);
}

function clusterOf(key) {
  return shown.clusters?.features
    .map(({ properties }) => properties)
    .find(({ members, bridges }) => members.includes(key) || bridges.includes(key));
}

function setReady(ready) {
  window.sozialraum.ready = ready;
  document.body.dataset.ready = String(ready);
}

function fail(error) {
  byId('failure').textContent = `Das ging nicht: ${error.message}`;
  byId('failure').hidden = false;
}
