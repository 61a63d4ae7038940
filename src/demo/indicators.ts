import type { IndicatorEntry } from '../import/candidate.ts';
import type { Label } from '../label.ts';
import type { CountName } from './simulate-figures.ts';

/** An indicator of the demo town and the counts it is made of; without denominator it is a count itself. */
export interface DemoIndicator extends Omit<IndicatorEntry, 'source'> {
  counts: { numerator: CountName; denominator: CountName | null };
}

/** Everybody that figures of the demo town come from. */
export const SOURCE = {
  text: 'Musterstadt (erfundene Daten), von Sozialraum erzeugt',
  licence: 'CC0-1.0',
  attribution: 'Musterstadt (erfundene Daten)',
};

function both(de: string, en: string): Label {
  return { de, en };
}

/** A share in percent of one count in another. */
function share(
  id: string,
  label: Label,
  [numerator, numeratorLabel]: [CountName, Label],
  [denominator, denominatorLabel]: [CountName, Label],
  rest: Pick<IndicatorEntry, 'polarity' | 'theme' | 'targetGroups' | 'protectionClass'>,
): DemoIndicator {
  return {
    id,
    label,
    description: null,
    unit: 'percent',
    decimals: 1,
    numerator: numeratorLabel,
    denominator: denominatorLabel,
    aggregation: 'ratio',
    lifeCycle: 'in_use',
    categories: [],
    counts: { numerator, denominator },
    ...rest,
  };
}

const ALL: [CountName, Label] = ['residents', both('Einwohnerinnen und Einwohner', 'residents')];
const WORKING_AGE: [CountName, Label] = ['residents_15_64', both('15- bis 64-Jährige', 'residents 15–64')];
const OLDER: [CountName, Label] = ['residents_65p', both('65-Jährige und Ältere', 'residents ≥ 65')];
const CHILDREN: [CountName, Label] = ['residents_u15', both('unter 15-Jährige', 'residents < 15')];

/** The twelve indicators, with the ids and terms of the common catalogue. */
export const DEMO_INDICATORS: readonly DemoIndicator[] = [
  {
    id: 'dem_pop',
    label: both('Einwohnerinnen und Einwohner (Hauptwohnung)', 'Residents (main residence)'),
    description: null,
    unit: 'persons',
    decimals: 0,
    numerator: both('Personen mit Hauptwohnung', 'persons with main residence'),
    denominator: null,
    aggregation: 'sum',
    polarity: 0,
    theme: 'demography',
    targetGroups: ['all'],
    lifeCycle: 'in_use',
    protectionClass: 'P1',
    categories: [],
    counts: { numerator: 'residents', denominator: null },
  },
  share(
    'dem_share_u18',
    both('Anteil Kinder und Jugendliche unter 18', 'Share aged under 18'),
    ['residents_u18', both('unter 18-Jährige', 'residents < 18')],
    ALL,
    { polarity: 0, theme: 'demography', targetGroups: ['children'], protectionClass: 'P1' },
  ),
  share('dem_share_65p', both('Anteil 65-Jährige und Ältere', 'Share aged 65 and over'), OLDER, ALL, {
    polarity: 0,
    theme: 'demography',
    targetGroups: ['older'],
    protectionClass: 'P1',
  }),
  share(
    'mig_background_share',
    both('Anteil mit Migrationshintergrund', 'Share with migration background'),
    [
      'residents_migration',
      both('Personen mit Migrationshintergrund', 'residents with migration background'),
    ],
    ALL,
    { polarity: 0, theme: 'migration', targetGroups: ['migrants'], protectionClass: 'P1' },
  ),
  share(
    'hh_single_parent',
    both(
      'Anteil Alleinerziehender an Haushalten mit Kindern',
      'Single-parent share of households with children',
    ),
    ['households_single_parent', both('Haushalte Alleinerziehender', 'single-parent households')],
    ['households_children', both('Haushalte mit Kindern unter 18', 'households with child < 18')],
    { polarity: -1, theme: 'households', targetGroups: ['families', 'children'], protectionClass: 'P1' },
  ),
  share(
    'lab_unempl',
    both('Arbeitslosenanteil (SGB II und III)', 'Unemployed share (SGB II and III)'),
    ['unemployed', both('Arbeitslose', 'unemployed')],
    WORKING_AGE,
    { polarity: -1, theme: 'labour', targetGroups: ['unemployed'], protectionClass: 'P2' },
  ),
  share(
    'lab_employed',
    both('Beschäftigungsquote am Wohnort (SvB)', 'Employment rate at residence (social insurance)'),
    ['employed', both('sozialversicherungspflichtig Beschäftigte', 'employees subject to social insurance')],
    WORKING_AGE,
    { polarity: 1, theme: 'labour', targetGroups: ['all'], protectionClass: 'P2' },
  ),
  share(
    'pov_child',
    both('Kinderarmut (unter 15 in Bedarfsgemeinschaften)', 'Child poverty (under 15 in benefit units)'),
    ['benefit_u15', both('unter 15-Jährige in Bedarfsgemeinschaften', 'residents < 15 in benefit units')],
    CHILDREN,
    { polarity: -1, theme: 'poverty', targetGroups: ['children'], protectionClass: 'P2' },
  ),
  share(
    'pov_old_age',
    both('Grundsicherung im Alter', 'Basic income support in old age'),
    [
      'benefit_65p',
      both('Empfängerinnen und Empfänger von Grundsicherung', 'recipients of basic income support'),
    ],
    OLDER,
    { polarity: -1, theme: 'poverty', targetGroups: ['older'], protectionClass: 'P2' },
  ),
  share(
    'edu_kita_u3',
    both('Betreuungsquote unter 3', 'Childcare rate under 3'),
    ['care_u3', both('betreute Kinder unter 3', 'children < 3 in care')],
    ['residents_u3', both('unter 3-Jährige', 'residents < 3')],
    { polarity: 1, theme: 'education', targetGroups: ['children'], protectionClass: 'P1' },
  ),
  share(
    'edu_gymnasium',
    both('Übergangsquote zum Gymnasium', 'Transition rate to Gymnasium'),
    ['pupils_to_gymnasium', both('Übergänge zum Gymnasium', 'pupils moving to Gymnasium')],
    ['pupils_grade_4', both('Abgänge aus Klasse 4', 'pupils leaving grade 4')],
    { polarity: 1, theme: 'education', targetGroups: ['children'], protectionClass: 'P1' },
  ),
  share(
    'hou_social_share',
    both('Anteil geförderter Mietwohnungen', 'Subsidised rental share'),
    ['dwellings_subsidised', both('Wohnungen mit Belegungsbindung', 'dwellings with occupancy commitment')],
    ['dwellings', both('Wohnungen', 'dwellings')],
    { polarity: 0, theme: 'housing', targetGroups: ['all'], protectionClass: 'P0' },
  ),
];
