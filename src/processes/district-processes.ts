/** Processes on columns of districts. */
import { findSubject, metricSrid, unknown } from '../analyses/find-subject.ts';
import { LOCAL_MORAN_VERSION, type LocalMoranInputs, runLocalMoran } from '../analyses/run-local-moran.ts';
import { columnsOf, compareIds } from '../catalog/catalog.ts';
import { requireBoundary } from '../catalog/resolve-boundary.ts';
import { statusAt } from '../indicators/column.ts';
import { parsePeriod } from '../indicators/period.ts';
import { textOf } from '../label.ts';
import { Problem } from '../problem.ts';
import { VERSION } from '../version.ts';
import {
  ALPHA,
  COLLECTION,
  DATETIME,
  INDICATOR,
  INDICATORS,
  PERIOD,
  PERMUTATIONS,
  SEED,
  WEIGHTS,
} from './common-inputs.ts';
import { type ChosenColumns, contiguityTime, loadUnits, type UnitsInputs } from './load-units.ts';
import { type Process, type ProcessContext, type ProcessOutput, workInThread } from './process.ts';
import type { InterpolationInput } from './tasks/areal-interpolation-task.ts';
import type { GlobalInput } from './tasks/global-task.ts';
import type { HotSpotsInput } from './tasks/hot-spots-task.ts';
import type { LisaMarkovInput } from './tasks/lisa-markov-task.ts';
import type { LocalStatisticInput } from './tasks/local-statistic-task.ts';
import type { RegionaliseInput } from './tasks/regionalise-task.ts';

const GEOJSON = 'application/geo+json';
const JSON_TYPE = 'application/json';

const task = (name: string): URL => new URL(`./tasks/${name}-task.ts`, import.meta.url);

/** Districts as features, with the statement of method. */
const DISTRICTS: Record<string, ProcessOutput> = {
  result: {
    title: { de: 'Ergebnis', en: 'Result' },
    description: {
      de: 'Alle Gebiete als GeoJSON; analysis nennt Methode, Angaben, Ausschlüsse mit Gründen und Warnungen.',
      en: 'All districts as GeoJSON; analysis states method, parameters, exclusions with reasons and warnings.',
    },
    schema: {
      type: 'object',
      contentMediaType: GEOJSON,
      required: ['type', 'features', 'analysis'],
      properties: {
        type: { type: 'string', enum: ['FeatureCollection'] },
        features: { type: 'array', items: { type: 'object' } },
        analysis: { type: 'object' },
      },
    },
  },
};

/** Per arrangement and district, by kind of statistic. */
const MS_PER_DRAW = 4e-6;
const MS_PER_PROJECTED_DRAW = 2e-5;
/** Full shuffles of three statistics. */
const MS_PER_SHUFFLED = 6e-5;

interface LocalInputs extends UnitsInputs {
  indicator: string;
  period: string;
  permutations: number;
  seed: number;
  alpha: number;
}

const COLUMN = {
  collection: COLLECTION,
  indicator: INDICATOR,
  period: PERIOD,
  datetime: DATETIME,
  weights: WEIGHTS,
};
const TEST = { permutations: PERMUTATIONS, seed: SEED, alpha: ALPHA };

/** Local Moran's I: the analysis behind the fixed address, with the same bytes. */
export const localMoran: Process = {
  id: 'local-moran',
  version: LOCAL_MORAN_VERSION,
  title: { de: 'Lokales Moran-I', en: "Local Moran's I" },
  description: {
    de: 'Gebiete, deren Werte denen der Nachbarn mehr gleichen oder widersprechen, als der Zufall erwarten ließe.',
    en: 'Districts whose values resemble or contradict those of their neighbours more than chance would.',
  },
  keywords: ['LISA', 'cluster', 'outlier'],
  inputs: {
    ...COLUMN,
    weights: {
      ...WEIGHTS,
      description: {
        de: 'queen: gemeinsamer Punkt; Toleranz in Metern.',
        en: 'queen: a common point; tolerance in metres.',
      },
      schema: {
        type: 'object',
        required: ['type'],
        additionalProperties: false,
        properties: {
          type: { type: 'string', enum: ['queen'] },
          tolerance: { type: 'number', minimum: 0, maximum: 10, default: 0.01 },
        },
        default: { type: 'queen' },
      },
    },
    ...TEST,
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: LocalMoranInputs) {
    const { reader, catalog, day, language } = context;
    const { table } = await findSubject(reader, catalog, inputs, day);
    return {
      milliseconds: table.n * inputs.permutations * MS_PER_DRAW,
      async run(pool, signal) {
        const result = await runLocalMoran(reader, context, pool, inputs, language, signal);
        return Buffer.from(JSON.stringify(result));
      },
    };
  },
};

