import { byId, make } from './elements.js';
import { GPUInitializationError, Map as MapView, NavigationControl } from './maplibre/maplibre-gl.mjs'; // drawing
import { MISSING_COLOUR, SPRITE, signOf } from './missing-signs.js'; // how no value looks
import { addOutlines, LOWEST } from './outlines.js'; // of clusters

const GROUND = '#f7f6f2';

/**
 * The map: shapes come as tiles once per collection and boundary version; colours are states of
 * the features, so a change of indicator or period loads no shape.
 *
 * @param {{ onChoose: (key: string | null) => void, onHover: (key: string | null, point: object) => void }} callbacks
 */
export function openMap(callbacks) {
  try {
    return wireMap(makeView(), callbacks);
  } catch (error) {
    if (error instanceof GPUInitializationError) return goWithoutMap();
    throw error;
  }
}

/** The page without WebGL: the table and the details still work. */
function goWithoutMap() {
  const text =
    'Dieser Browser kann die Karte nicht zeichnen (WebGL 2 fehlt). Alle Werte stehen in der Tabelle.';
  byId('map').replaceChildren(make('p', { class: 'apology' }, text));
  const nothing = () => {};
  return {
    loaded: Promise.resolve(),
    showShapes: nothing,
    readDistricts: () => [],
    paint: nothing,
    mark: nothing,
    outline: nothing,
    markOutline: nothing,
    hoverOutline: nothing,
    placeOf: () => null,
    keyOf: () => null,
    project: nothing,
    settle: nothing,
  };
}

function makeView() {
  const view = new MapView({
    container: 'map',
    style: {
      version: 8,
      sprite: SPRITE,
      sources: {},
      layers: [{ id: 'ground', type: 'background', paint: { 'background-color': GROUND } }],
    },
    center: [10.3, 51.2],
    zoom: 5,
    maxZoom: 16,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    // Tiles of the service never change; those of a file stay as they are while the page is open.
    refreshExpiredTiles: false,
    locale: { 'NavigationControl.ZoomIn': 'Vergrößern', 'NavigationControl.ZoomOut': 'Verkleinern' },
  });
  view.touchZoomRotate.disableRotation();
  view.keyboard.disableRotation();
  view.addControl(new NavigationControl({ showCompass: false }), 'top-left');
  return view;
}

