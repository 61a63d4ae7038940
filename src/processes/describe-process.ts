/** Processes as documents. */
import type { components } from '../../openapi/generated/types.ts';
import { MEDIA, OGC_REL } from '../http/links.ts';
import { type Language, textOf } from '../label.ts';
import type { Process } from './process.ts';

type Summary = components['schemas']['ProcessSummary'];
type Description = components['schemas']['ProcessDescription'];

/** Entry of the list. @param base address of the API */
export function summariseProcess(process: Process, language: Language, base: string): Summary {
  const href = `${base}/processes/${process.id}`;
  return {
    id: process.id,
    version: process.version,
    title: textOf(process.title, language),
    description: textOf(process.description, language),
    keywords: [...process.keywords],
    jobControlOptions: ['sync-execute', 'async-execute', 'dismiss'],
    outputTransmission: ['value', 'reference'],
    links: [
      { href, rel: 'self', type: MEDIA.json },
      { href: `${href}/execution`, rel: `${OGC_REL}/execute`, type: MEDIA.json, title: 'Execution' },
    ],
  };
}

/** The whole description. @param base address of the API */
export function describeProcess(process: Process, language: Language, base: string): Description {
  return {
    ...summariseProcess(process, language, base),
    inputs: Object.fromEntries(
      Object.entries(process.inputs).map(([name, input]) => [
        name,
        {
          title: textOf(input.title, language),
          description: textOf(input.description, language),
          schema: { ...input.schema },
          minOccurs: input.optional ? 0 : 1,
          maxOccurs: input.maxOccurs ?? 1,
        },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(process.outputs).map(([name, output]) => [
        name,
        {
          title: textOf(output.title, language),
          description: textOf(output.description, language),
          schema: { ...output.schema },
        },
      ]),
    ),
  };
}
