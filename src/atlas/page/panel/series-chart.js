import { draw } from '../elements.js';
import { printNumber, printPeriod } from '../words.js';

const WIDTH = 280;
const HEIGHT = 96;
const MARGIN = { top: 10, right: 10, bottom: 18, left: 42 };

/**
 * Draws a district's values over all periods. The line breaks where a value is missing and where the
 * boundaries change: figures of two boundary versions are not one series.
 * @param {object[]} series observations, oldest first
 * @param {string} current the period that is marked
 */
export function drawSeries(series, indicator, current) {
  const periods = [...new Set(series.map(({ period }) => period))];
  const known = series.filter(({ value }) => value !== null);
  const label =
    known.length > 0
      ? `Verlauf von ${printPeriod(periods[0])} bis ${printPeriod(periods.at(-1))}`
      : 'Keine Werte';
  const chart = draw('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'chart',
    role: 'img',
    'aria-label': label,
  });
  if (known.length === 0) return chart;
  const values = known.map(({ value }) => value);
  const [low, high] = pad(Math.min(...values), Math.max(...values));
  const start = yearOf(periods[0]);
  const span = yearOf(periods.at(-1)) - start || 1;
  const x = (period) =>
    MARGIN.left + ((yearOf(period) - start) / span) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value) => MARGIN.top + ((high - value) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  for (const value of new Set([Math.min(...values), Math.max(...values)])) {
    chart.append(
      draw('line', { class: 'grid', x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y(value), y2: y(value) }),
      draw('text', { class: 'axis end', x: MARGIN.left - 5, y: y(value) + 3 }, printNumber(value, indicator)),
    );
  }
  for (const [period, anchor] of [
    [periods[0], 'start'],
    [periods.at(-1), 'end'],
  ]) {
    chart.append(draw('text', { class: `axis ${anchor}`, x: x(period), y: HEIGHT - 4 }, printPeriod(period)));
  }
  for (const run of runsOf(series)) {
    const path = run.map(({ period, value }, index) => `${index === 0 ? 'M' : 'L'}${x(period)} ${y(value)}`);
    chart.append(draw('path', { class: 'line', d: path.join('') }));
  }
  for (const { period, value } of known) {
    chart.append(
      draw('circle', {
        class: period === current ? 'dot current' : 'dot',
        cx: x(period),
        cy: y(value),
        r: period === current ? 4 : 2,
      }),
    );
  }
  return chart;
}

/** Stretches of neighbouring periods with values on one boundary version. */
function runsOf(series) {
  const runs = [];
  let last = null;
  for (const entry of series) {
    const goesOn = last !== null && last.value !== null && last.boundaryVersion === entry.boundaryVersion;
    if (entry.value !== null) {
      if (goesOn) runs.at(-1).push(entry);
      else runs.push([entry]);
    }
    last = entry;
  }
  return runs;
}

/** A period as a number of years, so that gaps between periods are as wide as they are long. */
function yearOf(period) {
  const [year, part = '', day = '1'] = period.split('-');
  const number = Number(part.replace(/\D/, '')) || 1;
  const parts = { S: 2, Q: 4 }[part[0]] ?? 12;
  return Number(year) + (number - 1) / parts + (Number(day) - 1) / 365;
}

/** Some room above and below, also for a constant series. */
function pad(low, high) {
  const room = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}
