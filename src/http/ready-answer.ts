/**
 * Answers whose header block is made ahead. Node's `writeHead` checks and joins every header of every answer again, which costs as much
 * as splicing a small tile; here a whole answer is one write.
 */
import { type ServerResponse, validateHeaderValue } from 'node:http';
import { takeBytes } from '../slab.ts';

/** The body of an answer. */
export interface Body {
  /** In order. */
  parts: readonly Uint8Array[];
  /** To be called when nobody reads the parts any more; they are written over then. */
  release(): void;
}

/** Status line and headers that the answers of a family share. */
export type ReadyHead = string & { readonly __ready: never };

/**
 * @param headers names and values in turn, without entity tag and length
 * @param keepAliveMs how long the server keeps a connection open
 * @throws TypeError for a value that no header can have, such as one with a line break
 */
export function readyHead(headers: readonly string[], keepAliveMs: number): ReadyHead {
  let head = 'HTTP/1.1 200 OK\r\n';
  for (let i = 0; i < headers.length; i += 2) {
    validateHeaderValue(headers[i]!, headers[i + 1]!);
    head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  }
  head += `connection: keep-alive\r\nkeep-alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n`;
  return head as ReadyHead;
}

/** Up to so many bytes copying costs less than writing parts. */
const COPIED_BYTES = 8 * 1024;

/** The two fields by which Node knows that a header block was written; they are as old as the class. */
interface Outgoing {
  _header: string;
  _headerSent: boolean;
}

/**
 * Writes a whole answer in one go.
 * @param response of a connection that stays open
 * @param length of all parts
 */
export function sendReady(
  response: ServerResponse,
  head: ReadyHead,
  tag: string,
  { parts, release }: Body,
  length: number,
): void {
  const block = `${head}${dateLine()}etag: ${tag}\r\ncontent-length: ${length}\r\n\r\n`;
  const outgoing = response as ServerResponse & Outgoing;
  outgoing._header = block;
  outgoing._headerSent = true;
  if (length <= COPIED_BYTES) {
    const bytes = takeBytes(block.length + length);
    let end = bytes.write(block, 'latin1');
    for (const part of parts) {
      bytes.set(part, end);
      end += part.length;
    }
    response.end(bytes);
    release();
    return;
  }
  response.cork();
  response.write(block, 'latin1');
  for (const part of parts) if (part.length > 0) response.write(part);
  // Called when all was handed to the operating system; after a failure never, then the parts are garbage.
  response.end(release);
  response.uncork();
}

let known = { second: 0, line: '' };

function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== known.second) known = { second, line: `date: ${new Date(1000 * second).toUTCString()}\r\n` };
  return known.line;
}
