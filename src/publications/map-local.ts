/** Local statistics as features: local Moran's I, Getis-Ord and local Geary's C. */
import type { components } from '../../openapi/generated/types.ts';
import { labelOf } from '../analyses/local-moran-labels.ts';
import type { Attribute, AttributeValue } from '../districts/attribute.ts';
import type { Polarity } from '../indicators/indicator.ts';
import { divergingRamp } from '../indicators/ramps.ts';
import type { Label } from '../label.ts';
import { labelOfClass } from '../processes/tasks/class-labels.ts';
import { type DistrictAnalysis, type DistrictValues, mapDistricts } from './district-analysis.ts';
import {
  attribute,
  classAttribute,
  commonAttributes,
  jointPolarity,
  type MapContext,
  type MappedResult,
  noResult,
  spanOf,
  statusCells,
  valueAttribute,
} from './mapped-result.ts';

/** What both kinds of results say of a test. */
const TEST: Attribute[] = [
  attribute('expectation', 'number', 'Erwartungswert', 'Expectation'),
  attribute('variance', 'number', 'Varianz', 'Variance'),
  attribute('z_score', 'number', 'z-Wert der Statistik', 'z-score of the statistic'),
  attribute('analytic_p', 'number', 'p-Wert der Normalnäherung', 'p-value of the normal approximation'),
  attribute('ge', 'integer', 'Anordnungen mit größerem oder gleichem Wert', 'Arrangements at least as great'),
  attribute('le', 'integer', 'Anordnungen mit kleinerem oder gleichem Wert', 'Arrangements at most as great'),
  attribute('p', 'number', 'p-Wert', 'p-value'),
  attribute('p_standard_error', 'number', 'Standardfehler des p-Werts', 'Standard error of p'),
  attribute('q', 'number', 'q-Wert (Falscherkennungsrate)', 'q-value (false discovery rate)'),
  attribute('neighbours', 'integer', 'Nachbarn', 'Neighbours', { unit: 'count' }),
];

interface Tested {
  key: string;
  name: string;
  expectation: number | null;
  variance: number | null;
  zScore: number | null;
  analyticP: number | null;
  ge: number | null;
  le: number | null;
  p: number | null;
  pStandardError: number | null;
  q: number | null;
  significant: boolean | null;
  neighbours: number | null;
}

function testCells(own: Tested) {
  const { expectation, variance, ge, le, p, q, neighbours } = own;
  return {
    expectation,
    variance,
    z_score: own.zScore,
    analytic_p: own.analyticP,
    ge,
    le,
    p,
    p_standard_error: own.pStandardError,
    q,
    neighbours,
  };
}

/** Class of a district that does not stand out, beside those of districts without a test. */
const NOT_SIGNIFICANT = 'not_significant';

/** The classes of a statistic: what stands out, then what does not, then what was not tested. */
function classesOf(
  found: readonly { value: string; colour: string }[],
  middle: string,
  titleOf: (name: string | null, status: 'tested' | 'island' | 'not_tested' | 'missing') => Label,
): AttributeValue[] {
  return [
    ...found.map(({ value, colour }) => ({ value, colour, title: titleOf(value, 'tested'), pattern: null })),
    { value: NOT_SIGNIFICANT, colour: middle, title: titleOf(null, 'tested'), pattern: null },
    noResult('island', titleOf(null, 'island'), 'not_assessed'),
    noResult('not_tested', titleOf(null, 'not_tested'), 'not_assessed'),
    noResult('missing', titleOf(null, 'missing'), null),
  ];
}

