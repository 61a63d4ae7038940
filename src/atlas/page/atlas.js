import * as api from './api.js'; // what there is
import { openArchive } from './archive.js'; // the same from a file
import { fillChoices, wireChoices } from './choices.js'; // collection, layer, subject, period
import { markCluster, showClusters, wireClusters } from './cluster-table.js'; // all clusters
import { markRow, showTable, wireTable } from './district-table.js'; // all districts
import { byId, make } from './elements.js';
import { LAYERS, readCatalogue } from './layers/layers.js'; // what the map can show
import { situationPeriods } from './layers/situation-layer.js';
import { showLegend } from './legend.js';
import { openMap } from './map.js';
import { clearPanel, showCluster, showDistrict } from './panel/panel.js'; // one district
import { fillSearch, wireSearch } from './search.js';
import { fillTimeline, stopPlaying, wireTimeline } from './timeline.js'; // through the periods
import { readAddress, writeAddress } from './view-state.js'; // links to a view
import { printDate, printPeriod, printWhole, whyMissing } from './words.js';

/** Twice the distance of the tooltip from the pointer in atlas.css. */
const TOOLTIP_GAP = 28;

const map = openMap({ onChoose: (key) => choose({ district: key, cluster: null }), onHover: showTooltip });

/** For tests: whether everything that was asked for is on the screen, and where a place is on it. */
window.sozialraum = { ready: false, project: map.project };

let source = api;
const catalogues = new Map();
let collections = [];

let view = readAddress();
let shown = null;
let running = new AbortController();
/** What had the focus when the panel was opened from the keyboard. */
let opener = null;

wireChoices((change) => {
  stopPlaying();
  show({ ...view, ...change }, true);
});
wireTimeline((change) => show({ ...view, ...change }, false));
wireTable(
  () => showTable(shown, view.district),
  (key) => chooseAndRead({ district: key, cluster: null }),
);
wireClusters((id) => chooseAndRead({ district: null, cluster: id }));
wireSearch((key) => chooseAndRead({ district: key, cluster: null }));
byId('close').addEventListener('click', close);
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
    const next = await loadView(wanted);
    if (signal.aborted) return;
    byId('failure').hidden = true;
    const before = shown;
    shown = next;
    view = { ...next.view };
    writeAddress(view, step);
    fillChoices(next, collections);
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

/** Completes a wish to a view that exists and reads its values. */
async function loadView(wanted) {
  if (collections.length === 0) collections = await source.readCollections();
  if (collections.length === 0)
    throw new Error('Noch keine Daten: Es wurde noch kein Datenpaket eingelesen.');
  const finest = collections.reduce((best, each) => (sizeOf(each) > sizeOf(best) ? each : best));
  const collection = collections.find(({ id }) => id === wanted.collection) ?? finest;
  if (!catalogues.has(collection.id))
    catalogues.set(collection.id, await readCatalogue(source, collection.id));
  const catalogue = catalogues.get(collection.id);
  const subjects = LAYERS.flatMap((layer) => {
    const subject = layer.choose(catalogue, wanted);
    return subject ? [{ layer, subject }] : [];
  });
  if (subjects.length === 0) throw new Error(`Für ${collection.title} gibt es noch keine Werte.`);
  const { layer, subject } = subjects.find((each) => each.layer.id === wanted.layer) ?? subjects[0];
  const moments = momentsOf(subject.periods);
  const moment = moments.find(({ period }) => period === wanted.period) ?? moments.at(-1);
  const at = { collection: collection.id, period: moment.period, boundary: moment.boundaryVersion };
  const common = subject.comparable ? wanted.common : null;
  const wished = wanted.outlines !== null || wanted.cluster !== null;
  const outlined = layer.id === 'clusters' || (wished && hasClusters(catalogue, at));
  const [frame, clusters] = await Promise.all([
    layer.read(source, subject, { ...at, common: common !== null }),
    outlined ? source.readClusters(at) : null,
  ]);
  const parent = parentOn(collection, at.boundary);
  return {
    ...frame,
    collection,
    catalogue,
    layers: subjects.map((each) => each.layer.id),
    layer,
    subject,
    moments,
    at,
    boundary: at.boundary,
    clusters,
    parent,
    shapes: source.shapesOf(collection.id, at.boundary),
    parentShapes: parent && source.shapesOf(parent, at.boundary),
    fixedClasses: source.fixedClasses ?? false,
    view: {
      ...wanted,
      ...subject.chosen,
      collection: collection.id,
      layer: layer.id === LAYERS[0].id ? null : layer.id,
      period: at.period,
      common,
    },
  };
}

