/** A MapLibre style (specification version 8) of one indicator as a choropleth. */
import type { components } from '../../openapi/generated/types.ts';
import type { Legend } from './legend.ts';
import { MISSING_COLOUR, MISSING_STATUSES } from './missing.ts';
import { patternOf } from './sprite.ts';

type LayerDocument = components['schemas']['Style']['layers'][number];

/** Names of a choropleth's layers in the tiles and of its attributes. */
export interface ChoroplethNames {
  /** Layer of the areas. */
  areas: string;
  /** Layer of the label points. */
  labels: string;
  /** Attribute with the number. */
  number: string;
  /** Attribute with the status. */
  status: string;
}

/** Name of the only source. */
export const SOURCE = 'districts';

const OUTLINE = '#6b6b66';
const TEXT = '#26262a';
const HALO = '#ffffff';

/**
 * Layers from the ground up: grey, seen where there is no value, patterns on it that say why, one layer for each class, outlines,
 * names.
 *
 * Classes are filters with one colour each rather than one expression of steps, which QGIS 3.22 leaves blank. Names have no
 * glyphs: they are drawn with the fonts of the device, since a style that names a glyph server sends its readers to it.
 */
export function buildLayers(legend: Legend, names: ChoroplethNames): LayerDocument[] {
  const areas = { source: SOURCE, 'source-layer': names.areas };
  return [
    { id: 'missing', type: 'fill', ...areas, paint: { 'fill-color': MISSING_COLOUR } },
    ...MISSING_STATUSES.map(
      (status): LayerDocument => ({
        id: patternOf(status),
        type: 'fill',
        ...areas,
        filter: ['==', ['get', names.status], status],
        paint: { 'fill-pattern': patternOf(status) },
      }),
    ),
    ...legend.classes.map(
      ({ colour }, i): LayerDocument => ({
        id: `class-${i + 1}`,
        type: 'fill',
        ...areas,
        filter: withinClass(legend, i, names.number),
        paint: { 'fill-color': colour },
      }),
    ),
    ...frameLayers(names),
  ];
}

/** Outlines and names, which lie on whatever is coloured. */
export function frameLayers(names: Pick<ChoroplethNames, 'areas' | 'labels'>): LayerDocument[] {
  return [
    {
      id: 'outlines',
      type: 'line',
      source: SOURCE,
      'source-layer': names.areas,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': OUTLINE,
        'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.3, 13, 1.2],
      },
    },
    {
      id: 'names',
      type: 'symbol',
      source: SOURCE,
      'source-layer': names.labels,
      layout: {
        'text-field': ['get', 'name'],
        'text-font': ['sans-serif'],
        'text-size': ['interpolate', ['linear'], ['zoom'], 9, 10, 14, 15],
        'text-max-width': 8,
      },
      paint: { 'text-color': TEXT, 'text-halo-color': HALO, 'text-halo-width': 1.5 },
    },
  ];
}

/**
 * Which values are in a class: above its lower limit, up to its upper one. The lowest and the highest take what lies beyond.
 * Attributes without a value are left out of tiles.
 */
function withinClass({ method, classes }: Legend, i: number, name: string): unknown[] {
  const { lower, upper } = classes[i]!;
  const number = ['get', name];
  if (method === 'categories') return ['==', number, upper];
  return [
    'all',
    ['has', name],
    ...(i === 0 ? [] : [['>', number, lower]]),
    ...(i === classes.length - 1 ? [] : [['<=', number, upper]]),
  ];
}
