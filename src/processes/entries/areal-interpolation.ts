/** Counts on other boundaries. */
import { findSubject, metricSrid, unknown } from '../../analyses/find-subject.ts';
import { requireBoundary } from '../../catalog/resolve-boundary.ts';
import { MEDIA } from '../../http/links.ts';
import { Problem } from '../../problem.ts';
import { packPolygons } from '../../stats/weights/polygons.ts';
import { COLLECTION, DATETIME, INDICATOR, PERIOD } from '../common-inputs.ts';
import { DISTRICTS } from '../district-process.ts';
import { frameOf, LONGITUDE_LATITUDE, toUnitColumn } from '../load-units.ts';
import { type Process, type ProcessContext, taskFile, workInThread } from '../process.ts';
import type { InterpolationInput } from '../tasks/areal-interpolation-task.ts';

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
const MS_PER_OVERLAID_VERTEX = 0.003;

export const arealInterpolation: Process = {
  id: 'areal-interpolation',
  version: '1.2.0',
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
  mediaType: MEDIA.geojson,
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
    const sourceShapes = packPolygons(await reader.metricShapes(version, srid, [...table.ids]));
    const targetShapes = packPolygons(await reader.metricShapes(targetVersion, srid, targetIds));
    const { numerators, denominators } = column;
    const input: InterpolationInput = {
      targets: {
        frame: frameOf(arealInterpolation, inputs, geography, targetVersion, srid, [
          entry.release,
          version.release,
          targetVersion.release,
        ]),
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
        column: toUnitColumn(subject, language),
        counts: indicator.aggregation === 'ratio' ? { numerators, denominators } : null,
      },
      sourceShapes,
      targetShapes,
      sliver: inputs.sliver,
    };
    const vertices = (sourceShapes.coordinates.length + targetShapes.coordinates.length) / 2;
    return workInThread(taskFile('areal-interpolation'), input, vertices * MS_PER_OVERLAID_VERTEX);
  },
};
