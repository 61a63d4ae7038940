/** Local Moran's I. */
import { findSubject } from '../../analyses/find-subject.ts';
import { LOCAL_MORAN_VERSION, type LocalMoranInputs, runLocalMoran } from '../../analyses/run-local-moran.ts';
import { MEDIA } from '../../http/links.ts';
import { COLUMN, TEST, WEIGHTS } from '../common-inputs.ts';
import { DISTRICTS } from '../district-process.ts';
import { drawingTime } from '../drawing-time.ts';
import type { Process, ProcessContext } from '../process.ts';

/** Local Moran's I: the analysis behind the fixed address, with the same bytes. */
export const localMoran: Process = {
  id: 'local-moran',
  version: LOCAL_MORAN_VERSION,
  title: { de: 'Lokales Moran-I', en: "Local Moran's I" },
  description: {
    de: 'Gebiete, deren Werte denen der Nachbarn mehr gleichen oder widersprechen, als der Zufall erwarten ließe.',
    en: 'Districts whose values resemble or contradict those of their neighbours more than chance would.',
  },
  keywords: ['LISA', 'cluster', 'outlier'],
  inputs: {
    ...COLUMN,
    weights: {
      ...WEIGHTS,
      description: {
        de: 'queen: gemeinsamer Punkt; Toleranz in Metern.',
        en: 'queen: a common point; tolerance in metres.',
      },
      schema: {
        type: 'object',
        required: ['type'],
        additionalProperties: false,
        properties: {
          type: { type: 'string', enum: ['queen'] },
          tolerance: { type: 'number', minimum: 0, maximum: 10, default: 0.01 },
        },
        default: { type: 'queen' },
      },
    },
    ...TEST,
  },
  outputs: DISTRICTS,
  mediaType: MEDIA.geojson,
  async prepare(context: ProcessContext, inputs: LocalMoranInputs) {
    const { reader, catalog, day, language } = context;
    const { table } = await findSubject(reader, catalog, inputs, day);
    return {
      milliseconds: drawingTime({ keys: table.keys, columns: [inputs.indicator] }, inputs),
      async run(pool, signal) {
        const result = await runLocalMoran(reader, context, pool, inputs, language, signal);
        return Buffer.from(JSON.stringify(result));
      },
    };
  },
};
