import * as api from './api.js'; // what there is
import { openArchive } from './archive.js'; // the same from a file
import { fillChoices, wireChoices } from './choices.js'; // collection, indicator, period
import { clearDetails, showDetails } from './details.js'; // one district
import { markRow, showTable, wireTable } from './district-table.js'; // all districts
import { byId, make } from './elements.js';
import { showLegend } from './legend.js';
import { openMap } from './map.js';
import { fillTimeline, stopPlaying, wireTimeline } from './timeline.js'; // through the periods
import { readFrames } from './values.js'; // with classes and colours
import { readAddress, writeAddress } from './view-state.js'; // links to a view
import { printDate, printPeriod, printValue, whyMissing } from './words.js';

const map = openMap({ onChoose: chooseDistrict, onHover: showTooltip });

/** For tests: whether everything that was asked for is on the screen, and where a place is on it. */
window.sozialraum = { ready: false, project: map.project };

let source = api;
const indicatorsOf = new Map();
let collections = [];

let view = readAddress();
let shown = null;
let running = new AbortController();

wireChoices((change) => {
  stopPlaying();
  show({ ...view, ...change });
});
wireTimeline((change) => show({ ...view, ...change }));
wireTable(() => showTable(shown, view.district), chooseDistrict);
await map.loaded;
await openSource().then(begin, fail);

function begin() {
  addEventListener('hashchange', () => show(readAddress()));
  return show(view);
}

/** `?pmtiles=ADDRESS` shows a file instead of what the service has. */
async function openSource() {
  const address = new URLSearchParams(location.search).get('pmtiles');
  if (address === null) return;
  source = await openArchive(address, map);
  byId('archive').textContent = `Diese Karte zeigt eine Datei: ${address}`;
  byId('archive').hidden = false;
}

/** Brings a view to the screen; a newer call wins over one that still loads. */
async function show(wanted) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  // At once, so that the next choice builds on this one even while it loads.
  view = wanted;
  setReady(false);
  try {
    const next = await loadView(wanted, signal);
    if (signal.aborted) return;
    byId('failure').hidden = true;
    shown = next;
    view = { ...next.view };
    writeAddress(view);
    fillChoices(next, collections);
    fillTimeline(next);
    describe(next);
    map.showShapes(next);
    map.paint(next);
    showLegend(next);
    showTable(next, view.district);
    await chooseDistrict(view.district);
  } catch (error) {
    if (signal.aborted) return;
    stopPlaying();
    fail(error);
  }
}

/** Completes a wish to a view that exists and reads its values. */
async function loadView(wanted, signal) {
  if (collections.length === 0) collections = await source.readCollections();
  if (collections.length === 0)
    throw new Error('Noch keine Daten: Es wurde noch kein Datenpaket eingelesen.');
  const finest = collections.reduce((best, each) => (sizeOf(each) > sizeOf(best) ? each : best));
  const collection = collections.find(({ id }) => id === wanted.collection) ?? finest;
  if (!indicatorsOf.has(collection.id))
    indicatorsOf.set(collection.id, await source.readIndicators(collection.id));
  const indicators = indicatorsOf.get(collection.id);
  if (indicators.length === 0) throw new Error(`Für ${collection.title} gibt es noch keine Werte.`);
  const burden = indicators.find(({ polarity }) => polarity === -1) ?? indicators[0];
  const indicator = indicators.find(({ id }) => id === wanted.indicator) ?? burden;
  const adoption = indicator.collections.find(({ id }) => id === collection.id);
  const periods = [...new Set(adoption.periods.map(({ period }) => period))].sort();
  const period = periods.includes(wanted.period) ? wanted.period : periods.at(-1);
  // One period may have figures on several boundary versions: the newest is shown.
  const boundary = adoption.periods
    .filter((entry) => entry.period === period)
    .map((entry) => entry.boundaryVersion)
    .sort()
    .at(-1);
  const moments = adoption.periods
    .filter((entry) => entry.boundaryVersion === boundary)
    .map((entry) => entry.period)
    .sort();
  const common = wanted.common === null ? null : '1';
  const at = { collection: collection.id, indicator, boundary, period: common === null ? period : null };
  const frames = await readFrames(source, at, signal);
  const { observations, classes } = frames.find((frame) => frame.period === period);
  const parent = parentOn(collection, boundary);
  const district = observations.some((row) => row.district === wanted.district) ? wanted.district : null;
  return {
    collection,
    indicators,
    indicator,
    periods,
    moments,
    boundary,
    origin: adoption.source,
    parent,
    shapes: source.shapesOf(collection.id, boundary),
    parentShapes: parent && source.shapesOf(parent, boundary),
    observations,
    classes,
    fixedClasses: source.fixedClasses ?? false,
    view: { collection: collection.id, indicator: indicator.id, period, common, district },
  };
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

/** Title, definition, banner and source of the view. */
function describe({ collection, indicator, boundary, origin, view: { period } }) {
  byId('authority').textContent = collection.authority.label;
  byId('synthetic').hidden = !collection.synthetic;
  byId('heading').textContent = `${indicator.label}, ${printPeriod(period)}`;
  const parts = indicator.denominator
    ? `${indicator.numerator} / ${indicator.denominator}`
    : indicator.numerator;
  byId('definition').textContent = indicator.description ?? parts ?? '';
  document.title = `${indicator.label} · Sozialraum`;
  const link = /^https?:/.test(origin.url ?? '');
  const name = link ? make('a', { href: origin.url }, origin.attribution) : origin.attribution;
  byId('source').replaceChildren(
    make('p', {}, 'Quelle: ', name, ` · Lizenz: ${origin.licence}`),
    make(
      'p',
      {},
      `Gebietsstand ${printDate(boundary)} · Veröffentlichung ${collection.release} · ${collection.title}`,
    ),
  );
}

/** Chooses a district, or none; keeps what is on display otherwise. */
async function chooseDistrict(key) {
  setReady(false);
  view.district = key;
  writeAddress(view);
  map.mark(key);
  markRow(key);
  const { signal } = running;
  try {
    if (key === null) clearDetails();
    else await loadDetails(key, signal);
    if (signal.aborted || view.district !== key) return;
    await map.settle();
    setReady(!signal.aborted && view.district === key);
  } catch (error) {
    if (!signal.aborted) fail(error);
  }
}

async function loadDetails(key, signal) {
  const { collection, indicator, observations } = shown;
  const series = await source.readSeries({ collection: collection.id, indicator, district: key }, signal);
  if (signal.aborted || view.district !== key) return;
  const observation = observations.find(({ district }) => district === key);
  showDetails(shown, observation, series);
}

/** Name and value beside the pointer. */
function showTooltip(key, point) {
  const observation = key === null ? undefined : shown.observations.find(({ district }) => district === key);
  byId('tooltip').hidden = observation === undefined;
  if (observation === undefined) return;
  const { value, districtName } = observation;
  const text = value === null ? whyMissing(observation) : printValue(value, shown.indicator);
  byId('tooltip').replaceChildren(make('strong', {}, districtName), text);
  byId('tooltip').style.transform = `translate(${Math.round(point.x)}px, ${Math.round(point.y)}px)`;
}

function setReady(ready) {
  window.sozialraum.ready = ready;
  document.body.dataset.ready = String(ready);
}

function fail(error) {
  byId('failure').textContent = `Das ging nicht: ${error.message}`;
  byId('failure').hidden = false;
}