/** Local Moran's I. */
export function mapLocalMoran(
  { features, analysis }: components['schemas']['LocalMoranResult'],
  { catalog }: MapContext,
): MappedResult {
  const { indicator, unit } = analysis;
  const polarity = catalog.indicators.get(indicator)?.polarity ?? 0;
  const [lowLow, lowHigh, middle, highLow, highHigh] = divergingRamp(2, true, 2, polarity) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const classes = classesOf(
    [
      { value: 'high-high', colour: highHigh },
      { value: 'high-low', colour: highLow },
      { value: 'low-high', colour: lowHigh },
      { value: 'low-low', colour: lowLow },
    ],
    middle,
    (name, status) => {
      const say = (language: 'de' | 'en'): string => labelOf(name as never, name !== null, status, language);
      return { de: say('de'), en: say('en') };
    },
  );
  const statusOf = statusCells(analysis.excluded);
  const period = spanOf([analysis.period]);
  return {
    collection: analysis.collection,
    boundaryVersion: analysis.boundaryVersion,
    indicators: [indicator],
    polarity,
    attributes: [
      classAttribute(classes),
      ...commonAttributes(catalog),
      valueAttribute(catalog, 'value', indicator, unit),
      attribute('z', 'number', 'z-Wert', 'z-score', { unit: 'standard deviations' }),
      attribute('lag', 'number', 'Mittel der z-Werte der Nachbarn', 'Mean z-score of the neighbours'),
      attribute('i', 'number', 'Lokales Moran-I', "Local Moran's I"),
      ...TEST,
    ],
    period,
    features: features.map(({ properties: own }) => ({
      key: own.key,
      name: own.name,
      members: [own.key],
      cells: {
        class: classOf(own.quadrant, own, own.value !== null),
        period: period.id,
        ...statusOf(own.key),
        // An estimated value is tested like others.
        status: own.status,
        reason: own.reason,
        value: own.value,
        z: own.z,
        lag: own.lag,
        i: own.i,
        ...testCells(own),
      },
    })),
    statement: analysis,
  };
}

/** Untested are districts without a value, without neighbours, or all where nothing could be tested. */
function classOf(name: string | null, own: Tested, valued: boolean): string {
  if (own.significant && name !== null && name !== 'none') return name;
  if (own.significant !== null) return NOT_SIGNIFICANT;
  if (!valued) return 'missing';
  return own.neighbours === 0 ? 'island' : 'not_tested';
}

interface LocalProperties extends Tested {
  values: DistrictValues;
  status: 'tested' | 'island' | 'missing' | 'not_tested';
  statistic: number | null;
  class: string | null;
}

/** Getis-Ord Gi and Gi*, local Geary's C of one or several indicators. */
export function mapLocalStatistic(
  result: DistrictAnalysis<LocalProperties>,
  context: MapContext,
): MappedResult {
  const { catalog, inputs } = context;
  const { indicators } = result.analysis;
  const polarity = jointPolarity(
    catalog,
    indicators.map(({ indicator }) => indicator),
  );
  const { found, middle } = 'statistic' in inputs ? spotClasses(polarity) : gearyClasses(polarity);
  const classes = classesOf(found, middle, (name, status) => {
    const say = (language: 'de' | 'en'): string => labelOfClass(name ?? '', name !== null, status, language);
    return { de: say('de'), en: say('en') };
  });
  const nameOf = (code: string): string => (indicators.length === 1 ? 'value' : `value_${code}`);
  return mapDistricts(
    result,
    context,
    polarity,
    [
      classAttribute(classes),
      ...indicators.map(({ indicator, unit }) => valueAttribute(catalog, nameOf(indicator), indicator, unit)),
      attribute('statistic', 'number', 'Statistik', 'Statistic'),
      ...TEST,
    ],
    (own) => ({
      class: own.status === 'tested' ? classOf(own.class, own, true) : own.status,
      ...Object.fromEntries(
        indicators.map(({ indicator }) => [nameOf(indicator), own.values[indicator] ?? null]),
      ),
      statistic: own.statistic,
      ...testCells(own),
    }),
  );
}

interface Palette {
  found: { value: string; colour: string }[];
  middle: string;
}

function spotClasses(polarity: Polarity): Palette {
  const [low, middle, high] = divergingRamp(1, true, 1, polarity) as [string, string, string];
  return {
    found: [
      { value: 'high', colour: high },
      { value: 'low', colour: low },
    ],
    middle,
  };
}

/** Likeness and unlikeness are neither good nor bad: they have the hues of context. */
function gearyClasses(polarity: Polarity): Palette {
  const [low, middle, high] = divergingRamp(1, true, 1, polarity) as [string, string, string];
  const [unlike, , alike] = divergingRamp(2, true, 2, 0).slice(1, 4) as [string, string, string];
  return {
    found: [
      { value: 'high-high', colour: high },
      { value: 'low-low', colour: low },
      { value: 'positive', colour: alike },
      { value: 'negative', colour: unlike },
    ],
    middle,
  };
}
