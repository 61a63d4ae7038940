import { countClasses } from '../values.js';
import { printSigned } from '../words.js';

/** The classes of a composite index. */
export const indexLayer = {
  id: 'index',
  word: 'Index',

  choose({ indices }, wanted) {
    const index = chooseIndex(indices, wanted.index);
    if (index === null) return null;
    return {
      index,
      title: index.label,
      definition: index.description ?? '',
      unit: '',
      valueWord: index.kind === 'combination' ? '' : 'Indexwert',
      periods: index.periods,
      comparable: false,
      chosen: { index: index.id },
    };
  },

  async read(source, { index }, at) {
    const { statement, results } = await source.readIndexResults(index.id, at);
    const classes = statement.classes.map(({ label, colour, standsOut, code }) => ({
      label: nameClass(index, code, label),
      colour,
      standsOut,
    }));
    const observations = results.map((row) => ({
      ...row,
      text: printScore(index, row),
      class: row.class === null ? null : classes[row.class - 1],
    }));
    return {
      observations,
      classes: countClasses(classes, observations),
      sources: statement.indicators.map(({ source: own }) => own),
      notes: [
        'Der Index vergleicht Gebiete. Er nennt keine Ursachen und sagt nichts über einzelne Menschen.',
      ],
    };
  },
};

/** The index asked for, else a combination, since it says most, else the first; null where there is none. */
export function chooseIndex(indices, wanted) {
  return (
    indices.find(({ id }) => id === wanted) ??
    indices.find(({ kind }) => kind === 'combination') ??
    indices[0] ??
    null
  );
}

/** A class of a combination is known by its code. */
function nameClass({ kind }, code, label) {
  return kind === 'combination' ? `${code} ${label}` : label;
}

/** The score, or the code of the class of a combination, whose number means nothing. */
function printScore({ kind }, { value, classCode }) {
  if (value === null) return '';
  return kind === 'combination' ? classCode : printSigned(value, 2);
}