function wireMap(view, { onChoose, onHover }) {
  let outlines = null;
  const loaded = new Promise((resolve) => view.once('load', resolve)).then(() => {
    outlines = addOutlines(view);
  });

  let shapes = '';
  let layer = '';
  let painted = [];
  let missing = '';
  let marked = null;

  const at = (key) => ({ source: 'districts', sourceLayer: layer, id: key });

  view.on('mousemove', 'fill', (event) => {
    view.getCanvas().style.cursor = 'pointer';
    onHover(event.features[0].properties.key, event.point);
  });
  view.on('mouseleave', 'fill', () => {
    view.getCanvas().style.cursor = '';
    onHover(null, null);
  });
  const keyAt = (point) => {
    const found = view.getLayer('fill') ? view.queryRenderedFeatures(point, { layers: ['fill'] }) : [];
    return found[0]?.properties.key ?? null;
  };
  view.on('click', (event) => onChoose(keyAt(event.point)));
  // By keyboard the arrows move the map below the cross in its middle.
  view.getCanvas().addEventListener('keydown', (event) => {
    if (event.key === 'Enter') onChoose(keyAt(view.project(view.getCenter())));
  });

  /**
   * Loads the shapes of a boundary version unless they are there.
   * @param {object} view with `shapes` and `parentShapes`, tile sources as MapLibre takes them
   */
  function showShapes({ collection, parent, boundary, shapes: tiles, parentShapes }) {
    const wanted = `${collection.id} ${boundary}`;
    if (wanted === shapes) return;
    for (const id of ['chosen', 'parents', 'borders', 'missing', 'fill'])
      if (view.getLayer(id)) view.removeLayer(id);
    for (const id of ['districts', 'parents']) if (view.getSource(id)) view.removeSource(id);
    const moved = !shapes.startsWith(`${collection.id} `);
    shapes = wanted;
    layer = collection.id;
    painted = [];
    missing = '';
    marked = null;
    const source = { source: 'districts', 'source-layer': layer };
    view.addSource('districts', { ...tiles, promoteId: 'key' });
    const below = (layer) => view.addLayer(layer, LOWEST);
    below({
      id: 'fill',
      type: 'fill',
      ...source,
      paint: {
        'fill-color': ['to-color', ['feature-state', 'colour'], MISSING_COLOUR],
        'fill-antialias': false,
      },
    });
    below({
      id: 'missing',
      type: 'fill',
      ...source,
      filter: false,
      paint: { 'fill-pattern': signOf('not_available') },
    });
    below({
      id: 'borders',
      type: 'line',
      ...source,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': '#ffffff',
        'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.4, 13, 1.4],
      },
    });
    if (parent) {
      view.addSource('parents', parentShapes);
      below({
        id: 'parents',
        type: 'line',
        source: 'parents',
        'source-layer': parent,
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': '#33363b',
          'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.3, 11, 1.2, 13, 1.8],
        },
      });
    }
    view.addLayer({
      id: 'chosen',
      type: 'line',
      ...source,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': '#0b0c0e',
        // Thin enough on a map of the whole city to leave a small district's colour.
        'line-width': ['interpolate', ['linear'], ['zoom'], 9, chosen(1.8), 12, chosen(3.5)],
      },
    });
    if (moved) view.fitBounds(collection.extent.spatial.bbox[0], { padding: 24, animate: false });
  }

  /** Colours the districts. */
  function paint({ observations }) {
    for (const key of painted) view.removeFeatureState(at(key), 'colour');
    painted = observations.filter((each) => each.class).map(({ district }) => district);
    for (const observation of observations) {
      if (observation.class)
        view.setFeatureState(at(observation.district), { colour: observation.class.colour });
    }
    showMissing(observations.filter((each) => !each.class));
  }

  /** Signs are patterns, and a pattern cannot be a state: the layer is told which districts have which. */
  function showMissing(observations) {
    const keysOf = Object.groupBy(observations, ({ status }) => status);
    const branches = Object.entries(keysOf).map(([status, group]) => [
      group.map((each) => each.district),
      signOf(status),
    ]);
    const wanted = JSON.stringify(branches);
    if (wanted === missing) return;
    missing = wanted;
    const keys = observations.map(({ district }) => district);
    view.setFilter('missing', ['in', ['get', 'key'], ['literal', keys]]);
    if (keys.length === 0) return;
    view.setPaintProperty('missing', 'fill-pattern', [
      'match',
      ['get', 'key'],
      ...branches.flat(),
      signOf('not_available'),
    ]);
  }

  /** Attributes of all districts in the tiles on the screen, each district once. */
  function readDistricts() {
    const features = view.querySourceFeatures('districts', { sourceLayer: layer });
    return [...new Map(features.map(({ properties }) => [properties.key, properties])).values()];
  }

  /** Where a district is labelled, as longitude and latitude; null where it is not on the screen. */
  function placeOf(key) {
    const labels = { sourceLayer: `${layer}_labels`, filter: ['==', ['get', 'key'], key] };
    return view.querySourceFeatures('districts', labels)[0]?.geometry.coordinates ?? null;
  }

  /** Pixel of a place on the map. */
  function project(place) {
    return view.project(place);
  }

  /** Outlines the chosen district. */
  function mark(key) {
    if (marked !== null) view.removeFeatureState(at(marked), 'chosen');
    if (key !== null) view.setFeatureState(at(key), { chosen: true });
    marked = key;
  }

  /** Resolves when everything that was asked for is on the screen. */
  function settle() {
    return new Promise((resolve) => {
      view.once('idle', resolve);
      view.triggerRepaint();
    });
  }

  return {
    loaded,
    showShapes,
    readDistricts,
    paint,
    mark,
    outline: (clusters) => outlines.show(clusters),
    markOutline: (id) => outlines.mark(id),
    hoverOutline: (id) => outlines.hover(id),
    placeOf,
    keyOf: (place) => keyAt(view.project(place)),
    project,
    settle,
  };
}

/** A width for the chosen district, none for the others. */
function chosen(width) {
  return ['case', ['boolean', ['feature-state', 'chosen'], false], width, 0];
}
