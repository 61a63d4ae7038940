import { byId, make } from './elements.js';
import { printNumber, printPeriod, printWhole } from './words.js';

/** Lists the clusters of the period, largest first; hidden where there are none on the map. */
export function showClusters(clusters, selected) {
  byId('cluster-list').hidden = clusters === null;
  if (clusters === null) return;
  const rows = clusters.features.map(({ properties }) => {
    const { id, label, districts, population, severity, since, sinceStart } = properties;
    const choose = make('button', { type: 'button', 'data-cluster': id }, label);
    if (id === selected) choose.setAttribute('aria-current', 'true');
    const cell = (text) => make('td', { class: 'number' }, text);
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, choose),
      cell(printWhole(districts)),
      cell(population === null ? 'keine Angabe' : printWhole(population)),
      cell(printNumber(severity, { decimals: 1 })),
      make('td', {}, `${sinceStart ? 'mindestens ' : ''}${printPeriod(since)}`),
    );
  });
  byId('cluster-rows').replaceChildren(...rows);
}

/** Marks the row of the chosen cluster. */
export function markCluster(selected) {
  for (const button of byId('cluster-rows').querySelectorAll('button')) {
    if (button.dataset.cluster === selected) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

/** Lets the names choose. @param {(id: string) => void} onChoose */
export function wireClusters(onChoose) {
  byId('cluster-rows').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) onChoose(button.dataset.cluster);
  });
}
