/** A result in the form that the request wants. */
import { type Link, MEDIA } from '../http/links.ts';
import type { Delivery } from '../jobs/job.ts';
import { Problem } from '../problem.ts';
import type { Process } from './process.ts';

/** What a request's body says of an output. */
interface OutputRequest {
  transmissionMode?: 'value' | 'reference' | undefined;
  format?: { mediaType?: string | undefined } | undefined;
}

/** What a request's body says of delivery. */
export interface DeliveryRequest {
  outputs?: Record<string, OutputRequest> | undefined;
  response?: 'raw' | 'document' | undefined;
}

/** Checks what the request wants. @throws Problem invalid_request for an output or a format that there is not */
export function readDelivery(
  process: Process,
  { outputs = {}, response = 'raw' }: DeliveryRequest,
): Delivery {
  for (const [name, { format }] of Object.entries(outputs)) {
    if (!Object.hasOwn(process.outputs, name))
      throw refuse(process, 'unknown_output', `/body/outputs/${name}`, name, Object.keys(process.outputs));
    const type = typeOf(process);
    const wanted = format?.mediaType;
    if (wanted !== undefined && wanted.split(';', 1)[0]!.trim().toLowerCase() !== type)
      throw refuse(process, 'unknown_format', `/body/outputs/${name}/format/mediaType`, wanted, [type]);
  }
  const names = Object.keys(outputs);
  return {
    // An empty object names none, which cannot be meant.
    outputs: names.length > 0 ? names : null,
    references: names.filter((name) => outputs[name]!.transmissionMode === 'reference'),
    response,
  };
}

function refuse(
  { id }: Process,
  code: string,
  field: string,
  got: string,
  possible: readonly string[],
): Problem {
  const expected = `one of ${possible.join(', ')}`;
  return new Problem('invalid_request', `${id} has no output like that.`, [
    { code, field, got: got.slice(0, 100), expected },
  ]);
}

/** An answer: 200 with a body, or 204 with links where all is answered by reference. */
export interface Answer {
  content: { body: Buffer; type: string } | null;
  links: Link[];
}

/**
 * The answer of an execution, or of the results of its job.
 *
 *     outputs           raw                        document
 *     one               the output itself          { id: output }
 *     several           { id: output, … }          { id: output, … }
 *     some by reference { id: link or output, … }  { id: link or output, … }
 *     all by reference  nothing but Link headers   { id: link, … }
 *
 * @param hrefOf address of an output
 */
export function deliver(
  process: Process,
  result: Uint8Array,
  { outputs, references, response }: Delivery,
  hrefOf: (output: string) => string,
): Answer {
  const parts = splitResult(process, result);
  const chosen = outputs === null ? parts : parts.filter(({ id }) => outputs.includes(id));
  const link = (id: string): Link => ({ href: hrefOf(id), rel: 'item', type: typeOf(process), title: id });
  const byReference = chosen.filter(({ id }) => references.includes(id));
  if (response === 'raw' && chosen.length > 0 && byReference.length === chosen.length)
    return { content: null, links: chosen.map(({ id }) => link(id)) };
  const named = outputs?.length ?? Object.keys(process.outputs).length;
  if (response === 'raw' && named === 1 && chosen.length === 1)
    return { content: { body: chosen[0]!.body, type: typeOf(process) }, links: [] };
  const members = chosen.map(({ id, body }) => {
    const { href, type } = link(id);
    return [
      Buffer.from(`${JSON.stringify(id)}:`),
      references.includes(id) ? Buffer.from(JSON.stringify({ href, type })) : body,
    ];
  });
  const body = Buffer.concat([
    Buffer.from('{'),
    ...members.flatMap((member, i) => (i === 0 ? member : [Buffer.from(','), ...member])),
    Buffer.from('}'),
  ]);
  return { content: { body, type: MEDIA.json }, links: [] };
}

/** One output of a result. @throws Problem not_found for one that there is not, or that had nothing to say */
export function pickOutput(process: Process, result: Uint8Array, id: string): { body: Buffer; type: string } {
  const parts = splitResult(process, result);
  const part = parts.find((one) => one.id === id);
  if (part) return { body: part.body, type: typeOf(process) };
  throw new Problem('not_found', `The results have no output ${id}.`, [
    {
      code: 'unknown_output',
      field: 'outputId',
      got: id.slice(0, 100),
      expected: `one of ${parts.map((one) => one.id).join(', ')}`,
    },
  ]);
}

/** The outputs of a result as JSON, in their order. */
function splitResult(process: Process, result: Uint8Array): { id: string; body: Buffer }[] {
  const bytes = Buffer.from(result.buffer, result.byteOffset, result.byteLength);
  const [only, ...more] = Object.keys(process.outputs);
  if (more.length === 0) return [{ id: only!, body: bytes }];
  return Object.entries(JSON.parse(bytes.toString()) as Record<string, unknown>).map(([id, value]) => ({
    id,
    body: Buffer.from(JSON.stringify(value)),
  }));
}

/** Media type of an output. */
function typeOf(process: Process): string {
  return Object.keys(process.outputs).length === 1 ? process.mediaType : MEDIA.json;
}