/** Each period once, oldest first; of one that has figures on several boundary versions the newest is shown. */
function momentsOf(periods) {
  const newest = new Map();
  for (const { period, boundaryVersion } of periods)
    if (!(newest.get(period) >= boundaryVersion)) newest.set(period, boundaryVersion);
  return [...newest]
    .map(([period, boundaryVersion]) => ({ period, boundaryVersion }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

function hasClusters({ situations }, at) {
  return situationPeriods(situations).some(
    ({ period, boundaryVersion }) => period === at.period && boundaryVersion === at.boundary,
  );
}

function sizeOf({ boundaryVersions }) {
  return Math.max(0, ...boundaryVersions.map(({ districts }) => districts));
}

/** The next higher level if it has shapes on this day. */
function parentOn({ parent }, day) {
  const versions = collections.find(({ id }) => id === parent)?.boundaryVersions ?? [];
  return versions.some(({ validFrom, validUntil }) => validFrom <= day && (validUntil ?? '9999') > day)
    ? parent
    : null;
}

/** Title, definition, banner and sources of the view. */
function describe({ collection, catalogue, layer, subject, sources, at }) {
  byId('authority').textContent = collection.authority.label;
  byId('synthetic').hidden = !collection.synthetic;
  byId('heading').textContent = `${subject.title}, ${printPeriod(at.period)}`;
  byId('definition').textContent = subject.definition;
  document.title = `${subject.title} · Sozialraum`;
  byId('outlines').parentElement.hidden = layer.id === 'clusters' || !hasClusters(catalogue, at);
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
    if (district !== null) await showDistrict(source, shown, district, isCurrent, chooseCluster);
    else if (cluster !== null) await showCluster(source, shown, cluster, isCurrent);
    else clearPanel();
    if (!isCurrent()) return;
    announce();
    await map.settle();
    if (isCurrent()) setReady(true);
  } catch (error) {
    if (isCurrent()) fail(error);
  }
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
  const cluster = shown.clusters?.features.find(({ properties }) => properties.id === id);
  if (cluster) map.goTo(cluster);
}

/** Chooses from a list: the panel takes the focus, and gives it back. */
async function chooseAndRead(change) {
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

/** Name, value and cluster beside the pointer. */
function showTooltip(key, point) {
  const observation = key === null ? undefined : shown.observations.find(({ district }) => district === key);
  byId('tooltip').hidden = observation === undefined;
  const cluster = key === null ? undefined : clusterOf(key);
  map.hoverOutline(cluster?.id ?? null);
  if (observation === undefined) return;
  const { districtName, text, class: entry } = observation;
  const words = shown.layer.id === 'indicator' ? text : entry?.label;
  byId('tooltip').replaceChildren(
    make('strong', {}, districtName),
    make('span', {}, entry ? words : whyMissing(observation)),
    ...(cluster ? [make('span', {}, `Cluster: ${cluster.label}`)] : []),
  );
  place(byId('tooltip'), point);
}

/** Beside the pointer, on the side where there is room. */
function place(tooltip, { x, y }) {
  const isRight = x > tooltip.parentElement.clientWidth / 2;
  const left = isRight ? x - tooltip.offsetWidth - TOOLTIP_GAP : x;
  tooltip.style.transform = `translate(${Math.round(left)}px, ${Math.round(y)}px)`;
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
