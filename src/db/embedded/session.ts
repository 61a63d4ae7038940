/**
 * A byte stream that the `pg` client takes for a socket and that ends in the embedded database. So both
 * kinds of database share one client: parameters, results and errors are alike.
 */
import { Duplex } from 'node:stream';
import { SEARCH_PATH } from '../namespace.ts';
import type { Engine } from './engine.ts';
import { buildQuery, buildWelcome, joinBytes, splitFrames } from './protocol.ts';

/** What `pg` calls on a socket beside the stream's own methods. */
interface Socket extends Duplex {
  connect(): void;
  setNoDelay(): void;
  setKeepAlive(): void;
  ref(): void;
  unref(): void;
}

/** A session starts clean, whatever the one before left open, and finds our tables. */
const BEGINNING = ['rollback', 'discard all', `set search_path to ${SEARCH_PATH}`];

/**
 * Opens a stream to the engine. Messages are held back until they make a batch that the server answers.
 * @param timeoutMs limit of one batch; 0 means none.
 */
export function openSession(engine: Engine, timeoutMs: number): Socket {
  let greeted = false;
  let unsent: Uint8Array[] = [];

  async function begin(): Promise<void> {
    for (const statement of BEGINNING) await engine.run(buildQuery(statement), timeoutMs);
  }

  async function receive(bytes: Uint8Array): Promise<void> {
    if (!greeted) {
      // The start-up message has no type byte; who connects and to what is settled here.
      greeted = true;
      stream.push(buildWelcome());
      return;
    }
    const { frames, rest } = splitFrames(joinBytes([...unsent, bytes]));
    unsent = [];
    for (const frame of frames) {
      if (frame.type === 'X') continue;
      unsent.push(frame.bytes);
      if (frame.type !== 'Q' && frame.type !== 'S') continue;
      const batch = joinBytes(unsent);
      unsent = [];
      stream.push(await engine.run(batch, timeoutMs));
    }
    unsent.push(rest);
  }

  const stream = new Duplex({
    read() {},
    writev(chunks, done) {
      receive(joinBytes(chunks.map(({ chunk }) => chunk as Uint8Array))).then(() => done(), done);
    },
    final(done) {
      stream.push(null);
      done();
    },
  });
  return Object.assign(stream, {
    connect() {
      begin().then(
        () => stream.emit('connect'),
        (error: Error) => stream.destroy(error),
      );
    },
    setNoDelay() {},
    setKeepAlive() {},
    ref() {},
    unref() {},
  });
}
