import { byId, make } from './elements.js';
import { LAYERS } from './layers/layers.js'; // what can be shown
import { STATISTICS } from './layers/significance-layer.js'; // how it can be tested
import { printPeriod, themeWord } from './words.js';

const LISTS = ['collection', 'indicator', 'index', 'statistic', 'period'];

/** Fills the lists, as far as they belong to the layer, and chooses what is on display. */
export function fillChoices({ collections, catalogue, layers, layer, subject, moments, view }) {
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
  byId('layers').hidden = layers.length === 1;
  for (const { id } of LAYERS) {
    const choice = byId(`layer-${id}`);
    choice.parentElement.hidden = !layers.includes(id);
    choice.checked = layer.id === id;
  }
  for (const field of document.querySelectorAll('[data-of]'))
    field.hidden = !field.dataset.of.split(' ').includes(layer.id);
  const indicators = subject.indicators ?? catalogue.indicators;
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
    'index',
    catalogue.indices.map(({ id, label }) => option(id, label)),
    view.index,
  );
  byId('statistic').value = view.statistic;
  fill(
    'period',
    moments.map(({ period }) => option(period, printPeriod(period))),
    view.period,
  );
  byId('earlier').disabled = byId('period').selectedIndex === 0;
  byId('later').disabled = byId('period').selectedIndex === moments.length - 1;
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
  byId('layers').append(
    ...LAYERS.map(({ id, word }) => {
      const choice = make('input', { type: 'radio', name: 'layer', id: `layer-${id}`, value: id });
      choice.addEventListener('change', () => onChange({ layer: id }));
      return make('label', { for: `layer-${id}` }, choice, make('span', {}, word));
    }),
  );
  byId('statistic').append(...Object.entries(STATISTICS).map(([id, { word }]) => option(id, word)));
  for (const name of LISTS) {
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
  byId('outlines').addEventListener('change', (event) =>
    // A chosen cluster is drawn, too.
    onChange(event.target.checked ? { outlines: '1' } : { outlines: null, cluster: null }),
  );
  byId('choice').addEventListener('submit', (event) => event.preventDefault());
}
