/** Clusters of problem situations, as `/clusters` has them. */
import { REGION_METHODS } from '../../analyses/find-regions.ts';
import { type ClusterSeries, chooseSeries } from '../../clusters/choose-series.ts';
import { type ClusterQuery, isRegional } from '../../clusters/cluster-definition.ts';
import { describeCluster, describeClusterDistrict, listClusters } from '../../clusters/describe-clusters.ts';
import { CLUSTERS_VERSION, describeStatement } from '../../clusters/describe-statement.ts';
import { outlineClusters } from '../../clusters/outline-clusters.ts';
import { tellEnded } from '../../clusters/tell-biography.ts';
import { type ContractParameter, readContract } from '../../http/contract.ts';
import { MEDIA } from '../../http/links.ts';
import type { Label } from '../../label.ts';
import { readRules } from '../../situations/read-rules.ts';
import { pointToInputs } from '../check-inputs.ts';
import { DISTRICTS } from '../district-process.ts';
import { drawingTime } from '../drawing-time.ts';
import type { Process, ProcessContext, ProcessInput } from '../process.ts';

/** Names of the inputs, and in German what the contract says of the parameters of `/clusters` in English. */
const WORDS: Record<string, { title: Label; german: string }> = {
  period: {
    title: { de: 'Zeitraum', en: 'Period' },
    german: 'Ein Zeitraum, z. B. 2021, oder latest: der neueste, für den es die Angaben gibt.',
  },
  situations: {
    title: { de: 'Problemlagen', en: 'Problem situations' },
    german: 'Nur diese Problemlagen; ohne Angabe alle, die sich prüfen lassen.',
  },
  targetGroup: {
    title: { de: 'Zielgruppe', en: 'Target group' },
    german: 'Nur Problemlagen dieser Zielgruppe, z. B. children.',
  },
  actionField: {
    title: { de: 'Handlungsfeld', en: 'Action field' },
    german: 'Nur Problemlagen dieses Handlungsfelds, z. B. child_family_poverty.',
  },
  collection: {
    title: { de: 'Gebietsgliederung', en: 'Collection' },
    german: 'Id der Collection, z. B. berlin-plr; ohne Angabe die einzige, die die Angaben hat.',
  },
  datetime: {
    title: { de: 'Stichtag des Gebietsstands', en: 'Date of the boundary version' },
    german: 'Wählt den Gebietsstand; ohne ihn der, auf dem der Zeitraum vorliegt.',
  },
  method: {
    title: { de: 'Verfahren', en: 'Method' },
    german:
      'Wodurch Gebiete auffällig sind: durch die Zahl der Problemlagen (contiguity), zusammen mit den Nachbarn mehr, als der Zufall erwarten ließe (local-moran, getis-ord), oder im Mittel einer Region ähnlicher Gebiete (skater, redcap, ward, azp, max-p).',
  },
  minSituations: {
    title: { de: 'Mindestzahl der Problemlagen', en: 'Least number of situations' },
    german: 'Ab so vielen Problemlagen ist ein Gebiet auffällig, eine Region im Mittel; ohne Angabe 2.',
  },
  gap: {
    title: { de: 'Lücke', en: 'Gap' },
    german: 'So viele Gebiete breit darf eine Lücke sein, um überbrückt zu werden; ohne Angabe 0.',
  },
  minDistricts: {
    title: { de: 'Mindestzahl der Gebiete', en: 'Least number of districts' },
    german: 'Gebiete je Cluster mindestens; ohne Angabe 1.',
  },
  minPopulation: {
    title: { de: 'Mindestzahl der Einwohner', en: 'Least number of residents' },
    german: 'Einwohnerinnen und Einwohner je Cluster mindestens; ohne Angabe 0.',
  },
  population: {
    title: { de: 'Kennzahl der Einwohner', en: 'Indicator of residents' },
    german: 'Kennzahl, die Einwohnerinnen und Einwohner zählt; ohne Angabe dem_pop oder population.',
  },
  contiguity: {
    title: { de: 'Nachbarschaft', en: 'Neighbourhood' },
    german: 'queen: gemeinsamer Punkt (ohne Angabe), rook: gemeinsame Grenze.',
  },
  tolerance: {
    title: { de: 'Toleranz', en: 'Tolerance' },
    german: 'Meter, die Flächen auseinanderliegen und sich doch berühren; ohne Angabe 0,01.',
  },
  alpha: {
    title: { de: 'Niveau', en: 'Level' },
    german: 'Niveau der Falscherkennungsrate, ohne Angabe 0,05; nur für die statistischen Verfahren.',
  },
  permutations: {
    title: { de: 'Permutationen', en: 'Permutations' },
    german: 'Zahl der zufälligen Anordnungen, ohne Angabe 99999; nur für die statistischen Verfahren.',
  },
  seed: {
    title: { de: 'Startwert', en: 'Seed' },
    german: 'Startwert der Zufallszahlen, ohne Angabe 1: gleicher Wert, gleiches Ergebnis.',
  },
  indicators: {
    title: { de: 'Kennzahlen', en: 'Indicators' },
    german:
      'Worin sich die Gebiete einer Region ähneln, ohne Angabe in den Kennzahlen der Problemlagen; nur für Regionen.',
  },
  regions: {
    title: { de: 'Zahl der Regionen', en: 'Number of regions' },
    german: 'Gewünschte Zahl der Regionen; max-p findet sie selbst.',
  },
};

