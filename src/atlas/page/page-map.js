/** The small map of an API page: the collection's tiles, the districts that the page names drawn stronger. */
import { Map as MapView } from './maplibre/maplibre-gl.mjs';

const element = document.getElementById('map');
const { tilejson, layer, bounds } = element.dataset;
const [west, south, east, north] = bounds.split(',').map(Number);
const keys = [...document.querySelectorAll('[data-key]')].map((each) => each.dataset.key);
const named = ['in', ['get', 'key'], ['literal', keys]];
const shown = keys.length > 0 ? named : true;

try {
  const view = new MapView({
    container: element,
    style: {
      version: 8,
      sources: { districts: { type: 'vector', url: tilejson } },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': '#f7f6f2' } },
        {
          id: 'fill',
          type: 'fill',
          source: 'districts',
          'source-layer': layer,
          paint: { 'fill-color': '#175c6b', 'fill-opacity': ['case', shown, 0.35, 0.06] },
        },
        {
          id: 'line',
          type: 'line',
          source: 'districts',
          'source-layer': layer,
          paint: { 'line-color': '#175c6b', 'line-width': 0.6 },
        },
      ],
    },
    bounds: [
      [west, south],
      [east, north],
    ],
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: true,
  });
  view.once('idle', () => {
    element.dataset.ready = 'true';
  });
} catch {
  // Without WebGL the page is complete without its map.
  element.remove();
}
