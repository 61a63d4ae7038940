/**
 * A lane for addresses that differ only in three numbers at the end of their path, as tiles do: what the handler settled for one
 * of them (that the request is valid, which headers it gets) holds for all, so the next ones are answered before routing begins.
 *
 *   request ─▶ lane ── known family ──▶ headers + bytes
 *                └── anything else ──▶ Fastify ─▶ handler ─▶ keep()
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest, FastifyServerFactory } from 'fastify';
import { LRUCache } from 'lru-cache';
import { matchesTag } from './caching.ts';
import { type ContentEncoding, chooseEncoding } from './content-encoding.ts';
import { MOST_HEADER_BYTES } from './problems.ts';
import { type Body, type ReadyHead, readyHead, sendReady } from './ready-answer.ts';

/** Answers the addresses of a family. */
export interface Family {
  /** Entity tag of the answer; null for numbers that the handler should see. */
  tagOf(first: number, second: number, third: number): string | null;
  /** The answer in the family's content coding; null where it is not at hand. */
  bodyOf(first: number, second: number, third: number): Body | null;
}

/** The lane, and the server that it stands in. */
export interface FastLane {
  serverFactory: FastifyServerFactory;
  /**
   * Keeps a family for the next requests with the same content coding.
   * @param reply with all headers that the answers of the family share
   */
  keep(request: FastifyRequest, reply: FastifyReply, family: Family): void;
}

interface Kept extends Family {
  head: ReadyHead;
  /** Those that a 304 repeats. */
  unchangedHeaders: readonly string[];
}

/** Families that are asked for in turn; some kilobytes each. */
const MOST_FAMILIES = 1000;
/** Longer addresses are rare, and would only fill the lane. */
const LONGEST_URL = 2000;
/** As long as the shortest max-age: then the handler is asked again, which knows the day. */
const KEPT_MS = 10_000;

/** Of these each answer has its own. */
const OWN = new Set(['etag', 'content-length']);
/** A 304 describes no body. */
const OF_BODY = new Set(['content-type', 'content-encoding']);

/** Path, three numbers without leading zeros, query. */
const ADDRESS = /^([^?]+)\/(0|[1-9]\d?)\/(0|[1-9]\d{0,8})\/(0|[1-9]\d{0,8})(\?.*)?$/;

/**
 * Makes an empty lane.
 * @param state something that is another object as soon as an answer may have changed
 */
export function makeFastLane(state: () => unknown): FastLane {
  let seen: unknown;
  /** In which state requests came that the handler answers: what it says holds for that state, however long it takes. */
  const cameIn = new WeakMap<IncomingMessage, unknown>();
  const kept = new LRUCache<string, Kept>({ max: MOST_FAMILIES, ttl: KEPT_MS, ttlResolution: 0 });

  /** Whether it was answered. */
  function answer(request: IncomingMessage, response: ServerResponse): boolean {
    // A connection that ends with the answer is rare, and has other headers.
    if (request.method !== 'GET' || !response.shouldKeepAlive) return false;
    const now = state();
    if (now !== seen) {
      kept.clear();
      seen = now;
      return false;
    }
    const place = ADDRESS.exec(request.url!);
    if (place === null) return false;
    const { encoding, ifNoneMatch } = readHeaders(request);
    const family = kept.get(keyOf(encoding, place));
    if (family === undefined) return false;
    const [first, second, third] = [Number(place[2]), Number(place[3]), Number(place[4])];
    const tag = family.tagOf(first, second, third);
    if (tag === null) return false;
    if (ifNoneMatch !== undefined && matchesTag(ifNoneMatch, tag)) {
      response.writeHead(304, [...family.unchangedHeaders, 'etag', tag]).end();
      return true;
    }
    const body = family.bodyOf(first, second, third);
    if (body === null) return false;
    const length = body.parts.reduce((sum, part) => sum + part.length, 0);
    // Nothing is another status, which the handler knows.
    if (length === 0) return false;
    sendReady(response, family.head, tag, body, length);
    return true;
  }

  return {
    serverFactory: (handle, options) => {
      const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (request, response) => {
        // A server that is being closed ends its connections: Fastify does that.
        if (server.listening && answer(request, response)) return;
        cameIn.set(request, seen);
        handle(request, response);
      });
      takeOver(server, options as unknown as Timeouts);
      return server;
    },
    keep(request, reply, family) {
      const { raw } = request;
      if (raw.url!.length > LONGEST_URL || cameIn.get(raw) !== state()) return;
      const parts = ADDRESS.exec(raw.url!);
      if (parts === null) return;
      const shared = Object.entries(reply.getHeaders()).filter(([name]) => !OWN.has(name));
      const unchanged = shared.filter(([name]) => !OF_BODY.has(name));
      kept.set(keyOf(readHeaders(raw).encoding, parts), {
        ...family,
        head: readyHead(
          shared.flatMap(([name, value]) => [name, String(value)]),
          request.server.server.keepAliveTimeout,
        ),
        unchangedHeaders: unchanged.flatMap(([name, value]) => [name, String(value)]),
      });
    },
  };
}

/**
 * The two headers that matter here, from the list as it came: Node builds the object of all headers only when it is asked for. Of a
 * header that came twice the values are joined, as there.
 */
function readHeaders({ rawHeaders }: IncomingMessage): {
  encoding: ContentEncoding;
  ifNoneMatch: string | undefined;
} {
  let accepted: string | undefined;
  let ifNoneMatch: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === ACCEPT_ENCODING.length && name.toLowerCase() === ACCEPT_ENCODING) {
      accepted = joinValues(accepted, rawHeaders[i + 1]!);
    } else if (name.length === IF_NONE_MATCH.length && name.toLowerCase() === IF_NONE_MATCH) {
      ifNoneMatch = joinValues(ifNoneMatch, rawHeaders[i + 1]!);
    }
  }
  return { encoding: chooseEncoding(accepted), ifNoneMatch };
}

const ACCEPT_ENCODING = 'accept-encoding';
const IF_NONE_MATCH = 'if-none-match';

function joinValues(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

function keyOf(encoding: ContentEncoding, [, path, , , , query = '']: RegExpExecArray): string {
  return `${encoding} ${path}${query}`;
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
