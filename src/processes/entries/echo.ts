/** What clients test with. */
import { MEDIA } from '../../http/links.ts';
import { type Process, type ProcessContext, taskFile, workInThread } from '../process.ts';

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

export const echo: Process = {
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
  mediaType: MEDIA.json,
  async prepare(_context: ProcessContext, inputs: { pause?: number }) {
    return workInThread(taskFile('echo'), inputs, 1000 * (inputs.pause ?? 0));
  },
};