const getisOrd: Process = {
  id: 'getis-ord',
  version: '1.0.0',
  title: { de: 'Getis-Ord Gi und Gi*', en: 'Getis-Ord Gi and Gi*' },
  description: {
    de: 'Gebiete, um die sich hohe oder niedrige Werte häufen (Hot Spots, Cold Spots).',
    en: 'Districts around which high or low values lie together (hot spots, cold spots).',
  },
  keywords: ['hot spot', 'cold spot', 'cluster'],
  inputs: {
    ...COLUMN,
    statistic: {
      title: { de: 'Statistik', en: 'Statistic' },
      description: { de: 'gi-star zählt das Gebiet selbst mit.', en: 'gi-star counts the district itself.' },
      schema: { type: 'string', enum: ['gi-star', 'gi'], default: 'gi-star' },
      optional: true,
    },
    ...TEST,
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: LocalInputs & { statistic: 'gi' | 'gi-star' }) {
    const units = await loadUnits(context, getisOrd, inputs, [inputs]);
    const input: LocalStatisticInput = {
      ...testOf(inputs),
      units,
      statistic: { kind: inputs.statistic, variable: 0 },
      style: 'B',
      method: `Getis and Ord's ${inputs.statistic === 'gi' ? 'Gi' : 'Gi*'}, conditional permutation, ${inputs.weights.type} contiguity, binary weights`,
      reference: ['Ord & Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x', BENJAMINI_HOCHBERG],
    };
    const draws = units.keys.length * inputs.permutations * MS_PER_DRAW;
    return workInThread(task('local-statistic'), input, contiguityTime(units) + draws);
  },
};

const BENJAMINI_HOCHBERG = 'Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x';

const localGeary: Process = {
  id: 'local-geary',
  version: '1.0.0',
  title: { de: 'Lokales Geary-C', en: "Local Geary's C" },
  description: {
    de: 'Gebiete, die ihren Nachbarn in einer oder mehreren Kennzahlen ähnlicher oder unähnlicher sind, als der Zufall erwarten ließe.',
    en: 'Districts that are more alike or unlike their neighbours in one or several indicators than chance would have them.',
  },
  keywords: ['LISA', 'multivariate', 'cluster'],
  inputs: {
    collection: COLLECTION,
    indicators: INDICATORS,
    period: PERIOD,
    datetime: DATETIME,
    weights: WEIGHTS,
    ...TEST,
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: Omit<LocalInputs, 'indicator'> & { indicators: string[] }) {
    const units = await loadUnits(context, localGeary, inputs, columnsIn(inputs.indicators, inputs.period));
    const several = inputs.indicators.length > 1;
    const input: LocalStatisticInput = {
      ...testOf(inputs),
      units,
      statistic: several
        ? { kind: 'multivariate-geary', variables: inputs.indicators.map((_, v) => v) }
        : { kind: 'geary', variable: 0 },
      style: 'W',
      method: `Local Geary's C${several ? ' of several variables' : ''}, conditional permutation, ${inputs.weights.type} contiguity, row-standardised`,
      reference: [
        'Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x',
        'Anselin 2019, doi:10.1111/gean.12164',
        BENJAMINI_HOCHBERG,
      ],
    };
    const draws =
      units.keys.length * inputs.permutations * MS_PER_PROJECTED_DRAW * (1 + inputs.indicators.length);
    return workInThread(task('local-statistic'), input, contiguityTime(units) + draws);
  },
};

