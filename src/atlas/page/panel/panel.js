// The panel: everything there is to say about one district, or about one cluster.

import { byId, make } from '../elements.js';
import { printDate, printPeriod } from '../words.js';
import { describeCluster, tellCluster } from './cluster-story.js';
import { explainClass } from './explanation.js';
import { describeDistrict, listSeries } from './figures.js';
import { listSituations } from './findings.js';
import { describeTest } from './significance.js';

/** Where the panel lies above the page, as in panel.css: the map is brought into the part that stays free. */
const NARROW = '(max-width: 46rem)';

/** Nothing is chosen. */
export function clearPanel() {
  show('Gebiet', false, [
    make('p', { class: 'hint' }, 'Ein Gebiet auf der Karte oder in der Tabelle wählen.'),
  ]);
}

/**
 * One district; what its layer is about comes first.
 * @param {object} source api.js or an archive
 * @param {object} shown the view on display
 * @param {string} district key
 * @param {() => boolean} isCurrent whether the district is still the one to be shown
 * @param {(id: string) => void} onCluster called to show a whole cluster
 */
export async function showDistrict(source, shown, district, isCurrent, onCluster) {
  const observation = shown.observations.find((each) => each.district === district);
  if (!observation) return show('Gebiet', true, [describeAbsence(shown, district)]);
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
  const nodes = await Promise.all([first, ...always].map((part) => orMessage(parts[part])));
  if (!isCurrent()) return;
  show('Gebiet', true, [...describeDistrict(shown, observation), ...nodes]);
}

/** One cluster in all its periods. */
export async function showCluster(source, shown, id, isCurrent) {
  const clusters = (shown.clusters?.features ?? []).map(({ properties }) => properties);
  const cluster = clusters.find((each) => each.id === id);
  const nodes = cluster
    ? await describeCluster(source, clusters, cluster)
    : [make('p', { class: 'hint' }, `Diesen Cluster gibt es ${printPeriod(shown.view.period)} nicht.`)];
  if (isCurrent()) show('Cluster', true, nodes);
}

/** A part that fails takes no other with it. */
async function orMessage(read) {
  try {
    return await read();
  } catch (error) {
    return make('p', { class: 'hint' }, `Das ließ sich nicht laden: ${error.message}`);
  }
}

function describeAbsence({ view: { period }, boundary }, district) {
  return make(
    'p',
    { class: 'hint' },
    `Das Gebiet ${district} gibt es im Gebietsstand ${printDate(boundary)} (${printPeriod(period)}) nicht.`,
  );
}

function show(title, closable, nodes) {
  byId('details-title').textContent = title;
  byId('close').hidden = !closable;
  document.body.dataset.chosen = String(closable);
  byId('details').replaceChildren(...nodes.filter((node) => node !== null));
  byId('panel').scrollTop = 0;
  if (closable && matchMedia(NARROW).matches) document.querySelector('.stage').scrollIntoView();
}
