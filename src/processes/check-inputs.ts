/** Inputs of a request, checked against the schemas of the process and brought into one form. */
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { toValidationProblem } from '../http/validation-problem.ts';
import { Problem } from '../problem.ts';
import type { Process, ProcessInput } from './process.ts';

/** Inputs by name. */
export type Inputs = Record<string, unknown>;

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, useDefaults: true });
addFormats.default(ajv);
ajv.addFormat('ogc-bbox', true);

const validators = new WeakMap<Process, ValidateFunction>();

/**
 * Checks inputs and fills in defaults.
 * @param given as the request has them: inline, or qualified as `{ value, … }`; references are resolved already
 * @throws Problem invalid_request
 */
export function checkInputs(process: Process, given: Inputs): Inputs {
  const inputs = structuredClone(given);
  for (const [name, value] of Object.entries(inputs)) {
    const input = Object.hasOwn(process.inputs, name) ? process.inputs[name]! : null;
    if (!input) continue;
    const several = (input.maxOccurs ?? 1) > 1;
    if (several) inputs[name] = (Array.isArray(value) ? value : [value]).map((one) => unwrap(input, one));
    else inputs[name] = unwrap(input, value);
  }
  let validate = validators.get(process);
  if (!validate) {
    validate = ajv.compile(schemaOf(process));
    validators.set(process, validate);
  }
  if (validate({ inputs })) return inputs;
  throw toValidationProblem(validate.errors ?? [], 'body');
}

const QUALIFIERS = new Set(['value', 'mediaType', 'encoding', 'schema', 'format']);

/** The value of a qualified value, unless the input is itself an object with that member. */
function unwrap({ schema }: ProcessInput, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('value' in value)) return value;
  if (JSON.stringify(schema).includes('"value"')) return value;
  return Object.keys(value).every((key) => QUALIFIERS.has(key)) ? value.value : value;
}

/** Schema of the whole body, so that errors point into it. */
function schemaOf({ inputs }: Process): object {
  const properties = Object.fromEntries(
    Object.entries(inputs).map(([name, { schema, maxOccurs = 1 }]) => [
      name,
      maxOccurs > 1
        ? { type: 'array', minItems: 1, maxItems: maxOccurs, uniqueItems: true, items: schema }
        : schema,
    ]),
  );
  const required = Object.keys(inputs).filter((name) => !inputs[name]!.optional);
  return {
    type: 'object',
    properties: { inputs: { type: 'object', additionalProperties: false, required, properties } },
  };
}

/** Looks for what inputs name; what is wrong with a parameter is wrong with the input of that name. @throws Problem */
export async function pointToInputs<T>(look: () => T | Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const items = error.items.map((item) =>
      item.field === undefined || item.field.startsWith('/')
        ? item
        : { ...item, field: `/body/inputs/${item.field}` },
    );
    throw new Problem(error.code, error.message, items);
  }
}

/** JSON with sorted keys: equal inputs have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
