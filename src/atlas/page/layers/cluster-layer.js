import { countClasses } from '../values.js';
import { situationPeriods, sourcesOfRules } from './situation-layer.js';

const CLASSES = {
  member: { label: 'im Cluster', colour: '#cd7110', standsOut: true },
  bridge: { label: 'im Cluster, selbst nicht auffällig (Lücke)', colour: '#fbd9a0', standsOut: false },
  none: { label: 'in keinem Cluster', colour: '#f7f3e8', standsOut: false },
};

/** Where districts that stand out by several problem situations lie together; their outlines are drawn above every layer. */
export const clusterLayer = {
  id: 'clusters',
  word: 'Cluster',

  choose({ situations, indicators }) {
    if (situations.length === 0) return null;
    return {
      indicators,
      title: 'Cluster auffälliger Gebiete',
      definition: 'Benachbarte Gebiete, in denen sich Problemlagen häufen.',
      unit: '',
      valueWord: '',
      periods: situationPeriods(situations),
      comparable: false,
      chosen: {},
    };
  },

  async read(source, { indicators }, at) {
    const { districts, clusters, statement } = await source.readClusterDistricts(at);
    const classes = Object.fromEntries(Object.entries(CLASSES).map(([role, entry]) => [role, { ...entry }]));
    const labels = new Map(clusters.map(({ id, label }) => [id, label]));
    const observations = districts.map((row) => ({
      ...row,
      value: row.count,
      text: row.count === null ? '' : (labels.get(row.cluster) ?? ''),
      class: row.status === 'ok' || row.role !== 'none' ? classes[row.role] : null,
      reasonLabel: null,
    }));
    return {
      observations,
      classes: countClasses(Object.values(classes), observations),
      sources: sourcesOfRules(statement, indicators),
      notes: [statement.method, `${clusters.length} Cluster.`],
    };
  },
};
