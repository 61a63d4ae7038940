// Colours of significant neighbourhoods. Warm is the side that is a problem, by the indicator's polarity, blue the other; of a context
// indicator no side is a problem, and none is warm. They are the steps of the API's ramps around a middle.

const PROBLEM = { strong: '#883500', light: '#d5845f' };
const RELIEF = { strong: '#005494', light: '#63a0de' };
const MORE = { strong: '#5b5500', light: '#a69f45' };
const LESS = { strong: '#005c75', light: '#3ba9cf' };

/** Neither: yellowish, since grey means that there is no value. */
const NONE = '#faf4dd';

/** @param {-1 | 0 | 1} polarity @returns {Record<string, string>} by class of local Moran and Gi* */
export function coloursFor(polarity) {
  const [high, low] = { [-1]: [PROBLEM, RELIEF], 0: [MORE, LESS], 1: [RELIEF, PROBLEM] }[polarity];
  return {
    'high-high': high.strong,
    'high-low': high.light,
    'low-high': low.light,
    'low-low': low.strong,
    high: high.strong,
    low: low.strong,
    none: NONE,
  };
}