const globalAutocorrelation: Process = {
  id: 'global-autocorrelation',
  version: '1.0.0',
  title: { de: 'Globale räumliche Autokorrelation', en: 'Global spatial autocorrelation' },
  description: {
    de: 'Liegen auf der ganzen Karte ähnliche Werte beieinander? Moran-I, Geary-C und allgemeines G.',
    en: "Do similar values lie together on the whole map? Moran's I, Geary's C and general G.",
  },
  keywords: ['Moran', 'Geary', 'Getis-Ord'],
  inputs: {
    ...COLUMN,
    permutations: {
      ...PERMUTATIONS,
      schema: { type: 'integer', minimum: 99, maximum: 999_999, default: 9_999 },
    },
    seed: SEED,
  },
  outputs: {
    result: {
      title: { de: 'Ergebnis', en: 'Result' },
      description: { de: 'Drei Statistiken mit Tests.', en: 'Three statistics with tests.' },
      schema: {
        type: 'object',
        required: ['statistics', 'analysis'],
        properties: {
          statistics: { type: 'array', items: { type: 'object' } },
          analysis: { type: 'object' },
        },
      },
    },
  },
  mediaType: JSON_TYPE,
  async prepare(context: ProcessContext, inputs: LocalInputs) {
    const units = await loadUnits(context, globalAutocorrelation, inputs, [inputs]);
    const { permutations, seed } = inputs;
    const input: GlobalInput = { units, permutations, seed };
    const shuffles = units.keys.length * permutations * MS_PER_SHUFFLED;
    return workInThread(task('global'), input, contiguityTime(units) + shuffles);
  },
};

interface RegionaliseInputs extends UnitsInputs {
  indicators: string[];
  period: string;
  method: 'skater' | 'redcap' | 'azp';
  regions: number;
  minimumSize: number;
  seed: number;
}

const regionalise: Process = {
  id: 'regionalise',
  version: '1.0.0',
  title: { de: 'Regionen bilden', en: 'Regionalisation' },
  description: {
    de: 'Fasst benachbarte, einander ähnliche Gebiete zu zusammenhängenden Regionen zusammen.',
    en: 'Joins adjacent districts that are alike into connected regions.',
  },
  keywords: ['SKATER', 'REDCAP', 'AZP', 'regions'],
  inputs: {
    collection: COLLECTION,
    indicators: INDICATORS,
    period: PERIOD,
    datetime: DATETIME,
    weights: WEIGHTS,
    method: {
      title: { de: 'Verfahren', en: 'Method' },
      description: { de: 'skater, redcap oder azp.', en: 'skater, redcap or azp.' },
      schema: { type: 'string', enum: ['skater', 'redcap', 'azp'], default: 'skater' },
      optional: true,
    },
    regions: {
      title: { de: 'Zahl der Regionen', en: 'Number of regions' },
      description: { de: 'Gewünschte Zahl der Regionen.', en: 'Wanted number of regions.' },
      schema: { type: 'integer', minimum: 1, maximum: 1000 },
    },
    minimumSize: {
      title: { de: 'Mindestgröße', en: 'Minimum size' },
      description: { de: 'Gebiete je Region mindestens.', en: 'Least number of districts in a region.' },
      schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1 },
      optional: true,
    },
    seed: SEED,
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: RegionaliseInputs) {
    const units = await loadUnits(context, regionalise, inputs, columnsIn(inputs.indicators, inputs.period));
    const { method, regions, minimumSize, seed } = inputs;
    const input: RegionaliseInput = { units, method, regions, minimumSize, seed };
    const n = units.keys.length;
    const steps = method === 'skater' ? n * regions : method === 'redcap' ? n * n : 200 * n * regions;
    return workInThread(
      task('regionalise'),
      input,
      contiguityTime(units) + steps * inputs.indicators.length * 1e-4,
    );
  },
};

interface SeriesInputs extends UnitsInputs {
  indicator: string;
  from?: string;
  until?: string;
}

const SERIES = {
  collection: COLLECTION,
  indicator: INDICATOR,
  datetime: DATETIME,
  from: {
    ...PERIOD,
    title: { de: 'Erster Zeitraum', en: 'First period' },
    optional: true,
  },
  until: {
    ...PERIOD,
    title: { de: 'Letzter Zeitraum', en: 'Last period' },
    optional: true,
  },
  weights: WEIGHTS,
};

