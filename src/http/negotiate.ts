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
 * The format of an answer: `f` if given, else the best of Accept (RFC 9110, 12.5.1: of the ranges that match a type the most
 * specific says how welcome it is, and q=0 excludes it).
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
  const accept = request.headers.accept ?? '';
  const ranges = entriesOf(accept);
  if (ranges.length === 0) return formats[0]!;
  const welcome = formats
    .map((format) => ({ format, ...weigh(ranges, offered[format]) }))
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q || a.place - b.place);
  if (welcome[0]) return welcome[0].format;
  const expected = Object.values<string>(offered).join(', ');
  throw new Problem('not_acceptable', 'None of the accepted formats can be had.', [
    { code: 'not_acceptable', field: 'Accept', got: accept.slice(0, 100), expected },
  ]);
}

/** How welcome a media type is, and which range says so. */
function weigh(ranges: readonly Entry[], type: string): { q: number; place: number } {
  let best = { q: 0, place: 0, match: 0 };
  ranges.forEach(({ name, q }, place) => {
    const match = matchOf(name.toLowerCase(), type);
    // Clients that ask for JSON take any JSON-based type; those that exclude it mean only itself.
    if (match > best.match && (match !== LENIENT || q > 0)) best = { q, place, match };
  });
  return best;
}

const LENIENT = 3;

/** How well a range fits, 0 for not at all. Of parameters only the version counts, where both have one. */
function matchOf(entry: string, offered: string): number {
  const [range = '', version] = entry.split(';version=');
  const [type = '', offeredVersion] = offered.split(';version=');
  if (version !== undefined && offeredVersion !== undefined && version !== offeredVersion) return 0;
  if (range === type) return version === undefined ? 4 : 5;
  if (range === 'application/json' && type.endsWith('+json')) return LENIENT;
  if (range === `${type.split('/')[0]}/*`) return 2;
  return range === '*/*' ? 1 : 0;
}

/** An entry of an Accept-like header. */
interface Entry {
  name: string;
  q: number;
}

/** Those that are wanted, best first. */
function weighted(header: string): Entry[] {
  return entriesOf(header)
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
}

/** Entries of an Accept-like header. */
function entriesOf(header: string): Entry[] {
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
    .filter(({ name }) => name !== '');
}
