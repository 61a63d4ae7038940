// The panel: everything there is to say about one district, or about one cluster.

import { byId, make } from '../elements.js';
import { printDate, printPeriod } from '../words.js';
import { describeCluster, tellCluster } from './cluster-story.js';
import { explainClass } from './explanation.js';
import { describeDistrict, listClasses, listSeries } from './figures.js';
import { listSituations } from './findings.js';
import { describeTest } from './significance.js';

/** Where the panel lies above the page, as in panel.css: the map is brought into the part that stays free. */
const NARROW = '(max-width: 46rem)';

/** Layers whose classes are compared over time; an indicator has its series, a cluster its biography, a test takes long. */
const HISTORIES = ['index', 'situations'];

/** Nothing is chosen. */
export function clearPanel() {
  show('Gebiet', null, [
    make('p', { class: 'hint' }, 'Ein Gebiet auf der Karte oder in der Tabelle wählen.'),
  ]);
}

/**
 * One district; what its layer is about comes first.
 * @param {object} source api.js or an archive
 * @param {object} shown the view on display
 * @param {string} district key
 * @param {object} actions
 * @param {() => boolean} actions.isCurrent whether the district is still the one to be shown
 * @param {(id: string) => void} actions.onCluster called to show a whole cluster
 * @param {(key: string) => void} actions.onDistrict called to show another district
 * @param {(key: string) => Promise<object | undefined>} actions.findSamePlace what lies in the place of a district of other boundaries
 */
export async function showDistrict(source, shown, district, actions) {
  const { isCurrent, onCluster } = actions;
  const observation = shown.observations.find((each) => each.district === district);
  if (!observation) return await showAbsence(shown, district, actions);
  const parts = {
    indicator: () => listSeries(source, shown, district),
    index: () => explainClass(source, shown, district),
    situations: () => listSituations(source, shown, district),
    clusters: () => tellCluster(source, shown, district, onCluster),
    significance: () => describeTest(shown.analysis, observation.result),
  };
  const first = shown.layer.id;
  // Series and test belong to an indicator; the others to any layer.
  const always = ['index', 'situations', 'clusters'].filter((part) => part !== first);
  const history = HISTORIES.includes(first) ? [() => listClasses(source, shown, district)] : [];
  const nodes = await Promise.all(
    [parts[first], ...history, ...always.map((part) => parts[part])].map(orMessage),
  );
  if (!isCurrent()) return;
  show('Gebiet', district, [...describeDistrict(shown, observation), ...nodes]);
}

/** One cluster in all its periods. */
export async function showCluster(source, shown, id, isCurrent) {
  const clusters = (shown.clusters?.features ?? []).map(({ properties }) => properties);
  const cluster = clusters.find((each) => each.id === id);
  const nodes = cluster
    ? await describeCluster(source, clusters, cluster)
    : [make('p', { class: 'hint' }, `Diesen Cluster gibt es ${printPeriod(shown.view.period)} nicht.`)];
  if (isCurrent()) show('Cluster', id, nodes);
}

/** A part that fails takes no other with it. */
async function orMessage(read) {
  try {
    return await read();
  } catch (error) {
    return make('p', { class: 'hint' }, `Das ließ sich nicht laden: ${error.message}`);
  }
}

/** A district of other boundaries: what lies there now is another one. */
async function showAbsence(
  { view: { period }, boundary },
  district,
  { isCurrent, onDistrict, findSamePlace },
) {
  const now = `Gebietsstand ${printDate(boundary)} (${printPeriod(period)})`;
  const nodes = [make('p', { class: 'hint' }, `Das Gebiet ${district} gibt es im ${now} nicht.`)];
  const other = await findSamePlace(district);
  if (other) {
    const link = make(
      'button',
      { type: 'button', class: 'link' },
      `${other.districtName} (${other.district})`,
    );
    link.addEventListener('click', () => onDistrict(other.district));
    nodes.push(make('p', {}, 'An derselben Stelle liegt, in anderen Grenzen: ', link));
  }
  if (isCurrent()) show('Gebiet', district, nodes);
}

/** @param {string | null} of key or id; the panel begins at its top again when it is another one's */
function show(title, of, nodes) {
  const panel = byId('panel');
  byId('details-title').textContent = title;
  byId('close').hidden = of === null;
  document.body.dataset.chosen = String(of !== null);
  byId('details').replaceChildren(...nodes.filter((node) => node !== null));
  if (panel.dataset.subject === String(of)) return;
  panel.dataset.subject = String(of);
  panel.scrollTop = 0;
  if (of !== null && matchMedia(NARROW).matches) document.querySelector('.stage').scrollIntoView();
}
