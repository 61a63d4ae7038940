/** Clusters of problem situations as features: one dissolved outline each. */
import type { components } from '../../openapi/generated/types.ts';
import type { AttributeValue } from '../districts/attribute.ts';
import { sequentialRamp } from '../indicators/ramps.ts';
import type { Label } from '../label.ts';
import { attribute, classAttribute, type MappedResult, PERIOD, spanOf } from './mapped-result.ts';

type Cluster = Pick<
  components['schemas']['ClusterProperties'],
  | 'id'
  | 'period'
  | 'label'
  | 'districts'
  | 'members'
  | 'bridges'
  | 'severity'
  | 'mostSituations'
  | 'situations'
  | 'targetGroups'
  | 'actionFields'
  | 'population'
  | 'populationUnknown'
  | 'since'
  | 'biography'
  | 'sentence'
>;

/** What a region's districts have in common; clusters that are no regions have none of it. */
interface Profiled {
  profile?: { indicator: string; label: string; unit: string; mean: number | null }[];
}

/** What the process says of clusters. */
export interface ClusterResult {
  features: { properties: Cluster & Profiled }[];
  analysis: {
    collection: string;
    boundaryVersion: string;
    period: string;
    /** What was looked at: codes of indicators, and ids of indices, which have no source of their own. */
    situations: readonly { sources: readonly string[] }[];
  };
}

/** What happened to a cluster up to its period. */
const STATES: Record<string, Label> = {
  born: { de: 'neu', en: 'born' },
  grown: { de: 'gewachsen', en: 'grown' },
  shrunk: { de: 'geschrumpft', en: 'shrunk' },
  kept: { de: 'gleich groß', en: 'kept' },
  split: { de: 'abgespalten', en: 'split' },
  merged: { de: 'mit anderen vereint', en: 'merged' },
};

/** Maps the result. Problem situations are never context: more of them is darker. */
export function mapClusters({ features, analysis }: ClusterResult): MappedResult {
  const period = spanOf([analysis.period]);
  const most = Math.max(1, analysis.situations.length);
  const profile = features[0]?.properties.profile ?? [];
  return {
    collection: analysis.collection,
    boundaryVersion: analysis.boundaryVersion,
    indicators: [
      ...new Set([
        ...analysis.situations.flatMap(({ sources }) => sources),
        ...profile.map(({ indicator }) => indicator),
      ]),
    ],
    polarity: -1,
    attributes: [
      classAttribute(classesOf(most), 'integer'),
      PERIOD,
      attribute(
        'severity',
        'number',
        'Problemlagen je Gebiet im Mittel',
        'Mean number of problem situations',
      ),
      attribute('most_situations', 'integer', 'Meiste Problemlagen eines Gebiets', 'Most problem situations'),
      attribute('districts', 'integer', 'Gebiete', 'Districts', { unit: 'count' }),
      attribute('members', 'string', 'Auffällige Gebiete', 'Districts that stand out'),
      attribute('bridges', 'string', 'Gebiete, die Lücken schließen', 'Districts that close gaps'),
      attribute('situations', 'string', 'Problemlagen', 'Problem situations'),
      attribute('target_groups', 'string', 'Zielgruppen', 'Target groups'),
      attribute('action_fields', 'string', 'Handlungsfelder', 'Action fields'),
      attribute('population', 'number', 'Einwohner', 'Residents', { unit: 'count' }),
      attribute(
        'population_unknown',
        'integer',
        'Gebiete ohne Einwohnerzahl',
        'Districts whose residents are not known',
        { unit: 'count' },
      ),
      attribute('since', 'string', 'Auffällig seit', 'Stands out since'),
      attribute('state', 'string', 'Entwicklung', 'Development', {
        values: Object.entries(STATES).map(([value, title]) => ({
          value,
          title,
          colour: null,
          pattern: null,
        })),
      }),
      attribute('sentence', 'string', 'In Worten', 'In words'),
      ...profile.map(({ indicator, label, unit }) =>
        attribute(`mean_${indicator}`, 'number', `${label}, Mittel`, `${label}, mean`, { unit }),
      ),
    ],
    period,
    features: features.map(({ properties: own }) => ({
      key: own.id,
      name: own.label,
      members: [...own.members, ...own.bridges],
      cells: {
        class: Math.min(most, Math.max(1, Math.round(own.severity ?? 1))),
        period: period.id,
        severity: own.severity,
        most_situations: own.mostSituations,
        districts: own.districts,
        members: own.members.join(' '),
        bridges: own.bridges.join(' '),
        situations: listOf(
          own.situations.filter(({ districts }) => districts > 0),
          ({ situation }) => situation,
        ),
        target_groups: listOf(own.targetGroups, ({ targetGroup }) => targetGroup),
        action_fields: own.actionFields.join(' '),
        population: own.population,
        population_unknown: own.populationUnknown,
        since: own.since,
        state: stateOf(own),
        sentence: own.sentence,
        ...Object.fromEntries((own.profile ?? []).map(({ indicator, mean }) => [`mean_${indicator}`, mean])),
      },
    })),
    statement: analysis,
  };
}

/** Mean number of situations, rounded. */
function classesOf(most: number): AttributeValue[] {
  return sequentialRamp(most, -1).map((colour, k) => ({
    value: k + 1,
    title: {
      de: `auffällig: im Mittel etwa ${k + 1} von ${most} Problemlagen`,
      en: `stands out: about ${k + 1} of ${most} problem situations on average`,
    },
    colour,
    pattern: null,
  }));
}

function listOf<T>(entries: readonly T[], nameOf: (entry: T) => string): string {
  return entries.map(nameOf).join(' ');
}

/** Last of what happened to it by its own period; what it took in counts as merged. */
function stateOf({ id, period, biography }: Cluster): string | null {
  const events = biography.filter((event) => event.period === period && event.event in STATES);
  if (events.some(({ event, otherCluster }) => event === 'merged' && otherCluster === id)) return 'merged';
  return events.findLast(({ cluster }) => cluster === id)?.event ?? null;
}
