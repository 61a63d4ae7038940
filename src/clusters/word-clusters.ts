/** Clusters and methods in plain words: what stands out, never why. */
import type { Language } from '../label.ts';
import { type ClusterParameters, isRegional } from './cluster-definition.ts';
import { districts } from './tell-biography.ts';

/** What a sentence tells of a cluster. */
export interface ToldCluster {
  period: string;
  /** Name of the district with the most situations. */
  head: string;
  members: number;
  /** Mean number of situations. */
  severity: number;
  since: string;
  /** Whether it was there in the first period of the series, perhaps longer. */
  sinceStart: boolean;
}

/** One cluster in one sentence. @param regional whether it is a region of similar districts */
export function wordCluster(
  { period, head, members, severity, since, sinceStart }: ToldCluster,
  regional: boolean,
  situations: number,
  language: Language,
): string {
  const mean = severity.toFixed(1);
  if (language === 'de') {
    const many = districts(members, 'de');
    const stands = regional
      ? `Die Region um ${head} (${many}) ist ${period} auffällig`
      : `Um ${head} ${members === 1 ? 'ist' : 'sind'} ${period} ${many} auffällig`;
    return `${stands}, mit im Mittel ${mean.replace('.', ',')} von ${situations} Problemlagen, ${sinceStart ? 'mindestens seit' : 'seit'} ${since}.`;
  }
  const many = districts(members, 'en');
  const stands = regional
    ? `The region around ${head} (${many}) stands out in ${period}`
    : `Around ${head} ${many} ${members === 1 ? 'stands' : 'stand'} out in ${period}`;
  return `${stands}, with ${mean} of ${situations} problem situations on average, since ${since}${sinceStart ? ' at least' : ''}.`;
}

/** The method in one sentence. */
export function wordMethod(parameters: ClusterParameters, situations: number, language: Language): string {
  const words = isRegional(parameters.method) ? wordRegions : wordNeighbours;
  return `${words(parameters, situations, language)}${wordMinimum(parameters, language)}.`;
}

const NAMES: Partial<Record<ClusterParameters['method'], string>> = {
  skater: 'SKATER',
  redcap: 'REDCAP',
  ward: 'Ward',
  azp: 'AZP',
  'max-p': 'max-p',
};

function wordRegions(parameters: ClusterParameters, situations: number, language: Language): string {
  const { method, minSituations, regions, indicators = [], contiguity } = parameters;
  const codes = indicators.join(', ');
  if (language === 'de') {
    const many = regions === undefined ? 'so viele Regionen wie möglich' : `${regions} Regionen`;
    return `${many} benachbarter (${TOUCH[contiguity].de}), in ${codes} ähnlicher Gebiete nach ${NAMES[method]}; auffällig: im Mittel mindestens ${minSituations} von ${situations} Problemlagen`;
  }
  const many = regions === undefined ? 'As many regions as possible' : `${regions} regions`;
  return `${many} of neighbouring districts (${TOUCH[contiguity].en}) that are alike in ${codes}, by ${NAMES[method]}; standing out: ${minSituations} of ${situations} problem situations or more on average`;
}

function wordNeighbours(
  { method, minSituations, contiguity, gap = 0, alpha }: ClusterParameters,
  situations: number,
  language: Language,
): string {
  if (language === 'de') {
    const stand =
      method === 'contiguity'
        ? `mindestens ${minSituations} von ${situations} Problemlagen`
        : `${method === 'local-moran' ? 'lokales Moran-I der Zahl der Problemlagen: hoch unter hohen' : 'Getis-Ord Gi* der Zahl der Problemlagen: hoch'}, Falscherkennungsrate ${alpha}`;
    return `Benachbarte auffällige Gebiete (${TOUCH[contiguity].de}); auffällig: ${stand}${gap > 0 ? ', Lücken von einem Gebiet überbrückt' : ''}`;
  }
  const stand =
    method === 'contiguity'
      ? `at least ${minSituations} of ${situations} problem situations`
      : `${method === 'local-moran' ? "local Moran's I of the count of problem situations: high among high" : 'Getis-Ord Gi* of the count of problem situations: high'}, false discovery rate ${alpha}`;
  return `Neighbouring districts that stand out (${TOUCH[contiguity].en}); standing out: ${stand}${gap > 0 ? ', gaps of one district bridged' : ''}`;
}

const TOUCH = {
  queen: { de: 'gemeinsamer Punkt', en: 'a common point' },
  rook: { de: 'gemeinsame Grenze', en: 'a common border' },
} as const;

function wordMinimum({ minDistricts, minPopulation }: ClusterParameters, language: Language): string {
  if (minDistricts <= 1 && minPopulation <= 0) return '';
  return language === 'de'
    ? `, mindestens ${districts(minDistricts, 'de')} und ${minPopulation} Einwohner`
    : `, at least ${districts(minDistricts, 'en')} and ${minPopulation} residents`;
}
