/** Which format and language an answer has. */
import type { FastifyRequest } from 'fastify';
import type { Language } from '../label.ts';
import { Problem } from '../problem.ts';

/** German unless Accept-Language prefers English. */
export function languageOf(request: FastifyRequest): Language {
  const ranked = weighted(request.headers['accept-language'] ?? '');
  for (const { name } of ranked) {
    if (/^en\b/i.test(name)) return 'en';
    if (/^de\b/i.test(name) || name === '*') return 'de';
  }
  return 'de';
}

/**
 * The format of an answer: `f` if given, else the best of Accept.
 * @param f value of the parameter `f`, already validated
 * @param offered media type by format; the first is the default
 * @throws Problem not_acceptable when Accept excludes all of them
 */
export function formatOf<F extends string>(
  request: FastifyRequest,
  f: F | undefined,
  offered: Record<F, string>,
): F {
  if (f !== undefined) return f;
  const formats = Object.keys(offered) as F[];
  const accept = request.headers.accept;
  if (accept === undefined || accept.trim() === '') return formats[0]!;
  for (const { name } of weighted(accept)) {
    const range = name.toLowerCase();
    const found = formats.find((format) => matches(range, offered[format]));
    if (found !== undefined) return found;
  }
  const expected = Object.values<string>(offered).join(', ');
  throw new Problem('not_acceptable', 'None of the accepted formats can be had.', [
    { code: 'not_acceptable', field: 'Accept', got: accept.slice(0, 100), expected },
  ]);
}

/** Of parameters only the version counts, where both have one. */
function matches(entry: string, offered: string): boolean {
  const [range = '', version] = entry.split(';version=');
  const [type = '', offeredVersion] = offered.split(';version=');
  if (version !== undefined && offeredVersion !== undefined && version !== offeredVersion) return false;
  if (range === '*/*' || range === type) return true;
  const [kind, sub] = range.split('/');
  // Clients that ask for JSON take any JSON-based type.
  if (range === 'application/json' && type.endsWith('+json')) return true;
  return sub === '*' && type.startsWith(`${kind}/`);
}

/** Entries of an Accept-like header, best first; q=0 excludes. */
function weighted(header: string): { name: string; q: number }[] {
  return header
    .split(',')
    .map((entry) => {
      const [name = '', ...parameters] = entry.trim().split(';');
      const q = parameters
        .map((p) => /^\s*q=([0-9.]+)\s*$/.exec(p)?.[1])
        .find((value) => value !== undefined);
      const version = parameters
        .map((p) => /^\s*version="?([\w.]+)"?\s*$/i.exec(p)?.[1])
        .find((value) => value !== undefined);
      return {
        name: name.trim() + (version === undefined ? '' : `;version=${version}`),
        q: q === undefined ? 1 : Number(q),
      };
    })
    .filter(({ name, q }) => name !== '' && q > 0)
    .sort((a, b) => b.q - a.q);
}
