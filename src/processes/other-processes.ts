/** Processes on points, on indices, and the echo that clients test with. */
import { chooseSubject, listIndices, requireIndex } from '../indices/choose-subject.ts';
import { describeRow, describeStatement } from '../indices/describe-results.ts';
import { VERSION } from '../version.ts';
import { COLLECTION, DATETIME, PERIOD } from './common-inputs.ts';
import { type Process, type ProcessContext, workInThread } from './process.ts';
import type { DbscanInput } from './tasks/dbscan-task.ts';

const task = (name: string): URL => new URL(`./tasks/${name}-task.ts`, import.meta.url);

interface DbscanInputs {
  points: { type: 'MultiPoint'; coordinates: [number, number][] };
  eps: number;
  minPoints: number;
}

const dbscan: Process = {
  id: 'dbscan',
  version: '1.0.0',
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
      schema: { type: 'object', contentMediaType: 'application/geo+json' },
    },
  },
  mediaType: 'application/geo+json',
  async prepare(_context: ProcessContext, inputs: DbscanInputs) {
    const { coordinates } = inputs.points;
    const middle = coordinates.reduce((sum, [longitude]) => sum + longitude, 0) / coordinates.length;
    const zone = middle < 12 ? 32 : 33;
    const { points: _points, ...parameters } = inputs;
    const input: DbscanInput = {
      frame: {
        process: dbscan.id,
        version: dbscan.version,
        engine: VERSION,
        parameters,
        crs: `EPSG:${25800 + zone}`,
      },
      points: coordinates,
      zone,
      eps: inputs.eps,
      minPoints: inputs.minPoints,
    };
    return workInThread(task('dbscan'), input, coordinates.length * 0.1);
  },
};

interface IndexInputs {
  index: string;
  version?: string;
  collection?: string;
  period: string;
  datetime?: string;
}

const compositeIndex: Process = {
  id: 'composite-index',
  version: '1.0.0',
  title: { de: 'Zusammengesetzter Index', en: 'Composite index' },
  description: {
    de: 'Index und Klasse jedes Gebiets nach einer der Methoden unter /indices.',
    en: 'Index and class of every district by one of the methods at /indices.',
  },
  keywords: ['index', 'monitoring'],
  inputs: {
    index: {
      title: { de: 'Index', en: 'Index' },
      description: { de: 'Id eines Index, z. B. mss-status.', en: 'Id of an index, e.g. mss-status.' },
      schema: { type: 'string', minLength: 1, maxLength: 100 },
    },
    version: {
      title: { de: 'Version der Methode', en: 'Version of the method' },
      description: { de: 'Ohne Angabe die neueste.', en: 'The newest without it.' },
      schema: { type: 'string', minLength: 1, maxLength: 30 },
      optional: true,
    },
    collection: { ...COLLECTION, optional: true },
    period: { ...PERIOD, schema: { ...PERIOD.schema, default: 'latest' }, optional: true },
    datetime: DATETIME,
  },
  outputs: {
    result: {
      title: { de: 'Ergebnis', en: 'Result' },
      description: {
        de: 'Aussage zur Methode und eine Zeile je Gebiet.',
        en: 'Statement of method and a row for each district.',
      },
      schema: {
        type: 'object',
        required: ['statement', 'results'],
        properties: { statement: { type: 'object' }, results: { type: 'array', items: { type: 'object' } } },
      },
    },
  },
  mediaType: 'application/json',
  async prepare(context: ProcessContext, inputs: IndexInputs) {
    const { catalog, reader, day, language, indexResults } = context;
    const indices = listIndices(await reader.indexMethods(catalog));
    const index = requireIndex(indices, inputs.index, inputs.version);
    const subject = chooseSubject(catalog, indices, index, inputs, day);
    return {
      milliseconds: 50,
      async run() {
        const evaluated = await indexResults.evaluate(catalog, subject);
        const results = evaluated.table.keys.map((_, i) => describeRow(catalog, evaluated, i, language));
        const statement = describeStatement(evaluated, language);
        return Buffer.from(JSON.stringify({ statement, results }));
      },
    };
  },
};

/** An echoed input, and the output of the same form. */
const ECHOED = {
  text: { type: 'string', maxLength: 10_000 },
  number: { type: 'number' },
  integers: { type: 'array', maxItems: 10_000, items: { type: 'integer' } },
  object: {
    type: 'object',
    required: ['value'],
    properties: { value: { type: 'string', maxLength: 10_000 } },
  },
  bbox: {
    type: 'object',
    format: 'ogc-bbox',
    required: ['bbox'],
    additionalProperties: false,
    properties: {
      bbox: { type: 'array', minItems: 4, maxItems: 4, items: { type: 'number' } },
      crs: { type: 'string', maxLength: 200 },
    },
  },
  image: {
    type: 'string',
    contentEncoding: 'base64',
    contentMediaType: 'image/tiff; application=geotiff',
    maxLength: 900_000,
  },
  mixed: {
    oneOf: [
      { type: 'string', maxLength: 10_000 },
      { type: 'object', required: ['value'], properties: { value: { type: 'string', maxLength: 10_000 } } },
    ],
  },
} as const;

const echoOf = (id: string) => ({
  title: { de: id, en: id },
  description: { de: 'Kommt unverändert zurück.', en: 'Comes back as it is.' },
  schema: ECHOED[id as keyof typeof ECHOED],
});

const echo: Process = {
  id: 'echo',
  version: '1.0.0',
  title: { de: 'Echo', en: 'Echo' },
  description: {
    de: 'Gibt seine Eingaben zurück; zum Prüfen von Programmen.',
    en: 'Gives back its inputs; for testing clients.',
  },
  keywords: ['test'],
  inputs: {
    ...Object.fromEntries(Object.keys(ECHOED).map((id) => [id, { ...echoOf(id), optional: true }])),
    pause: {
      title: { de: 'Pause', en: 'Pause' },
      description: { de: 'Sekunden bis zur Antwort.', en: 'Seconds before the answer.' },
      schema: { type: 'integer', minimum: 0, maximum: 60 },
      optional: true,
    },
  },
  outputs: Object.fromEntries(Object.keys(ECHOED).map((id) => [id, echoOf(id)])),
  mediaType: 'application/json',
  async prepare(_context: ProcessContext, inputs: { pause?: number }) {
    return workInThread(task('echo'), inputs, 1000 * (inputs.pause ?? 0));
  },
};

/** In the order of the ids. */
export const OTHER_PROCESSES: readonly Process[] = [compositeIndex, dbscan, echo];
