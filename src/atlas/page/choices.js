import { byId, make } from './elements.js';
import { printPeriod, themeWord } from './words.js';

/** Fills the three lists and chooses what is on display. */
export function fillChoices({ indicators, periods, view }, collections) {
  const levels = Object.entries(Object.groupBy(collections, ({ authority }) => authority.label));
  fill(
    'collection',
    levels.map(([label, group]) =>
      optgroup(
        label,
        group.map(({ id, title }) => option(id, title)),
      ),
    ),
    view.collection,
  );
  const themes = Object.entries(Object.groupBy(indicators, ({ theme }) => theme));
  fill(
    'indicator',
    themes.map(([theme, group]) =>
      optgroup(
        themeWord(theme),
        group.map(({ id, label }) => option(id, label)),
      ),
    ),
    view.indicator,
  );
  fill(
    'period',
    periods.map((period) => option(period, printPeriod(period))),
    view.period,
  );
  byId('earlier').disabled = byId('period').selectedIndex === 0;
  byId('later').disabled = byId('period').selectedIndex === periods.length - 1;
}

function fill(id, children, chosen) {
  byId(id).replaceChildren(...children);
  byId(id).value = chosen;
}

function option(value, label) {
  return make('option', { value }, label);
}

function optgroup(label, options) {
  return make('optgroup', { label }, ...options);
}

/** Reports each change of the lists as a part of a view. */
export function wireChoices(onChange) {
  for (const name of ['collection', 'indicator', 'period']) {
    byId(name).addEventListener('change', (event) => onChange({ [name]: event.target.value }));
  }
  for (const [id, step] of [
    ['earlier', -1],
    ['later', 1],
  ]) {
    byId(id).addEventListener('click', () => {
      const list = byId('period');
      list.selectedIndex = Math.min(Math.max(list.selectedIndex + step, 0), list.length - 1);
      onChange({ period: list.value });
    });
  }
  byId('choice').addEventListener('submit', (event) => event.preventDefault());
}
