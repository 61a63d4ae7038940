import { countClasses } from '../values.js';
import { printCount } from '../words.js';

/** How many problem situations accumulate in a district. */
export const situationLayer = {
  id: 'situations',
  word: 'Problemlagen',

  choose({ situations, indicators }) {
    if (situations.length === 0) return null;
    return {
      indicators,
      title: 'Auffällige Problemlagen',
      definition: 'Zahl der Problemlagen, in denen ein Gebiet auffällig ist.',
      unit: 'Problemlagen je Gebiet',
      valueWord: 'Auffällig in',
      periods: situationPeriods(situations),
      comparable: false,
      chosen: {},
    };
  },

  async read(source, { indicators }, at) {
    const { statement, districts } = await source.readSituationDistricts(at);
    const classes = statement.colours.map((colour, count) => ({ colour, label: printCount(count) }));
    const observations = districts.map(toObservation(classes));
    return {
      observations,
      classes: countClasses(classes, observations),
      sources: sourcesOfRules(statement, indicators),
      notes: notesOf(districts),
    };
  },
};

/** Periods for which at least one situation can be looked at. */
export function situationPeriods(situations) {
  const periods = situations.flatMap((situation) => situation.periods);
  return [...new Map(periods.map((each) => [`${each.period} ${each.boundaryVersion}`, each])).values()];
}

/** Sources of the figures that the rules look at. */
export function sourcesOfRules({ situations }, indicators) {
  const used = new Set(situations.flatMap(({ sources }) => sources));
  return indicators.filter(({ id }) => used.has(id)).map(({ source }) => source);
}

function toObservation(classes) {
  return (row) => ({
    ...row,
    value: row.count,
    text: row.count === null ? '' : `${row.count} von ${row.present.length + row.absent.length} bewerteten`,
    class: row.count === null ? null : classes[row.count],
    reasonLabel: row.findings[0]?.evidence[0]?.reasonLabel ?? null,
  });
}

function notesOf(districts) {
  const incomplete = districts.filter(({ count, complete }) => count !== null && !complete).length;
  const missing = `Bei ${incomplete} Gebieten fehlen Angaben zu einzelnen Problemlagen: dort können es mehr sein.`;
  return [
    'Die Grenzen gelten im Vergleich zu den anderen Gebieten desselben Zeitraums.',
    ...(incomplete > 0 ? [missing] : []),
  ];
}
