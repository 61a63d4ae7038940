/** What the validator found, as items with got and expected. */
import type { ErrorObject } from 'ajv';
import { Problem, type ProblemItem } from '../problem.ts';

const PLACES: Record<string, string> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'header',
};

/**
 * One item per finding, each with what was found and what would be right.
 * @param part where it was found, in Fastify's words
 */
export function toValidationProblem(errors: ErrorObject[], part: string): Problem {
  const place = PLACES[part] ?? part;
  const items = errors
    .filter((error) => error.keyword !== 'if' && error.keyword !== 'oneOf')
    .map((error) => toItem(error, place));
  const named = [...new Set(items.map((item) => item.field))].join(', ');
  return new Problem('invalid_request', `The ${place} is not valid: ${named}.`, items);
}

function toItem(error: ErrorObject, place: string): ProblemItem {
  const pointer = error.instancePath;
  const field = place === 'body' ? `/body${pointer}` : pointer.slice(1).replaceAll('/', '.');
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty);
    const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    return {
      code: place === 'query' ? 'unknown_parameter' : 'unknown_property',
      field: place === 'body' ? `${field}/${name}` : name,
      got: name,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no parameters',
    };
  }
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    return {
      code: 'missing',
      field: place === 'body' ? `${field}/${name}` : name,
      got: 'nothing',
      expected: name,
    };
  }
  return { code: 'invalid_value', field, got: show(error.data), expected: expectation(error) };
}

function expectation(error: ErrorObject): string {
  const limit = String(error.params.limit);
  switch (error.keyword) {
    case 'enum':
      return `one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
    case 'type':
      return String(error.params.type);
    case 'pattern':
      return `text of the form ${error.params.pattern}`;
    case 'minimum':
    case 'minItems':
      return `at least ${limit}${error.keyword === 'minItems' ? ' entries' : ''}`;
    case 'maximum':
    case 'maxItems':
      return `at most ${limit}${error.keyword === 'maxItems' ? ' entries' : ''}`;
    case 'minLength':
      return `at least ${limit} characters`;
    case 'maxLength':
      return `at most ${limit} characters`;
    case 'uniqueItems':
      return 'no entry twice';
    default:
      return (error.message ?? 'a valid value').replace(/^must /, '');
  }
}

/** What was sent, shortened so that an answer never echoes more than a line. */
function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
