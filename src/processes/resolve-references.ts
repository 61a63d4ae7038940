/**
 * Inputs by reference become their values before anything else looks at them: what is computed is then named by what it is computed
 * from, and a job does not depend on what an address answers tomorrow.
 */
import { Problem } from '../problem.ts';
import type { Inputs } from './check-inputs.ts';
import { type Opened, openReference, type Places } from './open-reference.ts';
import type { Process, Schema } from './process.ts';

/** Of all references of a request together. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_REFERENCES = 8;

/** Members of a link. */
const LINK = new Set(['href', 'rel', 'type', 'hreflang', 'title', 'length']);

interface Reference {
  href: string;
  type?: unknown;
}

/**
 * Replaces every `{ href, type }` by what is there: JSON where the media type is that, text, or base64 where the schema wants it.
 * @param given as the request has them
 * @throws Problem invalid_request for references that may not or cannot be opened, or are of another media type than said
 */
export async function resolveReferences(process: Process, given: Inputs, places: Places): Promise<Inputs> {
  let [left, count] = [MOST_BYTES, 0];
  const resolve = async (field: string, schema: Schema, value: unknown): Promise<unknown> => {
    if (!isReference(value)) return value;
    count++;
    if (count > MOST_REFERENCES)
      throw refuse(
        'too_many_references',
        field,
        `${count}`,
        `at most ${MOST_REFERENCES} inputs by reference`,
      );
    // JSON is checked by the schema, whatever it is called; of bytes the media type is all that is known.
    const binary = schema.contentEncoding === undefined ? null : mediaTypeOf(schema.contentMediaType);
    const wanted = mediaTypeOf(value.type) ?? binary;
    const accept = wanted ?? 'application/geo+json, application/json;q=0.9, */*;q=0.1';
    const opened = await openReference(value.href, `${field}/href`, accept, left, places);
    left -= opened.bytes.length;
    if (wanted !== null && opened.type !== wanted)
      throw refuse('reference_type', `${field}/type`, opened.type || 'no media type', wanted);
    return readValue(field, schema, opened);
  };
  const resolved: Inputs = {};
  for (const [name, value] of Object.entries(given)) {
    const input = Object.hasOwn(process.inputs, name) ? process.inputs[name] : undefined;
    const field = `/body/inputs/${name}`;
    if (!input) resolved[name] = value;
    else if ((input.maxOccurs ?? 1) > 1 && Array.isArray(value)) {
      const values: unknown[] = [];
      for (const [i, one] of value.entries()) values.push(await resolve(`${field}/${i}`, input.schema, one));
      resolved[name] = values;
    } else resolved[name] = await resolve(field, input.schema, value);
  }
  return resolved;
}

function isReference(value: unknown): value is Reference {
  if (typeof value !== 'object' || value === null || !('href' in value)) return false;
  return typeof value.href === 'string' && Object.keys(value).every((key) => LINK.has(key));
}

/** Without parameters, in lower case; null for none. */
function mediaTypeOf(text: unknown): string | null {
  return typeof text === 'string' ? text.split(';', 1)[0]!.trim().toLowerCase() : null;
}

function readValue(field: string, schema: Schema, { bytes, type }: Opened): unknown {
  if (schema.contentEncoding === 'base64') return bytes.toString('base64');
  const isJson = /^application\/(.+\+)?json$/.test(type);
  if (!isJson && !type.startsWith('text/'))
    throw refuse('reference_type', `${field}/href`, type || 'no media type', 'JSON or text');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return isJson && schema.type !== 'string' ? JSON.parse(text) : text;
  } catch {
    throw refuse(
      'reference_malformed',
      `${field}/href`,
      `${bytes.length} bytes of ${type}`,
      `well-formed ${type} in UTF-8`,
    );
  }
}

function refuse(code: string, field: string, got: string, expected: string): Problem {
  return new Problem('invalid_request', 'An input by reference cannot be taken.', [
    { code, field, got: got.slice(0, 100), expected },
  ]);
}
