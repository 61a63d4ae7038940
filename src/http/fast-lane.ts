/**
 * Answers that were given before and are still right go out before routing begins: the socket's request is looked up by its
 * address and content coding, and a ready-made block of headers and the bytes are written.
 *
 *   request ─▶ lane ── known ──▶ headers + bytes
 *                └── unknown ──▶ Fastify ─▶ handler ─▶ keep()
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest, FastifyServerFactory } from 'fastify';
import { LRUCache } from 'lru-cache';
import { matchesTag } from './caching.ts';
import { chooseEncoding } from './content-encoding.ts';

/** The lane, and the server that it stands in. */
export interface FastLane {
  serverFactory: FastifyServerFactory;
  /**
   * Keeps an answer for the next requests with the same address and content coding.
   * @param reply with all its headers
   * @param body its bytes in the coding chosen by Accept-Encoding
   */
  keep(request: FastifyRequest, reply: FastifyReply, body: Uint8Array): void;
}

interface Kept {
  tag: string;
  /** Names and values in turn. */
  headers: string[];
  /** Those that a 304 repeats. */
  unchangedHeaders: string[];
  body: Uint8Array;
}

/** Headers and address. */
const ENTRY_BYTES = 3000;
/** Longer addresses are rare, and would only fill the lane. */
const LONGEST_URL = 2000;
/** As long as the shortest max-age: then the handler is asked again, which knows the day. */
const KEPT_MS = 10_000;

/** A 304 describes no body. */
const OF_BODY = new Set(['content-type', 'content-length', 'content-encoding']);

/**
 * Makes an empty lane.
 * @param state something that is another object as soon as an answer may have changed
 * @param maxBytes of what is kept, from 1
 */
export function makeFastLane(state: () => unknown, maxBytes: number): FastLane {
  let seen: unknown;
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ body }) => body.length + ENTRY_BYTES,
    ttl: KEPT_MS,
  });

  function find(request: IncomingMessage): Kept | undefined {
    if (request.method !== 'GET') return undefined;
    const now = state();
    if (now !== seen) {
      kept.clear();
      seen = now;
      return undefined;
    }
    return kept.get(keyOf(request));
  }

  return {
    serverFactory: (handle, options) => {
      const server = createServer((request, response) => {
        const answer = find(request);
        if (answer === undefined) handle(request, response);
        else send(request, response, answer);
      });
      takeOver(server, options as unknown as Timeouts);
      return server;
    },
    keep({ raw }, reply, body) {
      if (raw.method !== 'GET' || raw.url!.length > LONGEST_URL || state() !== seen) return;
      const headers = Object.entries(reply.getHeaders()).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      headers.push(['content-length', String(body.length)]);
      kept.set(keyOf(raw), {
        tag: String(reply.getHeader('etag')),
        headers: headers.flat(),
        unchangedHeaders: headers.filter(([name]) => !OF_BODY.has(name)).flat(),
        body,
      });
    },
  };
}

function keyOf({ headers, url }: IncomingMessage): string {
  return `${chooseEncoding(headers['accept-encoding'] as string | undefined)} ${url}`;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Kept): void {
  if (matchesTag(request.headers['if-none-match'], answer.tag)) {
    response.writeHead(304, answer.unchangedHeaders).end();
  } else {
    response.writeHead(200, answer.headers).end(answer.body);
  }
}

/** Fastify's settings of a server, which it leaves to a factory. */
interface Timeouts {
  keepAliveTimeout: number;
  requestTimeout: number;
  connectionTimeout: number;
}

function takeOver(server: Server, options: Timeouts): void {
  server.keepAliveTimeout = options.keepAliveTimeout;
  server.requestTimeout = options.requestTimeout;
  server.setTimeout(options.connectionTimeout);
}
