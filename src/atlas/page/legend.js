import { byId, make, swatch } from './elements.js';
import { MISSING_COLOUR, signSwatch } from './missing-signs.js'; // how no value looks
import { whyMissing } from './words.js';

/**
 * Shows the classes with borders, colours and counts, the reasons of missing values with theirs, and the lines on the map.
 * Every entry carries data-colour and data-count, classes of numbers also data-from and data-to.
 */
export function showLegend({ subject, classes, observations, notes, parent, clusters }) {
  byId('legend-unit').textContent = `Einheit: ${subject.unit}`;
  byId('legend-unit').hidden = subject.unit === '';
  byId('legend-classes').replaceChildren(...classes.map(classItem));
  byId('legend-missing').replaceChildren(...missingItems(observations));
  byId('legend-lines').replaceChildren(
    ...(clusters ? [lineItem('outline', 'Umriss eines Clusters')] : []),
    ...(parent ? [lineItem('parent', 'Grenze der höheren Gliederung')] : []),
  );
  byId('legend-notes').replaceChildren(...notes.map((note) => make('p', {}, note)));
}

function classItem({ colour, label, standsOut, from, to, count }) {
  const words = make('span', {}, label);
  if (standsOut) words.append(make('em', {}, ' auffällig'));
  const item = make('li', {}, swatch(colour), words, countOf(count));
  Object.assign(item.dataset, { colour, count }, from === undefined ? {} : { from, to });
  return item;
}

function missingItems(observations) {
  const reasons = new Map();
  for (const observation of observations) {
    if (observation.class) continue;
    const why = whyMissing(observation);
    const entry = reasons.get(why) ?? { status: observation.status, count: 0 };
    reasons.set(why, { ...entry, count: entry.count + 1 });
  }
  return [...reasons].map(([why, { status, count }]) => {
    const item = make('li', {}, signSwatch(status), make('span', {}, why), countOf(count));
    Object.assign(item.dataset, { colour: MISSING_COLOUR, status, count });
    return item;
  });
}

function lineItem(kind, words) {
  return make(
    'li',
    {},
    make('span', { class: `line ${kind}`, 'aria-hidden': 'true' }),
    make('span', {}, words),
  );
}

function countOf(count) {
  return make('span', { class: 'count' }, String(count), make('span', { class: 'hidden' }, ' Gebiete'));
}
