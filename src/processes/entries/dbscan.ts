/** Clusters of given points. */
import { MEDIA } from '../../http/links.ts';
import { Problem } from '../../problem.ts';
import { VERSION } from '../../version.ts';
import { type Process, type ProcessContext, taskFile, workInThread } from '../process.ts';
import type { DbscanInput } from '../tasks/dbscan-task.ts';

/** GeoJSON, as much of it as is read. */
type Points =
  | { type: 'MultiPoint'; coordinates: [number, number][] }
  | {
      type: 'FeatureCollection';
      features: { geometry: { coordinates: [number, number] } }[];
      links?: { rel?: unknown }[];
    };

interface DbscanInputs {
  points: Points;
  eps: number;
  minPoints: number;
}

const POSITION = {
  type: 'array',
  minItems: 2,
  maxItems: 2,
  items: { type: 'number', minimum: 0, maximum: 60 },
};
const POINT_FEATURE = {
  type: 'object',
  required: ['type', 'geometry'],
  properties: {
    type: { type: 'string', enum: ['Feature'] },
    geometry: {
      type: 'object',
      required: ['type', 'coordinates'],
      properties: { type: { type: 'string', enum: ['Point'] }, coordinates: POSITION },
    },
  },
};

/** @throws Problem invalid_request for one page of several: the clusters of a part are not those of the whole */
function listPoints(points: Points): [number, number][] {
  if (points.type === 'MultiPoint') return points.coordinates;
  if (!points.links?.some(({ rel }) => rel === 'next'))
    return points.features.map(({ geometry }) => geometry.coordinates);
  throw new Problem('invalid_request', 'The points are one page of several.', [
    {
      code: 'incomplete',
      field: '/body/inputs/points/links',
      got: 'a link to the next page',
      expected: 'all points at once, e.g. by a higher limit',
    },
  ]);
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
        de: 'GeoJSON-MultiPoint oder FeatureCollection von Punkten, in Längen- und Breitengraden, in Mitteleuropa.',
        en: 'GeoJSON MultiPoint, or FeatureCollection of points, in longitude and latitude, in central Europe.',
      },
      schema: {
        contentMediaType: MEDIA.geojson,
        oneOf: [
          {
            type: 'object',
            required: ['type', 'coordinates'],
            additionalProperties: false,
            properties: {
              type: { type: 'string', enum: ['MultiPoint'] },
              coordinates: { type: 'array', minItems: 1, maxItems: 20_000, items: POSITION },
            },
          },
          {
            type: 'object',
            required: ['type', 'features'],
            properties: {
              type: { type: 'string', enum: ['FeatureCollection'] },
              features: { type: 'array', minItems: 1, maxItems: 20_000, items: POINT_FEATURE },
              links: { type: 'array', items: { type: 'object' } },
            },
          },
        ],
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
    const coordinates = listPoints(inputs.points);
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
