/** A result in the form that the request wants. */
import { MEDIA } from '../http/links.ts';
import type { Delivery } from '../jobs/job.ts';
import { Problem } from '../problem.ts';
import type { Process } from './process.ts';

/** What a request's body says of delivery. */
export interface DeliveryRequest {
  outputs?: Record<string, unknown> | undefined;
  response?: 'raw' | 'document' | undefined;
}

/** Checks what the request wants. @throws Problem invalid_request for an output that there is not */
export function readDelivery(process: Process, { outputs, response = 'raw' }: DeliveryRequest): Delivery {
  // An empty object names none, which cannot be meant.
  const names = outputs && Object.keys(outputs).length > 0 ? Object.keys(outputs) : null;
  const unknown = names?.find((name) => !Object.hasOwn(process.outputs, name));
  if (unknown === undefined) return { outputs: names, response };
  throw new Problem('invalid_request', `${process.id} has no output ${unknown}.`, [
    {
      code: 'unknown_output',
      field: `/body/outputs/${unknown}`,
      got: unknown,
      expected: `one of ${Object.keys(process.outputs).join(', ')}`,
    },
  ]);
}

/**
 * Body and media type of an answer.
 *
 *     outputs   raw                          document
 *     one       the output itself            { id: output }
 *     several   { id: output, … }            { id: output, … }
 */
export function deliver(
  process: Process,
  result: Uint8Array,
  { outputs, response }: Delivery,
): { body: Buffer; type: string } {
  const ids = Object.keys(process.outputs);
  const bytes = Buffer.from(result.buffer, result.byteOffset, result.byteLength);
  if (ids.length === 1) {
    if (response === 'raw') return { body: bytes, type: process.mediaType };
    const body = Buffer.concat([Buffer.from(`{${JSON.stringify(ids[0])}:`), bytes, Buffer.from('}')]);
    return { body, type: MEDIA.json };
  }
  if (outputs === null) return { body: bytes, type: MEDIA.json };
  const all = JSON.parse(bytes.toString()) as Record<string, unknown>;
  const only = outputs[0]!;
  const chosen =
    outputs.length === 1 && response === 'raw' && only in all
      ? all[only]
      : Object.fromEntries(outputs.filter((id) => id in all).map((id) => [id, all[id]]));
  return { body: Buffer.from(JSON.stringify(chosen)), type: MEDIA.json };
}
