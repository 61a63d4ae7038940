// What is on display, kept in the address so that a view can be linked: #c=…&l=…&p=…&d=…

const NAMES = {
  collection: 'c',
  layer: 'l',
  indicator: 'i',
  index: 'x',
  statistic: 's',
  period: 'p',
  common: 'k',
  outlines: 'o',
  district: 'd',
  cluster: 'g',
};

/** The view that the address asks for; absent parts are null. */
export function readAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(NAMES).map(([name, short]) => [name, parameters.get(short)]));
}

/**
 * Writes the view to the address.
 * @param {object} view
 * @param {boolean} step whether the back button shall return to what was on display before
 */
export function writeAddress(view, step) {
  const parts = Object.entries(NAMES).filter(([name]) => view[name] !== null);
  const hash = `#${new URLSearchParams(parts.map(([name, short]) => [short, view[name]]))}`;
  if (hash === location.hash) return;
  if (step) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
}
