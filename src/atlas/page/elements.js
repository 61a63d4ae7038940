// Building pieces of the page; text is always set as text, so nothing from the data becomes markup.

const SVG = 'http://www.w3.org/2000/svg';

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Makes an HTML element.
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Makes an SVG element. */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A small square in a colour; set by script, since the page's policy allows no style attributes. */
export function swatch(colour) {
  const element = make('span', { class: 'swatch', 'aria-hidden': 'true' });
  element.style.backgroundColor = colour;
  return element;
}
