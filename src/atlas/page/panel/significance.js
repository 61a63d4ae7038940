// What a test says about one district, with everything needed to judge it.

import { make } from '../elements.js';
import { printNumber, printProbability, printWhole } from '../words.js';
import { facts, more, section } from './section.js';

/** @param {object} analysis the statement of method @param {object} result of the district */
export function describeTest(analysis, result) {
  if (result.p === null)
    return section(
      'significance',
      'Signifikanz',
      make('p', { class: 'hint' }, `Nicht geprüft: ${result.label}.`),
    );
  const { p, pStandardError, q, zScore, neighbours } = result;
  const { permutations, alpha, tests, seed, warnings, method } = analysis;
  const words = result.significant
    ? 'Auffällig, auch nach der Korrektur für die vielen Prüfungen.'
    : p <= alpha
      ? 'Für sich allein auffällig, nach der Korrektur für die vielen Prüfungen nicht.'
      : 'Nicht auffällig: so kommt es auch durch Zufall oft genug zustande.';
  return section(
    'significance',
    'Signifikanz',
    make('p', { class: 'sentence' }, words),
    facts([
      ['p', `${printProbability(p)} ± ${printProbability(pStandardError)}`],
      ['p korrigiert', `${printProbability(q)} (Grenze ${printNumber(alpha, { decimals: 2 })})`],
      ['z', printNumber(zScore, { decimals: 2 })],
      ['Nachbarn', printWhole(neighbours)],
      ['Permutationen', printWhole(permutations)],
      ['Prüfungen', `${printWhole(tests)}, Falscherkennungsrate nach Benjamini und Hochberg`],
    ]),
    make(
      'p',
      { class: 'hint' },
      'Geprüft wird, ob Gebiet und Nachbarn zusammen auffallen. Über Ursachen und über einzelne Menschen sagt das nichts.',
    ),
    more(
      'Verfahren',
      make('p', { lang: 'en' }, `${method}; ${analysis.pDefinition}; seed ${seed}.`),
      ...warnings.map((warning) => make('p', { lang: 'en' }, warning)),
    ),
  );
}
