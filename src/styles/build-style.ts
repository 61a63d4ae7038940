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
 * Layers from the ground up: grey where there is no value, patterns on it that say why, classes, outlines, names.
 *
 * Attributes without a value are left out of tiles, so `has` tells the two apart. Names have no glyphs: they are drawn with the
 * fonts of the device, since a style that names a glyph server sends its readers to it.
 */
export function buildLayers(legend: Legend, names: ChoroplethNames): LayerDocument[] {
  const areas = { source: SOURCE, 'source-layer': names.areas };
  return [
    {
      id: 'missing',
      type: 'fill',
      ...areas,
      filter: ['!', ['has', names.number]],
      paint: { 'fill-color': MISSING_COLOUR },
    },
    ...MISSING_STATUSES.map(
      (status): LayerDocument => ({
        id: patternOf(status),
        type: 'fill',
        ...areas,
        filter: ['==', ['get', names.status], status],
        paint: { 'fill-pattern': patternOf(status) },
      }),
    ),
    {
      id: 'classes',
      type: 'fill',
      ...areas,
      filter: ['has', names.number],
      paint: { 'fill-color': colourBy(legend, ['get', names.number]) },
    },
    {
      id: 'outlines',
      type: 'line',
      ...areas,
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

function colourBy({ method, classes }: Legend, number: unknown[]): unknown {
  if (classes.length === 0) return MISSING_COLOUR;
  if (method === 'categories') {
    return ['match', number, ...classes.flatMap(({ upper, colour }) => [upper, colour]), MISSING_COLOUR];
  }
  const [lowest, ...others] = classes;
  if (others.length === 0) return lowest!.colour;
  return [
    'step',
    number,
    lowest!.colour,
    ...others.flatMap(({ lower, colour }) => [nextAbove(lower), colour]),
  ];
}

/** The smallest number above: `step` begins with its stop, but a value equal to a break is in the class below. */
function nextAbove(number: number): number {
  if (number === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([number]).buffer);
  bits[0]! += number > 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0]!;
}
