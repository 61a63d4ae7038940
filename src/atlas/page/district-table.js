import { byId, make, swatch } from './elements.js';
import { signSwatch } from './missing-signs.js';
import { whyMissing } from './words.js';

const order = { by: 'key', descending: false };

/** Compares two observations; districts without value stay at the end either way. */
function compare(a, b) {
  const sign = order.descending ? -1 : 1;
  if (order.by === 'value' && (a.value === null || b.value === null))
    return (a.value === null) - (b.value === null);
  if (order.by === 'value') return sign * (a.value - b.value);
  const [left, right] = order.by === 'name' ? [a.districtName, b.districtName] : [a.district, b.district];
  return sign * left.localeCompare(right, 'de');
}

/**
 * Lists all districts with their values: the map for those who cannot see or point at it.
 * @param {object} shown the view on display
 * @param {string | null} selected key of the chosen district
 */
export function showTable({ observations }, selected) {
  const rows = [...observations].sort(compare).map((observation) => {
    const { district, districtName, value, text } = observation;
    const choose = make('button', { type: 'button', 'data-key': district }, districtName);
    if (district === selected) choose.setAttribute('aria-current', 'true');
    const entry = observation.class;
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, choose),
      make('td', { class: 'key' }, district),
      make(
        'td',
        { class: value === null ? 'none' : 'number' },
        value === null ? whyMissing(observation) : text,
      ),
      make(
        'td',
        {},
        entry ? swatch(entry.colour) : signSwatch(observation.status),
        entry ? entry.label : 'ohne Wert',
      ),
    );
  });
  byId('rows').replaceChildren(...rows);
}

/** Marks the row of the chosen district. */
export function markRow(selected) {
  for (const button of byId('rows').querySelectorAll('button')) {
    if (button.dataset.key === selected) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

/**
 * Lets the heads sort and the names choose.
 * @param {() => void} onSort called when rows must be listed anew
 * @param {(key: string) => void} onChoose
 */
export function wireTable(onSort, onChoose) {
  const heads = [...document.querySelectorAll('[data-sort]')];
  for (const button of heads) {
    button.addEventListener('click', () => {
      order.descending =
        order.by === button.dataset.sort ? !order.descending : button.dataset.sort === 'value';
      order.by = button.dataset.sort;
      for (const other of heads) other.parentElement.setAttribute('aria-sort', 'none');
      button.parentElement.setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
      onSort();
    });
  }
  byId('rows').addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) onChoose(button.dataset.key);
  });
}
