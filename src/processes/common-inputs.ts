/** Inputs that several processes have. */
import type { ProcessInput } from './process.ts';

const text = (maxLength: number): object => ({ type: 'string', minLength: 1, maxLength });

/** What a column is chosen by. */
export const COLLECTION: ProcessInput = {
  title: { de: 'Gebietsgliederung', en: 'Collection' },
  description: { de: 'Id der Collection, z. B. berlin-plr.', en: 'Id of a collection, e.g. berlin-plr.' },
  schema: text(100) as ProcessInput['schema'],
};
export const INDICATOR: ProcessInput = {
  title: { de: 'Kennzahl', en: 'Indicator' },
  description: { de: 'Id einer Kennzahl.', en: 'Id of an indicator.' },
  schema: text(100) as ProcessInput['schema'],
};
export const INDICATORS: ProcessInput = {
  title: { de: 'Kennzahlen', en: 'Indicators' },
  description: { de: 'Ids von Kennzahlen, höchstens acht.', en: 'Ids of indicators, at most eight.' },
  schema: text(100) as ProcessInput['schema'],
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
  schema: text(100) as ProcessInput['schema'],
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
