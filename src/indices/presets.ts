/** Index methods that are built in. Rules and weights are those of src/stats/indices; here they get indicators and words. */
import type { Label } from '../label.ts';
import type { IndexPreset } from '../stats/indices/index-presets.ts';
import { INDEX_PRESETS, isAttentionClass, OVERALL_CLASSES } from '../stats/indices/index-presets.ts';
import type {
  CombinedMethod,
  CompositeMethod,
  IndexClass,
  IndexDefinition,
  IndexPart,
} from './index-method.ts';

function both(de: string, en: string): Label & { en: string } {
  return { de, en };
}

function classOf(code: string, label: Label, standsOut = false): IndexClass {
  return { code, label, standsOut };
}

const STATUS_CLASSES = [
  classOf('high', both('hoch', 'high')),
  classOf('middle', both('mittel', 'middle')),
  classOf('low', both('niedrig', 'low'), true),
  classOf('very_low', both('sehr niedrig', 'very low'), true),
];
const DYNAMICS_CLASSES = [
  classOf('positive', both('positiv', 'positive')),
  classOf('stable', both('stabil', 'stable')),
  classOf('negative', both('negativ', 'negative'), true),
];

/** Equally many districts each; the last stands out. */
function groups(count: number, de: string, en: string): IndexClass[] {
  return Array.from({ length: count }, (_, k) =>
    classOf(
      String(k + 1),
      both(`${k + 1}. ${de} von ${count}`, `${en} ${k + 1} of ${count}`),
      k + 1 === count,
    ),
  );
}

/** A share of which more is worse. */
function worse(indicator: string, rest: Omit<IndexPart, 'indicator' | 'polarity'> = {}): IndexPart {
  return { indicator, polarity: -1, ...rest };
}

/** Of which more is better. */
function better(indicator: string): IndexPart {
  return { indicator, polarity: 1 };
}

type Words = Pick<IndexDefinition, 'label' | 'description' | 'indicators' | 'leastIndicators' | 'areas'> & {
  labels: IndexClass[];
};

/** A preset of the engine with indicators and words. */
function define({ id, version, source, method, classes }: IndexPreset, words: Words): CompositeMethod {
  const { labels, ...rest } = words;
  const { scoring, rescale } = method;
  return {
    kind: 'composite',
    authority: null,
    definition: {
      id,
      version,
      source,
      ...rest,
      method: {
        scoring: scoring.kind,
        ...('spread' in scoring && { spread: scoring.spread }),
        ...('points' in scoring && { points: scoring.points }),
        ...(rescale && { rescale }),
      },
      classes:
        classes.kind === 'limits'
          ? { kind: 'limits', limits: classes.limits.map((limit) => ({ ...limit })), labels }
          : { ...breaksOf(classes.method), closed: classes.closed, labels },
    },
  };
}

function breaksOf(method: { kind: string; classes?: number }): { kind: 'quantile'; count: number } {
  if (method.kind !== 'quantile' || method.classes === undefined)
    throw new RangeError(`Got ${method.kind}, expected quantiles.`);
  return { kind: 'quantile', count: method.classes };
}

/** Berlin stopped collecting long-term unemployment after the edition of 2017. */
const LAST_WITH_FOUR = 2017;

/** Small areas say little; Hamburg's threshold. */
const AT_LEAST_300: IndexDefinition['areas'] = {
  minimum: {
    indicator: 'dem_pop',
    least: 300,
    reason: {
      code: 'population_below_300',
      label: both('weniger als 300 Einwohnerinnen und Einwohner', 'fewer than 300 residents'),
    },
  },
};

/** Notions that no index can do without agreeing on; which of them a town has differs. */
const ADVERSE = [
  worse('lab_unempl'),
  worse('pov_child'),
  worse('pov_old_age'),
  worse('hh_single_parent'),
  worse('mss_s1'),
  worse('mss_s3'),
  worse('mss_s4'),
];

const HAMBURG_SHARES = [
  'lab_unempl',
  'pov_sgb2_quota',
  'pov_child',
  'pov_old_age',
  'hh_children_single_parent',
  'hh_single_parent',
  'edu_no_degree',
];

/** Domains of the English indices with one indicator for each, in the order of the preset's weights. */
const IMD_DOMAINS = [
  worse('pov_minimum_income'),
  worse('lab_unempl'),
  worse('edu_no_degree'),
  worse('hlt_premature_death'),
  worse('saf_neighbourhood_crime'),
  better('inf_walk_gp'),
  worse('env_noise'),
];

