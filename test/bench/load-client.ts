/**
 * A client that asks as fast as it gets answers, in a process of its own: keep-alive connections, one request at a time on each,
 * answers only measured by their length. Takes `LoadRequest`s and gives requests per second.
 */
import { connect, type Socket } from 'node:net';

/** What to ask. */
export interface LoadRequest {
  /** Origin of the server. */
  origin: string;
  /** Asked in turn. */
  paths: string[];
  headers: Record<string, string>;
  milliseconds: number;
}

const CONNECTIONS = 16;
const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

process.on('message', async (request: LoadRequest) => {
  try {
    process.send!({ rate: await load(request) });
  } catch (error) {
    process.send!({ error: String(error) });
  }
});

async function load({ origin, paths, headers, milliseconds }: LoadRequest): Promise<number> {
  const { hostname, port, host } = new URL(origin);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const requests = paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`));
  let next = 0;
  let answered = 0;
  const begun = performance.now();
  const until = begun + milliseconds;
  const talk = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.setNoDelay(true);
      const ask = (): void => {
        socket.write(requests[next++ % requests.length]!);
      };
      readAnswers(
        socket,
        () => {
          answered++;
          if (performance.now() < until) ask();
          else socket.end(resolve);
        },
        reject,
      );
      socket.on('connect', ask);
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, talk));
  return (answered / (performance.now() - begun)) * 1000;
}

/** Tells each complete answer. Connections ask one thing at a time, so what ends a chunked answer is the end of a part. */
function readAnswers(socket: Socket, onAnswer: () => void, onError: (error: Error) => void): void {
  let head: Buffer = Buffer.alloc(0);
  /** Bytes that are still to come; infinitely many until the last chunk. */
  let missing = 0;
  let tail: Buffer = Buffer.alloc(0);
  const take = (part: Buffer): void => {
    missing -= part.length;
    if (missing === Number.POSITIVE_INFINITY) {
      tail = Buffer.concat([tail, part.subarray(-LAST_CHUNK.length)]).subarray(-LAST_CHUNK.length);
      if (tail.equals(LAST_CHUNK)) missing = 0;
    }
    if (missing <= 0) onAnswer();
  };
  socket.on('data', (part: Buffer) => {
    if (missing > 0) return take(part);
    head = head.length === 0 ? part : Buffer.concat([head, part]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    const text = head.toString('latin1', 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    const chunked = /\r\ntransfer-encoding: chunked/i.test(text);
    if (!/^HTTP\/1\.1 200/.test(text) || (length === undefined && !chunked)) {
      onError(new Error(`Got ${text.split('\r\n')[0]}, expected 200 with a length or in chunks.`));
      return;
    }
    missing = chunked ? Number.POSITIVE_INFINITY : Number(length);
    const rest = head.subarray(end + HEAD_END.length);
    head = Buffer.alloc(0);
    tail = Buffer.alloc(0);
    take(rest);
  });
}
