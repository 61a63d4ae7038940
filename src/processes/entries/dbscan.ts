/** Clusters of given points. */
import { MEDIA } from '../../http/links.ts';
import { VERSION } from '../../version.ts';
import { type Process, type ProcessContext, taskFile, workInThread } from '../process.ts';
import type { DbscanInput } from '../tasks/dbscan-task.ts';

interface DbscanInputs {
  points: { type: 'MultiPoint'; coordinates: [number, number][] };
  eps: number;
  minPoints: number;
}

export const dbscan: Process = {
  id: 'dbscan',
  version: '1.1.0',
  title: { de: 'Punkthäufungen (DBSCAN)', en: 'Point clusters (DBSCAN)' },
  description: {
    de: 'Wo Punkte dichter liegen als vorgegeben.',
    en: 'Where points lie closer together than a given density.',
  },
  keywords: ['points', 'density', 'cluster'],
  inputs: {
    points: {
      title: { de: 'Punkte', en: 'Points' },
      description: {
        de: 'GeoJSON-MultiPoint in Längen- und Breitengraden, in Mitteleuropa.',
        en: 'GeoJSON MultiPoint in longitude and latitude, in central Europe.',
      },
      schema: {
        type: 'object',
        required: ['type', 'coordinates'],
        additionalProperties: false,
        properties: {
          type: { type: 'string', enum: ['MultiPoint'] },
          coordinates: {
            type: 'array',
            minItems: 1,
            maxItems: 20_000,
            items: {
              type: 'array',
              minItems: 2,
              maxItems: 2,
              items: { type: 'number', minimum: 0, maximum: 60 },
            },
          },
        },
      },
    },
    eps: {
      title: { de: 'Umkreis', en: 'Radius' },
      description: { de: 'In Metern.', en: 'In metres.' },
      schema: { type: 'number', minimum: 0.1, maximum: 100_000 },
    },
    minPoints: {
      title: { de: 'Mindestzahl', en: 'Least number' },
      description: {
        de: 'Punkte im Umkreis, die einen Kern ausmachen, er selbst mitgezählt.',
        en: 'Points within the radius that make a core, itself counted.',
      },
      schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 5 },
      optional: true,
    },
  },
  outputs: {
    result: {
      title: { de: 'Ergebnis', en: 'Result' },
      description: {
        de: 'Die Punkte mit ihrer Häufung; null ist keine.',
        en: 'The points with their cluster; null is none.',
      },
      schema: { type: 'object', contentMediaType: MEDIA.geojson },
    },
  },
  mediaType: MEDIA.geojson,
  async prepare(_context: ProcessContext, inputs: DbscanInputs) {
    const { coordinates } = inputs.points;
    const middle = coordinates.reduce((sum, [longitude]) => sum + longitude, 0) / coordinates.length;
    const zone = middle < 12 ? 32 : 33;
    const { points: _points, ...parameters } = inputs;
    const input: DbscanInput = {
      frame: {
        process: dbscan.id,
        version: dbscan.version,
        engineVersion: VERSION,
        parameters,
        crs: `EPSG:${25800 + zone}`,
      },
      points: coordinates,
      zone,
      eps: inputs.eps,
      minPoints: inputs.minPoints,
    };
    return workInThread(taskFile('dbscan'), input, coordinates.length * 0.1);
  },
};
