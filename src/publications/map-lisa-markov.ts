/** A LISA Markov chain as features: the way of each district through the quadrants of the Moran plot. */
import { divergingRamp } from '../indicators/ramps.ts';
import type { Label } from '../label.ts';
import { type DistrictAnalysis, mapDistricts } from './district-analysis.ts';
import { attribute, classAttribute, type MapContext, type MappedResult, noResult } from './mapped-result.ts';

interface Path {
  quadrants: (string | null)[];
  moves: number;
  pairs: number;
}

const TITLES: Record<string, Label> = {
  'high-high': { de: 'über dem Mittel, Nachbarn darüber', en: 'above the mean, neighbours above' },
  'high-low': { de: 'über dem Mittel, Nachbarn darunter', en: 'above the mean, neighbours below' },
  none: { de: 'auf dem Mittel', en: 'at the mean' },
  'low-high': { de: 'unter dem Mittel, Nachbarn darüber', en: 'below the mean, neighbours above' },
  'low-low': { de: 'unter dem Mittel, Nachbarn darunter', en: 'below the mean, neighbours below' },
};

/** Maps the result; classes are those of the last period. They are no findings, so they have the hues of context. */
export function mapLisaMarkov(result: DistrictAnalysis<Path>, context: MapContext): MappedResult {
  const colours = divergingRamp(2, true, 2, 0).reverse();
  const classes = [
    ...Object.entries(TITLES).map(([value, title], i) => ({
      value,
      title,
      colour: colours[i]!,
      pattern: null,
    })),
    noResult('missing', { de: 'keine Angabe', en: 'no value' }, null),
  ];
  return mapDistricts(
    result,
    context,
    0,
    [
      classAttribute(classes),
      attribute('path', 'string', 'Quadranten je Zeitraum', 'Quadrants by period'),
      attribute('moves', 'integer', 'Wechsel', 'Moves', { unit: 'count' }),
      attribute('pairs', 'integer', 'Paare von Zeiträumen', 'Pairs of periods', { unit: 'count' }),
    ],
    ({ quadrants, moves, pairs }) => ({
      status: quadrants.at(-1) ? 'ok' : 'not_available',
      reason: null,
      class: quadrants.at(-1) ?? 'missing',
      path: quadrants.map((quadrant) => quadrant ?? '-').join(' '),
      moves,
      pairs,
    }),
  );
}
