import { draw, make } from '../elements.js';

/** A part of the panel. */
export function section(name, title, ...nodes) {
  return make('section', { class: name }, make('h4', {}, title), ...nodes);
}

/** What is there on request. */
export function more(title, ...nodes) {
  return make('details', {}, make('summary', {}, title), ...nodes);
}

/** Terms with their texts. @param {[string, string | Node][]} entries */
export function facts(entries) {
  return make('dl', {}, ...entries.flatMap(([term, text]) => [make('dt', {}, term), make('dd', {}, text)]));
}

/**
 * A bar from the zero line, beside a number that says the same.
 * @param {number} value
 * @param {number} low lower end of the scale, at most 0
 * @param {number} high upper end
 */
export function bar(value, low, high) {
  const span = high - low || 1;
  const at = (number) => (100 * (number - low)) / span;
  const [from, to] = [at(Math.min(value, 0)), at(Math.max(value, 0))];
  return draw(
    'svg',
    { class: 'bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    draw('rect', { class: 'back', x: 0, y: 0, width: 100, height: 10 }),
    draw('rect', { class: value < 0 ? 'less' : 'more', x: from, y: 1, width: to - from, height: 8 }),
    draw('line', {
      class: 'zero',
      x1: at(0),
      x2: at(0),
      y1: 0,
      y2: 10,
      'vector-effect': 'non-scaling-stroke',
    }),
  );
}
