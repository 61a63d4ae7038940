// What is on display, kept in the address so that a view can be linked: #c=…&i=…&p=…&k=…&d=…

const NAMES = { collection: 'c', indicator: 'i', period: 'p', common: 'k', district: 'd' };

/** The view that the address asks for; absent parts are null. */
export function readAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(NAMES).map(([name, short]) => [name, parameters.get(short)]));
}

/** Writes the view to the address without adding to the history. */
export function writeAddress(view) {
  const parts = Object.entries(NAMES).filter(([name]) => view[name] !== null);
  const hash = new URLSearchParams(parts.map(([name, short]) => [short, view[name]]));
  history.replaceState(null, '', `#${hash}`);
}
