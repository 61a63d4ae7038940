// How a district without a value looks: one grey, and a sign for each kind of missing, the same on map and legend.

import { make } from './elements.js';

export const MISSING_COLOUR = '#dcdcd8';

const INK = '#8a8a83';

/** Pixels of a sign that repeats, at a pixel ratio of 2. */
const SIZE = 16;

/** Draws the sign of each status. */
const SIGNS = {
  // Slanted lines, both ways as behind a lattice: hidden.
  suppressed: (context) => line(context, [0, SIZE, SIZE, 0], [0, 0, SIZE, SIZE]),
  not_assessed: (context) =>
    line(context, [-SIZE, SIZE, 0, 0], [0, SIZE, SIZE, 0], [SIZE, SIZE, 2 * SIZE, 0]),
  not_available: (context) => {
    context.beginPath();
    context.arc(SIZE / 2, SIZE / 2, 3, 0, 2 * Math.PI);
    context.fill();
  },
  not_applicable: (context) => line(context, [0, SIZE / 2, SIZE, SIZE / 2]),
};

/** Every status that has a sign. */
export const MISSING_STATUSES = Object.keys(SIGNS);

function line(context, ...strokes) {
  context.beginPath();
  for (const [fromX, fromY, toX, toY] of strokes) {
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
  }
  context.stroke();
}

function drawSign(status) {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const context = canvas.getContext('2d');
  context.fillStyle = MISSING_COLOUR;
  context.fillRect(0, 0, SIZE, SIZE);
  Object.assign(context, { strokeStyle: INK, fillStyle: INK, lineWidth: 2 });
  SIGNS[status](context);
  return canvas;
}

/** The sign as an image that the map repeats, at a pixel ratio of 2. */
export function signImage(status) {
  return drawSign(status).getContext('2d').getImageData(0, 0, SIZE, SIZE);
}

/** The sign as a small square beside a text that says what it means. */
export function signSwatch(status) {
  const canvas = make('canvas', { class: 'swatch', width: '44', height: '34', 'aria-hidden': 'true' });
  const context = canvas.getContext('2d');
  context.fillStyle = context.createPattern(drawSign(status), 'repeat');
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
