import type { Random } from './random.ts';
import { ageingAt, GROWING, hardshipAt, INDUSTRIAL, type Point, urbanityAt } from './town-plan.ts';

/** Counts of one district in one year, in the order of the columns of the CSV files. */
export const COUNTS = [
  'residents',
  'residents_u3',
  'residents_u15',
  'residents_u18',
  'residents_15_64',
  'residents_65p',
  'residents_migration',
  'unemployed',
  'employed',
  'benefit_u15',
  'benefit_65p',
  'households_children',
  'households_single_parent',
  'care_u3',
  'pupils_grade_4',
  'pupils_to_gymnasium',
  'dwellings',
  'dwellings_subsidised',
] as const;

export type CountName = (typeof COUNTS)[number];
export type Counts = Record<CountName, number>;

export const YEARS = [2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024] as const;

/** What a Quartier is like over all years. */
interface Character {
  /** About -2 (affluent) to 2 (poor). */
  hardship: number;
  ageing: number;
  urbanity: number;
  /** Residents in the first year. */
  residents: number;
}

/**
 * Makes up the yearly counts of one Quartier: shares follow its place in town, drift over the years, and
 * vary as counts of that size do. Every subset is a whole number not above its whole.
 *
 * @param key key of the Quartier; the industrial and the growing one are special
 * @param centre metres from the market place
 * @returns one row of counts per year of YEARS
 */
export function simulateQuartier(key: string, centre: Point, random: Random): Counts[] {
  const character: Character = {
    hardship: hardshipAt(centre) + 0.22 * random.normal(),
    ageing: ageingAt(centre) + 0.08 * random.normal(),
    urbanity: urbanityAt(centre),
    residents: Math.round((1900 + 2500 * urbanityAt(centre)) * (0.75 + 0.6 * random.uniform())),
  };
  return YEARS.map((_, year) => simulateYear(key, character, year, random));
}

function simulateYear(key: string, character: Character, year: number, random: Random): Counts {
  const { hardship, urbanity } = character;
  const growing = key === GROWING;
  const residents = residentsIn(key, character, year, random);
  // Ageing goes on for five years, then houses pass to the next generation.
  const ageing = character.ageing * (1 + 0.05 * Math.min(year, 5));
  const draw = (whole: number, logit: number): number => drawSubset(whole, logit, random);

  const olderThan65 = draw(
    residents,
    growing ? -2.4 : -1.42 + 0.75 * ageing - 0.25 * urbanity + 0.012 * year,
  );
  const under65 = residents - olderThan65;
  const under15 = draw(under65, (growing ? -0.95 : -1.62) + 0.16 * hardship - 0.25 * urbanity - 0.2 * ageing);
  const under3 = draw(under15, -1.3);
  const between15And17 = draw(under65 - under15, -3.1);
  const workingAge = under65 - under15;
  // The refugees of 2015 and 2022 are seen in the poorer quarters first.
  const arrivals = (year >= 1 ? 0.08 : 0) + (year >= 7 ? 0.1 : 0);
  const migration = draw(residents, -1.15 + 0.62 * hardship + 0.25 * urbanity + 0.03 * year + arrivals);
  const pandemic = year === 5 ? 0.16 : year === 6 ? 0.1 : 0;
  const unemployed = draw(workingAge, -2.85 + 0.55 * hardship - 0.02 * year + pandemic);
  const employed = draw(workingAge - unemployed, 0.55 - 0.22 * hardship + 0.028 * year);
  const families = Math.round((under15 + between15And17) / 1.68);
  const pupils = draw(under15, -2.65);
  const dwellings = Math.round(residents / (2.02 - 0.25 * urbanity + (growing ? 0.3 : 0)));
  // Commitments run out year by year, except where the town builds anew.
  const subsidised = (growing ? -1.1 : -2.5 + 0.7 * hardship - 0.055 * year) + 0.2 * urbanity;
  return {
    residents,
    residents_u3: under3,
    residents_u15: under15,
    residents_u18: under15 + between15And17,
    residents_15_64: workingAge,
    residents_65p: olderThan65,
    residents_migration: migration,
    unemployed,
    employed,
    benefit_u15: draw(under15, -1.75 + 0.85 * hardship + 0.3 * pandemic - 0.01 * year),
    benefit_65p: draw(olderThan65, -3.15 + 0.7 * hardship + 0.045 * year),
    households_children: families,
    households_single_parent: draw(families, -1.5 + 0.35 * hardship + 0.25 * urbanity),
    care_u3: draw(under3, -0.85 - 0.28 * hardship + 0.2 * urbanity + 0.055 * year),
    pupils_grade_4: pupils,
    pupils_to_gymnasium: draw(pupils, -0.35 - 0.65 * hardship + 0.01 * year),
    dwellings,
    dwellings_subsidised: draw(dwellings, subsidised),
  };
}

function residentsIn(key: string, character: Character, year: number, random: Random): number {
  if (key === INDUSTRIAL) return 0;
  const noise = 1 + 0.006 * random.normal();
  if (key === GROWING) {
    // S-shaped: few tenants of the old barracks, five years of building, then nearly full.
    return Math.round((620 + 3100 / (1 + Math.exp(-(year - 4.5) * 0.95))) * noise);
  }
  return Math.round(character.residents * (1 + (0.004 + 0.003 * character.urbanity) * year) * noise);
}

/**
 * Draws how many of a whole have a property, varying half as much as independent persons would:
 * most of last year's are this year's too.
 *
 * @param logit natural logarithm of the odds of the expected share
 */
function drawSubset(whole: number, logit: number, random: Random): number {
  const share = 1 / (1 + Math.exp(-logit));
  const spread = 0.5 * Math.sqrt(whole * share * (1 - share));
  return Math.min(whole, Math.max(0, Math.round(whole * share + spread * random.normal())));
}

/** Adds up the counts of several districts. */
export function sumCounts(rows: readonly Counts[]): Counts {
  const sum = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
  for (const row of rows) for (const name of COUNTS) sum[name] += row[name];
  return sum;
}
