/** Inputs that several processes have. */
import type { ProcessInput } from './process.ts';

/** Inputs by name. */
type InputTable = Readonly<Record<string, ProcessInput>>;

const text = (maxLength: number): ProcessInput['schema'] => ({ type: 'string', minLength: 1, maxLength });

/** What a column is chosen by. */
export const COLLECTION: ProcessInput = {
  title: { de: 'Gebietsgliederung', en: 'Collection' },
  description: { de: 'Id der Collection, z. B. berlin-plr.', en: 'Id of a collection, e.g. berlin-plr.' },
  schema: text(100),
};
export const INDICATOR: ProcessInput = {
  title: { de: 'Kennzahl', en: 'Indicator' },
  description: { de: 'Id einer Kennzahl.', en: 'Id of an indicator.' },
  schema: text(100),
};
export const INDICATORS: ProcessInput = {
  title: { de: 'Kennzahlen', en: 'Indicators' },
  description: { de: 'Ids von Kennzahlen, höchstens acht.', en: 'Ids of indicators, at most eight.' },
  schema: text(100),
  maxOccurs: 8,
};
export const PERIOD: ProcessInput = {
  title: { de: 'Zeitraum', en: 'Period' },
  description: { de: 'Ein Zeitraum, z. B. 2021 oder 2021-S1.', en: 'One period, e.g. 2021 or 2021-S1.' },
  schema: { type: 'string', minLength: 4, maxLength: 10 },
};
export const DATETIME: ProcessInput = {
  title: { de: 'Stichtag des Gebietsstands', en: 'Date of the boundary version' },
  description: {
    de: 'Wählt den Gebietsstand; ohne ihn der heutige, sonst der, auf dem der Zeitraum vorliegt.',
    en: "Chooses the boundary version; without it today's, else the one that has the period.",
  },
  schema: text(100),
  optional: true,
};
export const WEIGHTS: ProcessInput = {
  title: { de: 'Nachbarschaft', en: 'Neighbourhood' },
  description: {
    de: 'queen: gemeinsamer Punkt, rook: gemeinsame Grenze; Toleranz in Metern.',
    en: 'queen: a common point, rook: a common border; tolerance in metres.',
  },
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      type: { type: 'string', enum: ['queen', 'rook'], default: 'queen' },
      tolerance: { type: 'number', minimum: 0, maximum: 10, default: 0.01 },
    },
    default: {},
  },
  optional: true,
};
export const PERMUTATIONS: ProcessInput = {
  title: { de: 'Permutationen', en: 'Permutations' },
  description: {
    de: 'Zahl der zufälligen Anordnungen; der kleinste mögliche p-Wert ist 2 / (P + 1).',
    en: 'Number of random arrangements; the smallest possible p is 2 / (P + 1).',
  },
  schema: { type: 'integer', minimum: 99, maximum: 999_999, default: 99_999 },
  optional: true,
};
export const SEED: ProcessInput = {
  title: { de: 'Startwert', en: 'Seed' },
  description: {
    de: 'Startwert der Zufallszahlen: gleicher Wert, gleiches Ergebnis.',
    en: 'Seed of the random numbers: the same seed, the same result.',
  },
  schema: { type: 'integer', minimum: 0, maximum: 4_294_967_295, default: 1 },
  optional: true,
};
export const ALPHA: ProcessInput = {
  title: { de: 'Niveau', en: 'Level' },
  description: {
    de: 'Niveau der Falscherkennungsrate (Benjamini-Hochberg).',
    en: 'Level of the false discovery rate (Benjamini-Hochberg).',
  },
  schema: { type: 'number', minimum: 0.0001, maximum: 0.5, default: 0.05 },
  optional: true,
};

/** Neighbourhood as checked, defaults filled in. */
export interface WeightsInput {
  type: 'queen' | 'rook';
  tolerance: number;
}

/** What every analysis of districts is told: where, on which shapes, and who is a neighbour. */
export interface DistrictInputs {
  collection: string;
  datetime?: string;
  weights: WeightsInput;
}

/** One column. */
export const COLUMN = {
  collection: COLLECTION,
  indicator: INDICATOR,
  period: PERIOD,
  datetime: DATETIME,
  weights: WEIGHTS,
} satisfies InputTable;
export interface ColumnInputs extends DistrictInputs {
  indicator: string;
  period: string;
}

/** Columns of several indicators in one period. */
export const COLUMNS = {
  collection: COLLECTION,
  indicators: INDICATORS,
  period: PERIOD,
  datetime: DATETIME,
  weights: WEIGHTS,
} satisfies InputTable;
export interface ColumnsInputs extends DistrictInputs {
  indicators: string[];
  period: string;
}

/** Columns of one indicator in several periods. */
export const SERIES = {
  collection: COLLECTION,
  indicator: INDICATOR,
  datetime: DATETIME,
  from: { ...PERIOD, title: { de: 'Erster Zeitraum', en: 'First period' }, optional: true },
  until: { ...PERIOD, title: { de: 'Letzter Zeitraum', en: 'Last period' }, optional: true },
  weights: WEIGHTS,
} satisfies InputTable;
export interface SeriesInputs extends DistrictInputs {
  indicator: string;
  from?: string;
  until?: string;
}

/** A test of every district by permutations. */
export const TEST = { permutations: PERMUTATIONS, seed: SEED, alpha: ALPHA } satisfies InputTable;
export interface TestInputs {
  permutations: number;
  seed: number;
  alpha: number;
}

/** Those of the test alone. */
export function testOf({ permutations, seed, alpha }: TestInputs): TestInputs {
  return { permutations, seed, alpha };
}
