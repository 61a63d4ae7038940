/** What a proxy says about the client's request. */
import type { FastifyRequest } from 'fastify';

const WRITTEN_BY_PROXIES = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

/**
 * Takes `Forwarded` (RFC 7239) as `X-Forwarded-*`, which Fastify believes where the connection comes from a trusted
 * proxy and ignores elsewhere. Of several entries the last counts: it is the nearest proxy's. Beside X-Forwarded-* it does not
 * count: proxies that write those hand on a `Forwarded` that the client made up.
 */
export function readForwarded({ raw: { headers } }: FastifyRequest): void {
  if (WRITTEN_BY_PROXIES.some((name) => headers[name] !== undefined)) return;
  const entry = headers.forwarded?.split(',').at(-1);
  if (entry === undefined) return;
  for (const pair of entry.split(';')) {
    const [, name, value] = /^\s*(host|proto)="?([^"\s]+)"?\s*$/i.exec(pair) ?? [];
    if (name && value) headers[`x-forwarded-${name.toLowerCase()}`] = value;
  }
}
