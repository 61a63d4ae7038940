/** Reads what an input refers to: a resource of this service, or a file of an origin that the operator allows. */
import type { Readable } from 'node:stream';
import { Problem } from '../problem.ts';
import { findAllowed } from './allowed-address.ts';

/** What an address answered. */
export interface Opened {
  bytes: Buffer;
  /** Media type without parameters, in lower case. */
  type: string;
}

/** An answer that is being read. */
export interface Incoming {
  status: number;
  /** Value of Content-Type. */
  type: string | null;
  body: Readable | AsyncIterable<Uint8Array> | null;
}

/** Asks this service itself, without a socket. @param path with its query */
export type AskSelf = (path: string, accept: string, signal: AbortSignal) => Promise<Incoming>;

/** Time for one address. */
const OPEN_MS = 10_000;

/** Where an address may lie. */
export interface Places {
  /** Scheme, host and port that this request was sent to. */
  own: string;
  /** Origins that the operator allows. */
  origins: readonly string[];
  askSelf: AskSelf;
}

/**
 * Opens an address. No redirect is followed.
 * @param field where the address stands in the request
 * @param accept media types that are wanted
 * @param mostBytes of the decoded answer
 * @throws Problem invalid_request for an address that may not be opened, or that does not answer as it should
 */
export async function openReference(
  address: string,
  field: string,
  accept: string,
  mostBytes: number,
  { own, origins, askSelf }: Places,
): Promise<Opened> {
  const self = findAllowed(address, [own]);
  const other = self ? null : findAllowed(address, origins);
  if (!other && !self?.pathname.startsWith('/v1/')) {
    throw refuse('reference_refused', field, address, [
      'an address of this API',
      ...(origins.length > 0
        ? ['or of a host that the operator of this service has allowed (INPUT_ORIGINS)']
        : []),
      'or the value itself',
    ]);
  }
  const signal = AbortSignal.timeout(OPEN_MS);
  try {
    const answer = await (other
      ? ask(other, accept, signal)
      : askSelf(self!.pathname + self!.search, accept, signal));
    if (answer.status !== 200) {
      await drop(answer);
      throw refuse('reference_failed', field, `status ${answer.status}`, [
        'status 200; redirects are not followed',
      ]);
    }
    const type = (answer.type ?? '').split(';', 1)[0]!.trim().toLowerCase();
    return { bytes: await read(answer, field, mostBytes), type };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const got = signal.aborted ? `nothing within ${OPEN_MS / 1000} s` : 'no answer';
    throw refuse('reference_failed', field, got, ['an answer with the value']);
  }
}

async function ask(url: URL, accept: string, signal: AbortSignal): Promise<Incoming> {
  const { status, headers, body } = await fetch(url, { headers: { accept }, redirect: 'manual', signal });
  return { status, type: headers.get('content-type'), body };
}

async function read({ body }: Incoming, field: string, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the transfer.
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > mostBytes)
      throw refuse('reference_too_large', field, `more than ${mostBytes} bytes`, ['a smaller value']);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function drop({ body }: Incoming): Promise<void> {
  for await (const _ of body ?? []) return;
}

function refuse(code: string, field: string, got: string, expected: readonly string[]): Problem {
  return new Problem('invalid_request', 'An input by reference cannot be taken.', [
    { code, field, got: got.slice(0, 100), expected: expected.join(' ') },
  ]);
}