const emergingHotSpots: Process = {
  id: 'emerging-hot-spots',
  version: '1.0.0',
  title: { de: 'Entstehende Hot Spots', en: 'Emerging hot spots' },
  description: {
    de: 'Verlauf der Häufungen über die Zeiträume eines Gebietsstands: neu, dauerhaft, zunehmend, früher …',
    en: 'History of clusters over the periods of one boundary version: new, persistent, intensifying, historical …',
  },
  keywords: ['hot spot', 'trend', 'Mann-Kendall'],
  inputs: {
    ...SERIES,
    ...TEST,
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: SeriesInputs & Omit<LocalInputs, 'period'>) {
    const units = await loadUnits(context, emergingHotSpots, inputs, seriesOf(context, inputs));
    const input: HotSpotsInput = { ...testOf(inputs), units };
    const draws = units.columns.length * units.keys.length * inputs.permutations * MS_PER_DRAW;
    return workInThread(task('hot-spots'), input, contiguityTime(units) + draws);
  },
};

const lisaMarkov: Process = {
  id: 'lisa-markov',
  version: '1.0.0',
  title: { de: 'LISA-Markow-Kette', en: 'LISA Markov chain' },
  description: {
    de: 'Wie Gebiete und ihre Umgebung zwischen den Quadranten des Moran-Diagramms wechseln.',
    en: 'How districts and their surroundings move between the quadrants of the Moran plot.',
  },
  keywords: ['Markov', 'transition', 'Moran'],
  inputs: SERIES,
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: SeriesInputs) {
    const units = await loadUnits(context, lisaMarkov, inputs, seriesOf(context, inputs));
    const input: LisaMarkovInput = { units };
    return workInThread(task('lisa-markov'), input, contiguityTime(units));
  },
};

/** All periods of an indicator on the chosen boundary version that are as long as most of them. */
function seriesOf({ catalog, day }: ProcessContext, inputs: SeriesInputs): ChosenColumns {
  const geography = catalog.geographies.get(inputs.collection);
  if (!geography) throw unknown('collection', inputs.collection, catalog.geographies.keys());
  const indicator = catalog.indicators.get(inputs.indicator);
  const all = indicator ? columnsOf(catalog, geography, indicator) : [];
  if (all.length === 0) throw unknown('indicator', inputs.indicator, catalog.indicators.keys());
  const preferred = requireBoundary(geography, inputs.datetime, day);
  const own = all.filter((entry) => entry.boundaryVersion === preferred.id);
  if (own.length === 0) {
    throw new Problem('invalid_request', 'The indicator has no period on this boundary version.', [
      {
        code: 'unknown_period',
        field: '/body/inputs/datetime',
        got: inputs.datetime ?? preferred.validFrom,
        expected: 'a date of a boundary version that the indicator was published for',
      },
    ]);
  }
  const kinds = own.map(({ period }) => parsePeriod(period)!.kind);
  const usual = [...new Set(kinds)].sort(
    (a, b) => kinds.filter((kind) => kind === b).length - kinds.filter((kind) => kind === a).length,
  )[0];
  const periods = own.map(({ period }) => period).filter((period) => parsePeriod(period)!.kind === usual);
  const chosen = periods.filter(
    (period) =>
      (inputs.from === undefined || compareIds(period, inputs.from) >= 0) &&
      (inputs.until === undefined || compareIds(period, inputs.until) <= 0),
  );
  if (chosen.length === 0) throw unknown('period', `${inputs.from ?? '..'}/${inputs.until ?? '..'}`, periods);
  return chosen.map((period) => ({ indicator: inputs.indicator, period }));
}

interface InterpolationInputs {
  collection: string;
  indicator: string;
  period: string;
  datetime?: string;
  targetCollection?: string;
  targetDatetime?: string;
  sliver: number;
}

/** Intersecting two sets of areas, per vertex. */
const MS_PER_OVERLAID_VERTEX = 0.2;
const LONGITUDE_LATITUDE = { srid: 4326, latitudeFirst: false, decimals: 7 } as const;

