// Why a district has its class in an index: a sentence, what each indicator contributes, how far the next class is.

import { draw, make } from '../elements.js';
import { chooseIndex } from '../layers/index-layer.js'; // the one to explain
import { printNumber, printSigned, unitWord } from '../words.js';
import { bar, more, section } from './section.js';

/** @returns {Promise<HTMLElement | null>} null where no index rates the period */
export async function explainClass(source, { catalogue, layer, view, at }, district) {
  const index = chooseIndex(catalogue.indices, view.index);
  const rated = index?.periods.some(
    ({ period, boundaryVersion }) => period === at.period && boundaryVersion === at.boundary,
  );
  if (!rated) return null;
  const { sentence, standsOut, classCode, classLabel, parts } = await source.readExplanation(
    index.id,
    at,
    district,
  );
  const title = make('p', { class: 'class' }, index.label, ': ');
  const name = index.kind === 'combination' ? `${classCode} ${classLabel}` : classLabel;
  title.append(make('strong', {}, classLabel === null ? 'nicht bewertet' : name));
  if (standsOut) title.append(make('em', {}, ' auffällig'));
  const inWords = more('In Worten', make('p', { class: 'sentence' }, sentence.de));
  // The words of a combination are long.
  inWords.open = layer.id === 'index' && parts.length === 1;
  return section(
    'explanation',
    layer.id === 'index' ? 'Warum diese Klasse?' : 'Einordnung im Index',
    title,
    ...parts.filter(({ value }) => value !== null).map((part) => describePart(part, parts.length > 1)),
    inWords,
    more('In English', make('p', { class: 'sentence', lang: 'en' }, sentence.en)),
  );
}

function describePart({ label, value, classLabel, rank, of, contributions, borders }, named) {
  const scores = contributions.map(({ contribution }) => contribution ?? 0);
  const [low, high] = [Math.min(0, ...scores), Math.max(0, ...scores)];
  const rows = contributions.map((entry) => describeContribution(entry, low, high));
  const rated = named ? `, Klasse „${classLabel}“` : '';
  const words = `${printSigned(value, 2)}${rated}, Rang ${rank} von ${of}`;
  return make(
    'div',
    { class: 'part' },
    make('p', {}, ...(named ? [make('strong', {}, label), ': '] : ['Indexwert ']), words),
    make('ul', { class: 'bars', 'aria-label': 'Beiträge der Kennzahlen zum Indexwert' }, ...rows),
    ...drawBorders(value, classLabel, borders),
    ...borders.map(describeBorder),
  );
}

function describeContribution({ label, value, mean, unit, contribution }, low, high) {
  const digits = { decimals: 2 };
  const figure =
    value === null
      ? 'kein Wert'
      : `${printNumber(value, digits)} ${unitWord(unit)} (Mittel ${printNumber(mean, digits)})`;
  return make(
    'li',
    {},
    make('span', {}, label),
    make('span', { class: 'number' }, contribution === null ? '–' : printSigned(contribution, 2)),
    bar(contribution ?? 0, low, high),
    make('small', {}, figure),
  );
}

function describeBorder({ side, classLabel, distance, borderline }) {
  const way = side === 'above' ? 'höher' : 'niedriger';
  // As many digits as it takes to see that it is not nothing.
  const decimals = Math.abs(distance) < 0.01 ? 4 : 2;
  const text = `Bis zur Klasse „${classLabel}“: ${printNumber(Math.abs(distance), { decimals })} ${way}`;
  const note = borderline ? [make('strong', { class: 'edge' }, 'auf der Kante')] : [];
  return make('p', { class: 'border' }, text, ...note);
}

const WIDTH = 280;
const INSET = 70;

/** The district's place between the limits of its class; a class without a limit on one side goes on there. */
function drawBorders(value, classLabel, borders) {
  if (borders.length === 0) return [];
  const below = borders.find(({ side }) => side === 'below');
  const above = borders.find(({ side }) => side === 'above');
  const open = Math.max(1, 2 * Math.min(...borders.map(({ distance }) => Math.abs(distance))));
  const low = below?.limit ?? above.limit - open;
  const high = above?.limit ?? below.limit + open;
  const [left, right] = [below ? INSET : 0, above ? WIDTH - INSET : WIDTH];
  const x = left + ((value - low) / (high - low)) * (right - left);
  const name = (text, from, to, anchor) =>
    draw(
      'text',
      {
        x: anchor === 'start' ? from + 4 : anchor === 'end' ? to - 4 : (from + to) / 2,
        y: 31,
        class: `name ${anchor}`,
      },
      text,
    );
  return [
    draw(
      'svg',
      { class: 'scale', viewBox: `0 0 ${WIDTH} 36`, 'aria-hidden': 'true' },
      draw('rect', { class: 'back', x: 0, y: 8, width: WIDTH, height: 10 }),
      draw('rect', { class: 'own', x: left, y: 8, width: right - left, height: 10 }),
      ...(below
        ? [
            draw('line', { class: 'limit', x1: left, x2: left, y1: 4, y2: 22 }),
            name(below.classLabel, 0, left, 'start'),
          ]
        : []),
      ...(above
        ? [
            draw('line', { class: 'limit', x1: right, x2: right, y1: 4, y2: 22 }),
            name(above.classLabel, right, WIDTH, 'end'),
          ]
        : []),
      name(classLabel, left, right, 'middle'),
      draw('circle', { class: 'place', cx: Math.min(Math.max(x, 6), WIDTH - 6), cy: 13, r: 5 }),
    ),
  ];
}
