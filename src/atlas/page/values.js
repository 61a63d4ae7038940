// The values of an indicator with their classes, in one period or in all: what map, legend and table show.

import { printClass, printValue } from './words.js';

/**
 * @typedef {object} ClassEntry
 * @property {string} colour
 * @property {string} label limits of the class in words, or its name
 * @property {number} [from] limit below a class of numbers; the lowest class holds it, others do not
 * @property {number} [to] largest value of a class of numbers
 * @property {boolean} [standsOut] whether its districts are called auffällig
 * @property {number} count districts in the class
 */

/**
 * What a layer says of one district.
 * @typedef {object} Observation
 * @property {string} district key
 * @property {string} districtName
 * @property {number | null} value what the table sorts by; null for none
 * @property {string} text the value in words; empty for none
 * @property {ClassEntry | null} class null where there is nothing to colour: then `status` and `reasonLabel` say why
 * @property {string | null} status
 * @property {string | null} reasonLabel
 */

/**
 * All districts in the periods asked for on one boundary version, oldest first.
 * @param {object} source api.js or an archive
 * @param {{ collection: string, indicator: object, boundary: string, period: string | null }} at null for all periods
 *   in the same classes
 * @returns {Promise<{ period: string, classes: ClassEntry[], observations: Observation[] }[]>}
 */
export async function readFrames(source, at) {
  return toFrames(await source.readValues(at), at.indicator);
}

/** Columns as observations by period. */
export function toFrames({ keys, names, columns, values }, indicator) {
  const columnOf = (name) => columns.find((column) => column.name === name);
  return columns
    .filter(({ measure }) => measure === 'value')
    .map(({ name, period, boundaryVersion, provisional }) => {
      const cell = (measure, i) => values[`${name}_${measure}`]?.[i] ?? null;
      const labels = columnOf(`${name}_reason`)?.reasons ?? {};
      const classes = makeClasses(columnOf(`${name}_class`)?.classification, indicator);
      const observations = keys.map((district, i) => {
        const value = values[name][i];
        return {
          district,
          districtName: names[i],
          period,
          boundaryVersion,
          provisional,
          value,
          text: value === null ? '' : printValue(value, indicator),
          class: value === null ? null : classOf(classes, value, cell('class', i), indicator),
          status: cell('status', i),
          reasonLabel: labels[cell('reason', i)] ?? null,
          numerator: cell('numerator', i),
          denominator: cell('denominator', i),
          rank: cell('rank', i),
        };
      });
      return { period, classes: countClasses(classes, observations), observations };
    })
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

/** Sets how many districts each class has. */
export function countClasses(classes, observations) {
  for (const entry of classes) entry.count = observations.filter((row) => row.class === entry).length;
  return classes;
}

/** The indicator's categories where it has some, else the classes that the API found, lowest first. */
function makeClasses(classification, indicator) {
  const { categories } = indicator;
  if (categories.length > 0)
    return categories.map(({ value, label, colour }) => ({ colour, label, from: value, to: value }));
  const { minimum, maximum, breaks, colours } = classification;
  const limits = [minimum, ...breaks, maximum];
  return colours.map((colour, i) => {
    const [from, to] = [limits[i], limits[i + 1]];
    return { colour, label: printClass({ from, to, lowest: i === 0 }, indicator), from, to };
  });
}

function classOf(classes, value, number, { categories }) {
  return categories.length > 0 ? classes.find(({ from }) => from === value) : classes[number - 1];
}
