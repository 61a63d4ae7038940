import { byId, make, swatch } from './elements.js';
import { MISSING_COLOUR, signSwatch } from './missing-signs.js'; // how no value looks
import { printClass, unitWord, whyMissing } from './words.js';

/**
 * Shows the classes with borders, colours and counts, and the reasons of missing values with theirs.
 * Every entry carries data-colour and data-count, classes also data-from and data-to.
 */
export function showLegend({ indicator, classes, observations }) {
  byId('legend-unit').textContent =
    indicator.categories.length > 0 ? '' : `Einheit: ${unitWord(indicator.unit)}`;
  byId('legend-unit').hidden = indicator.categories.length > 0 || unitWord(indicator.unit) === '';
  byId('legend-classes').replaceChildren(...classes.map((entry) => classItem(entry, indicator)));
  byId('legend-missing').replaceChildren(...missingItems(observations));
}

function classItem(entry, indicator) {
  const { colour, from, to, count } = entry;
  const item = make('li', {}, swatch(colour), make('span', {}, printClass(entry, indicator)), countOf(count));
  Object.assign(item.dataset, { colour, count, from, to });
  return item;
}

function missingItems(observations) {
  const reasons = new Map();
  for (const observation of observations) {
    if (observation.value !== null) continue;
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

function countOf(count) {
  return make('span', { class: 'count' }, String(count), make('span', { class: 'hidden' }, ' Gebiete'));
}
