// The values of an indicator with their classes, in one period or in all: what map, legend and table show.

/**
 * @typedef {object} ClassEntry
 * @property {string} colour
 * @property {string | null} label name of a category, null for a range of numbers
 * @property {number} from limit below the class; the lowest class holds it, others do not
 * @property {number} to largest value of the class
 * @property {boolean} lowest
 * @property {number} count districts in the class
 */

let last = { key: '', frames: null };

/**
 * All districts in the periods asked for on one boundary version, oldest first; kept until something else is asked for.
 * @param {object} source api.js or an archive
 * @param {{ collection: string, indicator: object, boundary: string, period: string | null }} at null for all periods
 *   in the same classes
 * @returns {Promise<{ period: string, classes: ClassEntry[], observations: object[] }[]>}
 */
export async function readFrames(source, at, signal) {
  const key = [at.collection, at.indicator.id, at.boundary, at.period].join(' ');
  if (last.key === key) return last.frames;
  const frames = toFrames(await source.readValues(at, signal), at.indicator);
  last = { key, frames };
  return frames;
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
      const observations = keys.map((district, i) => ({
        district,
        districtName: names[i],
        period,
        boundaryVersion,
        provisional,
        value: values[name][i],
        class: classFor(classes, values[name][i], cell('class', i)),
        status: cell('status', i),
        reasonLabel: labels[cell('reason', i)] ?? null,
        numerator: cell('numerator', i),
        denominator: cell('denominator', i),
        rank: cell('rank', i),
      }));
      for (const observation of observations) if (observation.class) observation.class.count++;
      return { period, classes, observations };
    })
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}

/** The indicator's categories where it has some, else the classes that the API found, lowest first. */
function makeClasses(classification, { categories }) {
  const make = (colour, label, from, to, i) => ({ colour, label, from, to, lowest: i === 0, count: 0 });
  if (categories.length > 0)
    return categories.map(({ value, label, colour }, i) => make(colour, label, value, value, i));
  const { minimum, maximum, breaks, colours } = classification;
  const limits = [minimum, ...breaks, maximum];
  return colours.map((colour, i) => make(colour, null, limits[i], limits[i + 1], i));
}

function classFor(classes, value, number) {
  if (value === null) return null;
  return classes.find(({ label, from }) => label !== null && from === value) ?? classes[number - 1];
}