/** Inputs with the schemas of the parameters of `/clusters`: limits are written once, in the contract. */
function readInputs(): Record<string, ProcessInput> {
  const { paths, components } = readContract();
  const parameters = paths['/clusters']!.get!.parameters.map(
    (one): ContractParameter => ('$ref' in one ? components.parameters[one.$ref.split('/').at(-1)!]! : one),
  );
  return Object.fromEntries(
    Object.entries(WORDS).map(([name, { title, german }]) => {
      const { schema, description } = parameters.find((one) => one.name === name)!;
      const { type, items, maxItems } = schema;
      const several = type === 'array' && { maxOccurs: maxItems as number };
      const words = { title, description: { de: german, en: description! } };
      return [
        name,
        {
          ...words,
          schema: several ? (items as object) : schema,
          ...several,
          optional: true,
        } as ProcessInput,
      ];
    }),
  );
}

/** Shapes, neighbours and outlines, per district. */
const MS_PER_DISTRICT = 3;
/** Making regions, and searching for them from several starts; per district, region and indicator. */
const MS_PER_CUT = 1e-3;
const MS_PER_MOVE = 1e-2;

/** Estimate of the time in one thread. */
function estimate({ parameters, periods, at, indicators }: ClusterSeries): number {
  const n = periods[at]!.plan.version.districts;
  const { method, permutations, minDistricts } = parameters;
  const shapes = n * MS_PER_DISTRICT;
  if (permutations !== undefined)
    return shapes + drawingTime({ keys: { length: n }, columns: periods }, { permutations });
  if (!isRegional(method)) return shapes;
  const regions = parameters.regions ?? n / Math.max(minDistricts, 2);
  const each = REGION_METHODS[method].seeded ? MS_PER_MOVE : MS_PER_CUT;
  return shapes + periods.length * n * regions * indicators.length * each;
}

export const problemClusters: Process = {
  id: 'problem-clusters',
  version: CLUSTERS_VERSION,
  title: { de: 'Cluster von Problemlagen', en: 'Clusters of problem situations' },
  description: {
    de: 'Wo sich Problemlagen häufen: benachbarte auffällige Gebiete als Flächen, mit Schwere, Zielgruppen und Werdegang.',
    en: 'Where problem situations accumulate: neighbouring districts that stand out as outlines, with severity, target groups and biography.',
  },
  keywords: ['cluster', 'problem situation', 'cumulation', 'regions'],
  inputs: readInputs(),
  outputs: {
    result: {
      ...DISTRICTS.result!,
      description: {
        de: 'Die Cluster des Zeitraums als GeoJSON, die größten zuerst; districts sagt, was zu jedem Gebiet gefunden wurde, ended, was aus früheren Clustern wurde, analysis nennt Methode, Angaben, Ausschlüsse mit Gründen und Warnungen.',
        en: 'The clusters of the period as GeoJSON, the largest first; districts says what was found of each district, ended what became of former clusters, analysis states method, parameters, exclusions with reasons and warnings.',
      },
    },
  },
  mediaType: MEDIA.geojson,
  async prepare(context: ProcessContext, inputs: ClusterQuery) {
    const { reader, catalog, day, language, clusterResults } = context;
    const { indices, all } = await readRules(reader, catalog);
    const series = await pointToInputs(() => chooseSeries(catalog, indices, all, inputs, day));
    return {
      milliseconds: estimate(series),
      async run(_pool, signal, report) {
        const findings = await pointToInputs(() => clusterResults.find(catalog, series));
        signal.throwIfAborted();
        report(60);
        const shown = listClusters(findings, series.at).map((id) => ({ period: series.at, id }));
        const properties = shown.map(({ period, id }) => describeCluster(findings, period, id, language));
        const features = await outlineClusters(clusterResults, findings, shown, properties);
        const districts = findings.table.keys.map((_, i) =>
          describeClusterDistrict(findings, series.at, i, language),
        );
        const ended = tellEnded(findings, series.at, language);
        const analysis = describeStatement(findings, series.at, language);
        const result = { type: 'FeatureCollection', features, districts, ended, analysis };
        return Buffer.from(JSON.stringify(result));
      },
    };
  },
};
