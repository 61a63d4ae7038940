// Outlines of clusters above the choropleth.

const NOTHING = { type: 'FeatureCollection', features: [] };

/** Violet is no colour of a class, and the light casing keeps it apart from dark ones. */
const COLOUR = '#4a1e8f';
const CASING = '#ffffff';

/** The lowest layer of the outlines: choropleths go below it. */
export const LOWEST = 'outline-casing';

/**
 * Adds the layers of the outlines, empty at first.
 * @param {import('maplibre-gl').Map} view
 */
export function addOutlines(view) {
  view.addSource('outlines', { type: 'geojson', data: NOTHING, promoteId: 'id', tolerance: 0.1 });
  const strong = ['any', state('marked'), state('hovered')];
  view.addLayer({
    id: LOWEST,
    type: 'line',
    source: 'outlines',
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': CASING,
      'line-opacity': 0.85,
      'line-width': ['case', strong, 7, 4.5],
    },
  });
  view.addLayer({
    id: 'outline',
    type: 'line',
    source: 'outlines',
    layout: { 'line-join': 'round' },
    paint: { 'line-color': COLOUR, 'line-width': ['case', strong, 4, 2] },
  });

  let shown = NOTHING;
  const kept = { marked: null, hovered: null };

  /** Draws other clusters. @param {object | null} clusters GeoJSON, null for none */
  function show(clusters) {
    if ((clusters ?? NOTHING) === shown) return;
    shown = clusters ?? NOTHING;
    for (const name of Object.keys(kept)) set(name, null);
    view.getSource('outlines').setData(shown);
  }

  /** Draws one cluster stronger, for as long as it is `marked` or `hovered`. */
  function set(name, id) {
    if (kept[name] === id) return;
    if (kept[name] !== null) view.removeFeatureState({ source: 'outlines', id: kept[name] }, name);
    if (id !== null) view.setFeatureState({ source: 'outlines', id }, { [name]: true });
    kept[name] = id;
  }

  return { show, mark: (id) => set('marked', id), hover: (id) => set('hovered', id) };
}

function state(name) {
  return ['boolean', ['feature-state', name], false];
}
