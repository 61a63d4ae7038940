/**
 * A byte stream that the `pg` client takes for a socket and that ends in the embedded database. So both
 * kinds of database share one client: parameters, results and errors are alike.
 */
import { Duplex } from 'node:stream';
import { SESSION_SETTINGS } from '../session-settings.ts';
import type { Engine } from './engine.ts';
import {
  type Bytes,
  buildQuery,
  buildWelcome,
  endsIdle,
  joinBytes,
  readValue,
  splitFrames,
} from './protocol.ts';

/** What `pg` calls on a socket beside the stream's own methods. */
interface Socket extends Duplex {
  connect(): void;
  setNoDelay(): void;
  setKeepAlive(): void;
  ref(): void;
  unref(): void;
}

/** A session starts clean, whatever the one before left open. */
const BEGINNING = [
  'rollback',
  'discard all',
  ...Object.entries(SESSION_SETTINGS).map(([name, value]) => `set ${name} to ${value}`),
];

/** The setting that limits a statement. PGlite stores it, but has no timer: the limit is kept here. */
const LIMIT = 'statement_timeout';

/** Its value in milliseconds. */
const ASK_LIMIT = `select setting from pg_settings where name = '${LIMIT}'`;

/**
 * Opens a stream to the engine. Messages are held back until they make a batch that the server answers.
 * @param timeoutMs limit of one batch unless the session sets `statement_timeout`; 0 means none.
 */
export function openSession(engine: Engine, timeoutMs: number): Socket {
  let limitMs = timeoutMs;
  let greeted = false;
  let unsent: Uint8Array[] = [];

  async function begin(): Promise<void> {
    for (const statement of [...BEGINNING, `set ${LIMIT} to ${timeoutMs}`]) {
      await engine.run(buildQuery(statement), timeoutMs);
    }
  }

  /** Runs a batch under the limit of now. The batch may set another; `set local` ends with its transaction. */
  async function run(batch: Bytes): Promise<Uint8Array> {
    const mentioned = Buffer.from(batch.buffer).includes(LIMIT);
    const answer = await engine.run(batch, limitMs);
    if (mentioned || (limitMs !== timeoutMs && endsIdle(answer))) {
      // In a failed transaction there is no answer, and what it set will be undone.
      limitMs = Number(readValue(await engine.run(buildQuery(ASK_LIMIT), limitMs)) ?? limitMs);
    }
    return answer;
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
      stream.push(await run(batch));
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
