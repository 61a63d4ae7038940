/** What a proxy says about the client's request. */
import type { FastifyRequest } from 'fastify';

/**
 * Takes `Forwarded` (RFC 7239) as `X-Forwarded-*`, which Fastify believes where the connection comes from a trusted
 * proxy and ignores elsewhere. Of several entries the last counts: it is the nearest proxy's.
 */
export function readForwarded({ raw: { headers } }: FastifyRequest): void {
  const entry = headers.forwarded?.split(',').at(-1);
  if (entry === undefined) return;
  for (const pair of entry.split(';')) {
    const [, name, value] = /^\s*(host|proto)="?([^"\s]+)"?\s*$/i.exec(pair) ?? [];
    if (name && value) headers[`x-forwarded-${name.toLowerCase()}`] = value;
  }
}
