import { readFrames } from '../values.js'; // with classes and colours
import { unitWord } from '../words.js';

/** The figures of an indicator in the API's classes. */
export const indicatorLayer = {
  id: 'indicator',
  word: 'Kennzahl',

  choose({ indicators }, wanted) {
    if (indicators.length === 0) return null;
    const burden = indicators.find(({ polarity }) => polarity === -1) ?? indicators[0];
    const indicator = indicators.find(({ id }) => id === wanted.indicator) ?? burden;
    return {
      indicator,
      title: indicator.label,
      definition: describeIndicator(indicator),
      unit: indicator.categories.length > 0 ? '' : unitWord(indicator.unit),
      valueWord: '',
      periods: indicator.periods,
      comparable: true,
      chosen: { indicator: indicator.id },
    };
  },

  async read(source, { indicator }, { collection, boundary, period, common }) {
    const frames = await readFrames(source, {
      collection,
      indicator,
      boundary,
      period: common ? null : period,
    });
    const { observations, classes } = frames.find((frame) => frame.period === period);
    return { observations, classes, sources: [indicator.source], notes: [] };
  },
};

/** What an indicator is made of, in one line. */
export function describeIndicator({ description, numerator, denominator }) {
  return description ?? (denominator ? `${numerator} / ${denominator}` : (numerator ?? ''));
}
