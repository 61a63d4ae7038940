import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import t from 'tap';
import { readyHead, sendReady } from '../../src/http/ready-answer.ts';
import { giveBack, takeBytes } from '../../src/slab.ts';
import type { Scope } from '../support/database.ts';

/** Answers `/N` with so many KiB of numbers that follow from the path, in lent memory, and says how much was given back. */
async function serve(t: Scope): Promise<{ port: number; released(): number }> {
  let released = 0;
  const head = readyHead(['content-type', 'text/plain'], 5000);
  const server = createServer((request, response) => {
    const bytes = takeBytes(1024 * Number(request.url!.slice(1)));
    bytes.fill(bodyOf(request.url!));
    const middle = Math.floor(bytes.length / 2);
    const release = (): void => {
      released++;
      giveBack(bytes);
    };
    const parts = [bytes.subarray(0, middle), new Uint8Array(0), bytes.subarray(middle)];
    sendReady(response, head, '"tag"', { parts, release }, bytes.length);
  });
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, released: () => released };
}

function bodyOf(path: string): Buffer {
  return Buffer.from(`body of ${path.slice(1)}, `.repeat(8));
}

/** Sends all requests at once and waits for the bodies. */
async function ask(socket: Socket, paths: readonly string[]): Promise<Buffer[]> {
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
  const bodies: Buffer[] = [];
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    let rest = Buffer.concat(chunks.splice(0));
    for (;;) {
      const start = rest.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/.exec(rest.toString('latin1', 0, start))?.[1]);
      if (!(rest.length >= start + length)) break;
      bodies.push(rest.subarray(start, start + length));
      rest = rest.subarray(start + length);
    }
    chunks.push(rest);
    if (bodies.length === paths.length) break;
  }
  return bodies;
}

t.test('a value with a line break makes no header block', async (t) => {
  for (const value of ['a\r\nset-cookie: b', 'a\nb', 'a\u0000', 'ă'])
    t.throws(() => readyHead(['x-a', value], 5000), { code: 'ERR_INVALID_CHAR' }, JSON.stringify(value));
});

t.test('an answer is what Node itself would write', async (t) => {
  const { port } = await serve(t);
  for (const size of [0, 1, 8, 9, 100]) {
    const answer = await fetch(`http://127.0.0.1:${port}/${size}`);
    const body = Buffer.from(await answer.arrayBuffer());
    t.equal(body.length, 1024 * size);
    t.ok(body.equals(Buffer.alloc(1024 * size, bodyOf(`/${size}`))));
    const { date, ...headers } = Object.fromEntries(answer.headers);
    t.ok(Math.abs(Date.parse(date!) - Date.now()) < 60_000);
    t.strictSame(headers, {
      'content-type': 'text/plain',
      connection: 'keep-alive',
      'keep-alive': 'timeout=5',
      etag: '"tag"',
      'content-length': String(1024 * size),
    });
  }
});

t.test('lent memory is lent again only when it was sent, however slowly somebody reads', async (t) => {
  const { port, released } = await serve(t);
  const paths = Array.from({ length: 300 }, (_, i) => `/${20 + (i % 37)}`);
  const slow = connect(port, '127.0.0.1');
  const fast = connect(port, '127.0.0.1');
  slow.pause();
  slow.write(`GET ${paths[0]} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(200));
  const others = await ask(fast, paths);
  t.ok(released() >= paths.length);
  const bodies = [...(await ask(slow, paths))];
  const isRight = (body: Buffer, path: string): boolean =>
    body.equals(Buffer.alloc(body.length, bodyOf(path)));
  t.ok(others.every((body, i) => isRight(body, paths[i]!)));
  t.ok(bodies.slice(0, 200).every((body) => isRight(body, paths[0]!)));
});

t.test('memory of an answer that nobody took is not lent while it may still be read', async (t) => {
  const { port } = await serve(t);
  const gone = connect(port, '127.0.0.1');
  gone.pause();
  gone.write('GET /3000 HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(5));
  await ask(connect(port, '127.0.0.1'), ['/20']);
  gone.resetAndDestroy();
  const paths = Array.from({ length: 20 }, (_, i) => `/${2500 + i}`);
  const bodies = await ask(connect(port, '127.0.0.1'), paths);
  t.ok(bodies.every((body, i) => body.equals(Buffer.alloc(body.length, bodyOf(paths[i]!)))));
});
