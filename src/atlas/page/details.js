import { byId, make, swatch } from './elements.js';
import { signSwatch } from './missing-signs.js';
import { drawSeries } from './series-chart.js'; // the small line
import { printDate, printPeriod, printValue, whyMissing } from './words.js';

/**
 * Shows one district: name, key, value or reason, rank, and all periods as line and table.
 * @param {object} shown the view on display
 * @param {object} observation the district's observation in the chosen period, with its class and rank
 * @param {object[]} series the district's observations in all periods
 */
export function showDetails({ indicator, observations }, observation, series) {
  const { value, rank } = observation;
  const rated = observations.filter((other) => other.value !== null).length;
  const figure =
    value === null
      ? make('p', { class: 'figure none' }, signSwatch(observation.status), 'kein Wert')
      : make('p', { class: 'figure' }, swatch(observation.class.colour), printValue(value, indicator));
  const facts = make('dl', {});
  const fact = (term, text) => facts.append(make('dt', {}, term), make('dd', {}, text));
  if (value === null) fact('Grund', whyMissing(observation));
  if (rank !== null && indicator.categories.length === 0)
    fact('Rang', `${rank} von ${rated}, höchster Wert zuerst`);
  fact('Zeitraum', printPeriod(observation.period) + (observation.provisional ? ' (vorläufig)' : ''));
  if (observation.numerator !== null && observation.denominator !== null) {
    const whole = observation.denominator.toLocaleString('de-DE');
    fact('Berechnung', `${observation.numerator.toLocaleString('de-DE')} von ${whole}`);
  }
  byId('details').replaceChildren(
    make('h3', {}, observation.districtName),
    make('p', { class: 'key' }, `Schlüssel ${observation.district}`),
    figure,
    facts,
    make('h4', {}, 'Entwicklung'),
    drawSeries(series, indicator, observation.period),
    seriesTable(series, indicator),
  );
}

/** Takes the district away. */
export function clearDetails() {
  byId('details').replaceChildren(
    make('p', { class: 'hint' }, 'Ein Gebiet auf der Karte oder in der Tabelle wählen.'),
  );
}

function seriesTable(series, indicator) {
  const versions = new Set(series.map(({ boundaryVersion }) => boundaryVersion));
  const rows = series.map((entry) => {
    const text = entry.value === null ? whyMissing(entry) : printValue(entry.value, indicator);
    const period = make('th', { scope: 'row' }, printPeriod(entry.period));
    if (versions.size > 1)
      period.append(make('small', {}, ` Gebietsstand ${printDate(entry.boundaryVersion)}`));
    return make('tr', {}, period, make('td', { class: entry.value === null ? 'none' : 'number' }, text));
  });
  const head = make(
    'tr',
    {},
    make('th', { scope: 'col' }, 'Zeitraum'),
    make('th', { scope: 'col', class: 'number' }, 'Wert'),
  );
  return make('table', { class: 'series' }, make('thead', {}, head), make('tbody', {}, ...rows.reverse()));
}
