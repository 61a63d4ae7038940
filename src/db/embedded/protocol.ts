/**
 * The few parts of PostgreSQL's wire protocol that the embedded database needs to know.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 *   message = type (1 byte) | length (4 bytes, without the type) | body
 */

/** One message inside a buffer: its type as a letter and its bytes including type and length. */
export interface Frame {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Bytes with a memory of their own, so that they can be handed to another thread without a copy. */
export type Bytes = Uint8Array<ArrayBuffer>;

const text = new TextEncoder();

/** Splits a buffer into whole messages; `rest` is the beginning of one that has not fully arrived. */
export function splitFrames(buffer: Uint8Array): { frames: Frame[]; rest: Uint8Array } {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const frames: Frame[] = [];
  let start = 0;
  while (start + 5 <= buffer.length) {
    const end = start + 1 + view.getInt32(start + 1);
    if (end > buffer.length) break;
    frames.push({ type: String.fromCharCode(buffer[start]!), bytes: buffer.subarray(start, end) });
    start = end;
  }
  return { frames, rest: buffer.subarray(start) };
}

/** Builds one message from its type and the parts of its body. */
export function buildFrame(type: string, ...body: Uint8Array[]): Bytes {
  const length = body.reduce((sum, part) => sum + part.length, 4);
  const frame = new Uint8Array(1 + length);
  frame[0] = type.charCodeAt(0);
  new DataView(frame.buffer).setInt32(1, length);
  let offset = 5;
  for (const part of body) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}

/** A simple query (`Q`). */
export const buildQuery = (sql: string): Bytes => buildFrame('Q', text.encode(`${sql}\0`));

/** A statement to parse (`P`), unnamed and without declared parameter types. */
export const buildParse = (sql: string): Bytes =>
  buildFrame('P', text.encode(`\0${sql}\0`), new Uint8Array(2));

/** An error of the server (`E`) with a SQLSTATE and a message. */
export const buildError = (sqlState: string, message: string): Bytes =>
  buildFrame('E', text.encode(`SERROR\0VERROR\0C${sqlState}\0M${message}\0\0`));

/** The answer to a start-up message: authenticated (`R` 0), idle (`Z` I). */
export const buildWelcome = (): Bytes =>
  joinBytes([buildFrame('R', new Uint8Array(4)), buildFrame('Z', text.encode('I'))]);

/** Concatenates byte arrays. */
export function joinBytes(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** The first column of the first row (`D`) in an answer, as text; null when there is no row. */
export function readValue(answer: Uint8Array): string | null {
  const row = splitFrames(answer).frames.find(({ type }) => type === 'D');
  // Type (1 byte), length (4), number of columns (2), length of the first (4).
  if (!row) return null;
  const { buffer, byteOffset } = row.bytes;
  return Buffer.from(buffer, byteOffset + 11, new DataView(buffer, byteOffset).getInt32(7)).toString('utf8');
}

/** Says whether a complete answer leaves no transaction open: the status of its ReadyForQuery is `I`. */
export const endsIdle = (answer: Uint8Array): boolean => answer.at(-1) === 'I'.charCodeAt(0);

/** Says whether an answer is complete: it ends with ReadyForQuery (`Z`, length 5, one byte of status). */
export function endsReady(answer: Uint8Array): boolean {
  const end = answer.subarray(-6);
  return end.length === 6 && end[0] === 'Z'.charCodeAt(0) && end[4] === 5;
}
