// From values to classes and colours. Darker is always more.

/** Sequential ramps by polarity, even steps of lightness so that they also work without colour vision. */
const RAMPS = {
  '-1': ['#fbe9cf', '#f6bd80', '#e4834b', '#b8472e', '#741a24'],
  0: ['#ece9f3', '#c7bfdc', '#9c8fc1', '#6f5f9e', '#423266'],
  1: ['#e2f0ec', '#a8d3cb', '#5fadab', '#2a7b89', '#104a5a'],
};

/**
 * @typedef {object} ClassEntry
 * @property {string} colour
 * @property {string | null} label name of a category, null for a range of numbers
 * @property {number} from smallest value in the class
 * @property {number} to largest value in the class
 * @property {number} count districts of the view in the class
 */

/**
 * Sorts values into classes: the indicator's categories where it has some, else five quantile classes. Equal values
 * are never parted, so ties leave fewer classes.
 * @param {number[]} values values of all districts that have one
 * @param {{ polarity: number, categories: { value: number, label: string }[] }} indicator
 * @param {number[]} pool values that the classes are made of: those of all periods where periods are compared
 * @returns {{ classes: ClassEntry[], classOf: (value: number) => number }}
 */
export function classify(values, indicator, pool = values) {
  const ramp = RAMPS[indicator.polarity];
  const ordered = [...indicator.categories].sort((a, b) => a.value - b.value);
  const uppers = ordered.length > 0 ? ordered.map(({ value }) => value) : quantiles(pool, ramp.length);
  const classOf = (value) => uppers.findIndex((upper) => value <= upper);
  const classes = uppers.map((_, index) => ({
    colour: mix(ramp, uppers.length === 1 ? 0.5 : index / (uppers.length - 1)),
    label: ordered[index]?.label ?? null,
    from: Number.POSITIVE_INFINITY,
    to: Number.NEGATIVE_INFINITY,
    count: 0,
  }));
  for (const value of pool) {
    const entry = classes[classOf(value)];
    entry.from = Math.min(entry.from, value);
    entry.to = Math.max(entry.to, value);
  }
  for (const value of values) classes[classOf(value)].count++;
  return { classes, classOf };
}

/** Largest value of each of at most `count` classes of about equal size. */
function quantiles(values, count) {
  const sorted = [...values].sort((a, b) => a - b);
  const uppers = Array.from(
    { length: count },
    (_, k) => sorted[Math.ceil(((k + 1) * sorted.length) / count) - 1],
  );
  return [...new Set(uppers)].filter((upper) => upper !== undefined);
}

/** Colour of a ramp at a share of its length, as #rrggbb. */
function mix(ramp, share) {
  const at = share * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  const channel = (colour, index) => Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16);
  const mixed = [0, 1, 2].map((index) => {
    const value = channel(ramp[low], index) * (1 - at + low) + channel(ramp[low + 1], index) * (at - low);
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
