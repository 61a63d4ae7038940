// One district in one indicator: value or reason, rank, and all periods as line and table.

import { make, swatch } from '../elements.js';
import { signSwatch } from '../missing-signs.js';
import { printDate, printPeriod, printValue, printWhole, whyMissing } from '../words.js';
import { facts, section } from './section.js';
import { drawSeries } from './series-chart.js'; // the small line

/** Name, key, and what the layer says of the district. @param {object} observation of the district */
export function describeDistrict(shown, observation) {
  const { layer, subject, view } = shown;
  const { districtName, district, text, class: entry, provisional } = observation;
  const isValue = layer.id === 'indicator';
  const figure = entry
    ? make(
        'p',
        { class: isValue ? 'figure' : 'figure said' },
        swatch(entry.colour),
        isValue ? text : entry.label,
      )
    : make('p', { class: 'figure none' }, signSwatch(observation.status), 'kein Wert');
  if (entry?.standsOut) figure.append(make('em', {}, 'auffällig'));
  return [
    make('h3', { tabindex: '-1' }, districtName),
    make('p', { class: 'key' }, `Schlüssel ${district}`),
    figure,
    facts([
      ...(entry ? [] : [['Grund', whyMissing(observation)]]),
      ...(entry && subject.valueWord !== '' ? [[subject.valueWord, text]] : []),
      ...(isValue ? describeValue(shown, observation) : []),
      ['Zeitraum', printPeriod(view.period) + (provisional ? ' (vorläufig)' : '')],
    ]),
  ];
}

/** Rank and parts of an indicator's value. */
function describeValue({ subject: { indicator }, observations }, { rank, numerator, denominator }) {
  const rated = observations.filter(({ value }) => value !== null).length;
  const ranked = rank !== null && indicator.categories.length === 0;
  const counted = numerator !== null && denominator !== null;
  return [
    ...(ranked ? [['Rang', `${rank} von ${rated}, höchster Wert zuerst`]] : []),
    ...(counted ? [['Berechnung', `${printWhole(numerator)} von ${printWhole(denominator)}`]] : []),
  ];
}

/** The district in all periods. */
export async function listSeries(source, { collection, subject: { indicator }, view }, district) {
  const series = await source.readSeries({ collection: collection.id, indicator, district });
  return section(
    'development',
    'Entwicklung',
    drawSeries(series, indicator, view.period),
    seriesTable(series, indicator),
  );
}

/**
 * The district's class in all periods within the boundaries on display, newest first.
 * @returns {Promise<HTMLElement | null>} null where there is only one
 */
export async function listClasses(source, { layer, subject, moments, at }, district) {
  const periods = moments.filter(({ boundaryVersion }) => boundaryVersion === at.boundary).reverse();
  if (periods.length < 2) return null;
  const frames = await Promise.all(
    periods.map(({ period }) => layer.read(source, subject, { ...at, period, common: false })),
  );
  const rows = frames.map(({ observations }, i) => {
    const { period } = periods[i];
    const observation = observations.find((each) => each.district === district);
    const { class: entry, status } = observation;
    return make(
      'tr',
      period === at.period ? { 'aria-current': 'true' } : {},
      make('th', { scope: 'row' }, printPeriod(period)),
      make(
        'td',
        {},
        entry ? swatch(entry.colour) : signSwatch(status),
        entry ? entry.label : whyMissing(observation),
      ),
    );
  });
  return section(
    'development',
    'Über die Zeit',
    make('table', { class: 'series' }, make('tbody', {}, ...rows)),
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