const arealInterpolation: Process = {
  id: 'areal-interpolation',
  version: '1.0.0',
  title: { de: 'Flächeninterpolation', en: 'Areal interpolation' },
  description: {
    de: 'Überträgt Zählungen auf einen anderen Gebietsstand oder eine andere Gliederung; Anteile aus Zähler und Nenner.',
    en: 'Moves counts to another boundary version or collection; rates by numerator and denominator.',
  },
  keywords: ['crosswalk', 'boundary change'],
  inputs: {
    collection: COLLECTION,
    indicator: INDICATOR,
    period: PERIOD,
    datetime: DATETIME,
    targetCollection: {
      ...COLLECTION,
      title: { de: 'Zielgliederung', en: 'Target collection' },
      description: { de: 'Ohne Angabe dieselbe.', en: 'The same without it.' },
      optional: true,
    },
    targetDatetime: {
      ...DATETIME,
      title: { de: 'Stichtag des Zielgebietsstands', en: 'Date of the target boundary version' },
    },
    sliver: {
      title: { de: 'Splitter', en: 'Sliver' },
      description: {
        de: 'Anteil einer Fläche, bis zu dem eine Überschneidung als Ungenauigkeit der Grenzen gilt.',
        en: 'Share of an area up to which an overlap counts as imprecision of borders.',
      },
      schema: { type: 'number', minimum: 0, maximum: 0.1, default: 0.001 },
      optional: true,
    },
  },
  outputs: DISTRICTS,
  mediaType: GEOJSON,
  async prepare(context: ProcessContext, inputs: InterpolationInputs) {
    const { reader, catalog, day, language } = context;
    const subject = await findSubject(reader, catalog, inputs, day);
    const { indicator, entry, column, version, table } = subject;
    if (indicator.aggregation !== 'sum' && indicator.aggregation !== 'ratio') {
      throw new Problem('invalid_request', 'Only counts and rates of counts can be moved.', [
        {
          code: 'not_additive',
          field: '/body/inputs/indicator',
          got: `${indicator.code} (${indicator.aggregation})`,
          expected: 'an indicator with the aggregation sum or ratio',
        },
      ]);
    }
    const target = inputs.targetCollection ?? inputs.collection;
    const geography = catalog.geographies.get(target);
    if (!geography) throw unknown('targetCollection', target, catalog.geographies.keys());
    const targetVersion = requireBoundary(geography, inputs.targetDatetime, day);
    const targetTable = await reader.districts(geography, targetVersion);
    const targetIds = [...targetTable.ids];
    const srid = metricSrid(version);
    const sourceShapes = await reader.metricShapes(version, srid, [...table.ids]);
    const targetShapes = await reader.metricShapes(targetVersion, srid, targetIds);
    const { numerators, denominators } = column;
    const input: InterpolationInput = {
      targets: {
        frame: {
          process: arealInterpolation.id,
          version: arealInterpolation.version,
          engine: VERSION,
          parameters: inputs as unknown as Record<string, unknown>,
          collection: geography.collection,
          boundaryVersion: targetVersion.validFrom,
          crs: `EPSG:${srid}`,
          release: Math.max(entry.release, version.release, targetVersion.release),
        },
        language,
        keys: targetTable.keys,
        names: targetTable.names,
        geometries: await reader.geometries(targetVersion, LONGITUDE_LATITUDE, targetIds),
        contiguity: 'queen',
        tolerance: 0,
      },
      source: {
        keys: table.keys,
        boundaryVersion: version.validFrom,
        column: {
          indicator: indicator.code,
          label: textOf(indicator.label, language),
          unit: indicator.unit,
          period: entry.period,
          release: entry.release,
          values: column.values,
          statuses: table.keys.map((_, i) => statusAt(column, i)),
          reasons: column.reasons,
        },
        counts: indicator.aggregation === 'ratio' ? { numerators, denominators } : null,
      },
      sourceShapes,
      targetShapes,
      sliver: inputs.sliver,
    };
    const vertices = [...sourceShapes, ...targetShapes].reduce(
      (sum, { coordinates }) => sum + coordinates.flat().reduce((rings, ring) => rings + ring.length, 0),
      0,
    );
    return workInThread(task('areal-interpolation'), input, vertices * MS_PER_OVERLAID_VERTEX);
  },
};

function testOf({ permutations, seed, alpha }: { permutations: number; seed: number; alpha: number }): {
  permutations: number;
  seed: number;
  alpha: number;
} {
  return { permutations, seed, alpha };
}

function columnsIn(indicators: readonly string[], period: string): ChosenColumns {
  return indicators.map((indicator) => ({ indicator, period }));
}

/** In the order of the ids. */
export const DISTRICT_PROCESSES: readonly Process[] = [
  arealInterpolation,
  emergingHotSpots,
  getisOrd,
  globalAutocorrelation,
  lisaMarkov,
  localGeary,
  localMoran,
  regionalise,
];
