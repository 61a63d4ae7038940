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

/** Tells each complete answer. */
function readAnswers(socket: Socket, onAnswer: () => void, onError: (error: Error) => void): void {
  let head: Buffer = Buffer.alloc(0);
  let missing = 0;
  socket.on('data', (part: Buffer) => {
    if (missing > 0) {
      missing -= part.length;
      if (missing <= 0) onAnswer();
      return;
    }
    head = head.length === 0 ? part : Buffer.concat([head, part]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    const text = head.toString('latin1', 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
    if (!/^HTTP\/1\.1 200/.test(text) || length === undefined) {
      onError(new Error(`Got ${text.split('\r\n')[0]}, expected 200 with a length.`));
      return;
    }
    missing = Number(length) - (head.length - end - HEAD_END.length);
    head = Buffer.alloc(0);
    if (missing <= 0) onAnswer();
  });
}