/** All built-in composite indices. */
export const COMPOSITE_PRESETS: readonly CompositeMethod[] = [
  define(INDEX_PRESETS.mssStatus, {
    label: both('Status-Index (MSS Berlin)', 'Status index (MSS Berlin)'),
    description: both(
      'Summe der z-Werte der Anteile, neu standardisiert. Bewertet werden Gebiete, deren Anteile vorliegen; Gebiete unter 300 Einwohnerinnen und Einwohnern und Ausreißer bewertet schon die Quelle nicht. Langzeitarbeitslosigkeit (S2) zählt bis 2017.',
      'Sum of the z-scores of the shares, standardised again. Areas are rated where their shares are there; areas below 300 residents and outliers are not assessed by the source itself. Long-term unemployment (S2) counts up to 2017.',
    ),
    indicators: [
      worse('mss_s1'),
      worse('mss_s2', { until: LAST_WITH_FOUR }),
      worse('mss_s3'),
      worse('mss_s4'),
    ],
    labels: STATUS_CLASSES,
  }),
  define(INDEX_PRESETS.mssDynamics, {
    label: both('Dynamik-Index (MSS Berlin)', 'Dynamics index (MSS Berlin)'),
    description: both(
      'Wie der Status-Index, aus den Veränderungen der Anteile in zwei Jahren. Verglichen wird mit der Gesamtstadt: „stabil“ heißt, dass sich ein Gebiet wie die Stadt verändert hat.',
      'As the status index, from the changes of the shares over two years. Areas are compared with the whole city: “stable” means that an area changed as the city did.',
    ),
    indicators: [
      worse('mss_d1'),
      worse('mss_d2', { until: LAST_WITH_FOUR }),
      worse('mss_d3'),
      worse('mss_d4'),
    ],
    labels: DYNAMICS_CLASSES,
  }),
  define(INDEX_PRESETS.hamburgStatus, {
    label: both('Status-Index nach Hamburger Art', 'Hamburg-style status index'),
    description: both(
      'Summe der z-Werte der Aufmerksamkeitsindikatoren, die es gibt. Der Migrationshintergrund bleibt außen vor: er ist Kontext und kein Problem.',
      'Sum of the z-scores of the attention indicators that there are. Migration background is left out: it is context and no problem.',
    ),
    indicators: HAMBURG_SHARES.map((code) => worse(code)),
    leastIndicators: 3,
    areas: AT_LEAST_300,
    labels: STATUS_CLASSES,
  }),
  define(INDEX_PRESETS.hamburgDynamics, {
    label: both('Dynamik-Index nach Hamburger Art', 'Hamburg-style dynamics index'),
    description: both(
      'Wie der Status-Index, aus den Veränderungen in drei Jahren.',
      'As the status index, from the changes over three years.',
    ),
    indicators: HAMBURG_SHARES.map((code) => worse(code, { changeYears: 3 })),
    leastIndicators: 3,
    areas: AT_LEAST_300,
    labels: DYNAMICS_CLASSES,
  }),
  define(INDEX_PRESETS.quintilePoints, {
    label: both('Quintilpunkte', 'Quintile points'),
    description: both(
      'Je Indikator 1 bis 5 Punkte nach Fünfteln, summiert. Leicht zu erklären, an den Grenzen unruhig.',
      '1 to 5 points per indicator by fifths, summed. Easy to explain, unstable at the borders.',
    ),
    indicators: ADVERSE,
    leastIndicators: 3,
    labels: groups(5, 'Fünftel', 'fifth'),
  }),
  define(INDEX_PRESETS.nzdep, {
    label: both('Benachteiligungsindex nach neuseeländischer Art', 'NZDep-style index'),
    description: both(
      'Erste Hauptkomponente, Mittel 1000, Standardabweichung 100, Zehntel. Eine Rangfolge: Abstände sagen wenig.',
      'First principal component, mean 1000, deviation 100, tenths. An order: distances say little.',
    ),
    indicators: ADVERSE,
    leastIndicators: 3,
    labels: groups(10, 'Zehntel', 'tenth'),
  }),
  define(INDEX_PRESETS.imd, {
    label: both('Mehrfachbenachteiligung nach englischer Art', 'IMD-style index'),
    description: both(
      'Ränge je Lebensbereich, exponentiell gewichtet: ein gutes Ergebnis in einem Bereich gleicht ein schlechtes kaum aus.',
      'Ranks by domain, transformed exponentially: a good result in one domain hardly offsets a bad one.',
    ),
    indicators: IMD_DOMAINS.map((part, j) => ({ ...part, weight: INDEX_PRESETS.imd.weights[j]! })),
    leastIndicators: 3,
    labels: groups(10, 'Zehntel', 'tenth'),
  }),
];

/** Berlin's overall index; `none` is no class. */
const OVERALL = OVERALL_CLASSES.slice(1).map((code) =>
  classOf(
    code,
    both(
      `Status ${STATUS_CLASSES[Number(code[0]) - 1]!.label.de}, Dynamik ${wordOf(code).de}`,
      `status ${STATUS_CLASSES[Number(code[0]) - 1]!.label.en}, dynamics ${wordOf(code).en}`,
    ),
    isAttentionClass(code),
  ),
);

function wordOf(code: string): Label {
  return DYNAMICS_CLASSES['+±−'.indexOf(code[1]!)]!.label;
}

/** Status and dynamics side by side. */
export const COMBINED_PRESETS: readonly CombinedMethod[] = [
  {
    kind: 'combination',
    authority: null,
    definition: {
      id: 'mss',
      version: '1.0.0',
      label: both(
        'Gesamtindex Soziale Ungleichheit (MSS Berlin)',
        'Overall index of social inequality (MSS Berlin)',
      ),
      description: both(
        'Status und Dynamik nebeneinander, 4 × 3 Klassen. Auffällig sind die Gebiete mit besonderem Aufmerksamkeitsbedarf: 4+, 4±, 4− und 3−.',
        'Status and dynamics side by side, 4 × 3 classes. The areas of special attention stand out: 4+, 4±, 4− and 3−.',
      ),
      source: INDEX_PRESETS.mssStatus.source,
      status: 'mss-status',
      dynamics: 'mss-dynamics',
      classes: OVERALL,
    },
  },
  {
    kind: 'combination',
    authority: null,
    definition: {
      id: 'hamburg-style',
      version: '1.0.0',
      label: both('Gesamtindex nach Hamburger Art', 'Hamburg-style overall index'),
      description: both(
        'Status und Dynamik nebeneinander, 4 × 3 Klassen.',
        'Status and dynamics side by side.',
      ),
      source: INDEX_PRESETS.hamburgStatus.source,
      status: 'hamburg-style-status',
      dynamics: 'hamburg-style-dynamics',
      classes: OVERALL,
    },
  },
];
