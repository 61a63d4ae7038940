// The cluster that a district belongs to, and what became of it over the periods.

import { make } from '../elements.js';
import { situationPeriods } from '../layers/situation-layer.js'; // for which there are any
import { groupWord, printNumber, printPeriod, printWhole } from '../words.js';
import { bar, facts, more, section } from './section.js';

/**
 * @param {(id: string) => void} onChoose called to show the whole cluster
 * @returns {Promise<HTMLElement | null>} null where nothing can be said about the period
 */
export async function tellCluster(source, { catalogue, at }, district, onChoose) {
  const there = situationPeriods(catalogue.situations).some(
    ({ period, boundaryVersion }) => period === at.period && boundaryVersion === at.boundary,
  );
  if (!there) return null;
  const { districts, clusters } = await source.readClusterDistricts(at);
  const row = districts.find((each) => each.district === district);
  const own = clusters.find(({ id }) => id === row.cluster);
  if (!own)
    return section('cluster', 'Cluster', make('p', { class: 'hint' }, `In keinem Cluster: ${row.label}.`));
  const choose = make('button', { type: 'button', class: 'link' }, own.label);
  choose.addEventListener('click', () => onChoose(own.id));
  return section('cluster', 'Cluster', make('p', {}, choose), ...(await tellHistory(source, clusters, own)));
}

/**
 * A whole cluster: how large, how severe, whom it concerns, since when.
 * @param {object[]} clusters properties of all clusters of the period
 * @param {object} cluster those of one
 */
export async function describeCluster(source, clusters, cluster) {
  const { label, districts, population, severity, situations, targetGroups, sentence } = cluster;
  const groups = targetGroups.filter(({ targetGroup }) => targetGroup !== 'all');
  const found = situations.filter((situation) => situation.districts > 0);
  return [
    make('h3', {}, label),
    make('p', { class: 'sentence' }, sentence),
    facts([
      ['Gebiete', printWhole(districts)],
      ['Menschen', population === null ? 'keine Angabe' : printWhole(population)],
      ['Problemlagen', `${printNumber(severity, { decimals: 1 })} im Mittel je Gebiet`],
    ]),
    section(
      'situations',
      'Auffällige Problemlagen',
      countList(
        found.map((each) => [each.label, each.districts]),
        districts,
      ),
    ),
    section(
      'groups',
      'Zielgruppen',
      countList(
        groups.map((each) => [groupWord(each.targetGroup), each.districts]),
        districts,
      ),
    ),
    section('cluster', 'Über die Zeit', ...(await tellHistory(source, clusters, cluster))),
  ];
}

/** How many districts of all, as bars. @param {[string, number][]} entries */
function countList(entries, all) {
  const rows = entries.map(([label, count]) =>
    make(
      'li',
      {},
      make('span', {}, label),
      make('span', { class: 'number' }, `${printWhole(count)} von ${printWhole(all)}`),
      bar(count, 0, all),
    ),
  );
  return make('ul', { class: 'bars' }, ...rows);
}

/** The size in each period, and the events in words. */
async function tellHistory(source, clusters, cluster) {
  const { states, biography } = await source.readClusterHistory(cluster);
  const largest = Math.max(...states.map(({ districts }) => districts));
  const rows = states.map(({ period, districts }) =>
    make(
      'li',
      {},
      make('span', {}, printPeriod(period)),
      make('span', { class: 'number' }, districts === 1 ? '1 Gebiet' : `${printWhole(districts)} Gebiete`),
      bar(districts, 0, largest),
    ),
  );
  const name = namer(clusters, cluster);
  const events = biography.map(({ sentence }) => make('li', {}, name(sentence)));
  return [
    make('ul', { class: 'bars', 'aria-label': 'Größe in jedem Zeitraum' }, ...rows),
    make('ol', { class: 'biography' }, ...events),
    more('Verfahren', make('p', {}, cluster.method)),
  ];
}

/** Puts the names of clusters where sentences have their ids. */
function namer(clusters, own) {
  const names = clusters.map(({ id, label }) => [
    id,
    id === own.id ? 'diesem Cluster' : `„${label.replace(/^Auffällig: /, '')}“`,
  ]);
  return (sentence) => names.reduce((text, [id, name]) => text.replaceAll(id, name), sentence);
}
