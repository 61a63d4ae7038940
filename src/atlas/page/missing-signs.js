// How a district without a value looks: one grey, and a sign for each kind of missing, from the sprite of the API's styles.

import { make } from './elements.js';

/** As in the layer `missing` of the styles. */
export const MISSING_COLOUR = '#dcdcd9';

/** Address of the sprite as MapLibre takes it. */
export const SPRITE = `${location.origin}/v1/sprites/missing`;

/** Side of a sign in a swatch; wider than a swatch, so that the next sign does not show. */
const SIDE = 24;

const images = await fetch(`${SPRITE}.json`).then((response) => response.json());

/** Name of a status' image in the sprite. */
export function signOf(status) {
  return `missing-${status}`;
}

/** The sign as a small square beside a text that says what it means. */
export function signSwatch(status) {
  const element = make('span', { class: 'swatch', 'aria-hidden': 'true' });
  const { x, width } = images[signOf(status)];
  element.style.background = `${MISSING_COLOUR} url("${SPRITE}@2x.png") ${(-x / width) * SIDE}px 0`;
  element.style.backgroundSize = `auto ${SIDE}px`;
  return element;
}
