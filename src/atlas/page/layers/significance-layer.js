import { countClasses, readFrames } from '../values.js';
import { printWhole } from '../words.js';
import { describeIndicator } from './indicator-layer.js';
import { coloursFor } from './significance-colours.js';

/** Tests by the id of their process: name and classes in the order of the legend. */
export const STATISTICS = {
  'local-moran': {
    word: 'Lokales Moran-I',
    labels: {
      'high-high': 'hoch unter hohen',
      'low-low': 'niedrig unter niedrigen',
      'high-low': 'hoch unter niedrigen',
      'low-high': 'niedrig unter hohen',
    },
    classOf: ({ quadrant }) => quadrant,
  },
  'getis-ord': {
    word: 'Getis-Ord Gi*',
    labels: { high: 'Häufung hoher Werte', low: 'Häufung niedriger Werte' },
    classOf: (properties) => properties.class,
  },
};

/** Where values lie together more than chance would have it. */
export const significanceLayer = {
  id: 'significance',
  word: 'Signifikanz',

  choose({ indicators }, wanted) {
    const tested = indicators.filter(({ categories }) => categories.length === 0);
    if (tested.length === 0) return null;
    const indicator =
      tested.find(({ id }) => id === wanted.indicator) ??
      tested.find(({ polarity }) => polarity === -1) ??
      tested[0];
    const statistic = wanted.statistic in STATISTICS ? wanted.statistic : 'local-moran';
    return {
      indicator,
      statistic,
      indicators: tested,
      title: `Signifikanz: ${indicator.label}`,
      definition: describeIndicator(indicator),
      unit: '',
      valueWord: 'Wert',
      periods: indicator.periods,
      comparable: false,
      chosen: { indicator: indicator.id, statistic },
    };
  },

  async read(source, { indicator, statistic }, { collection, boundary, period }) {
    const inputs = { collection, indicator: indicator.id, period, datetime: boundary };
    const [[values], { features, analysis }] = await Promise.all([
      readFrames(source, { collection, indicator, boundary, period }),
      source.execute(statistic, inputs),
    ]);
    const { labels, classOf } = STATISTICS[statistic];
    const colours = coloursFor(indicator.polarity);
    const classes = Object.fromEntries([
      ...Object.entries(labels).map(([name, label]) => [
        name,
        { label, colour: colours[name], standsOut: true },
      ]),
      ['none', { label: 'nicht auffällig', colour: colours.none, standsOut: false }],
    ]);
    const results = new Map(features.map(({ id, properties }) => [id, properties]));
    const observations = values.observations.map((observation) => {
      const result = results.get(observation.district);
      const own = result.significant ? classes[classOf(result)] : classes.none;
      const untested = result.p === null;
      return {
        ...observation,
        result,
        class: untested ? null : own,
        ...(untested && observation.value !== null
          ? { status: 'not_assessed', reasonLabel: result.label }
          : {}),
      };
    });
    return {
      observations,
      classes: countClasses(Object.values(classes), observations),
      sources: [indicator.source],
      notes: notesOf(analysis),
      analysis,
    };
  },
};

function notesOf({ permutations, tests, alpha }) {
  return [
    `Auffällig heißt: seltener als durch Zufall zu erwarten (${printWhole(permutations)} zufällige Anordnungen, ` +
      `Falscherkennungsrate ${printWhole(100 * alpha)} % über ${printWhole(tests)} Gebiete).`,
    '„Nicht auffällig“ heißt nicht, dass der Wert niedrig ist. Der Befund sagt, wo etwas auffällt, nicht warum.',
    'Das Ergebnis hängt vom Zuschnitt der Gebiete ab.',
  ];
}
