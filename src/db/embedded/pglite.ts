/**
 * PGlite with PostGIS behind the wire protocol, with a guard for the errors that it loses.
 *
 * PGlite 0.5.8 runs PostgreSQL as WebAssembly. A C++ exception of GEOS that nobody catches unwinds the
 * whole stack; PGlite swallows it and goes on: the query answers nothing, its transaction would commit.
 * Inside PL/pgSQL the exception is swallowed deeper, and the function goes on as if nothing had happened.
 *
 *   pg client ── Parse Bind Describe Execute ──▶ run ── escaped? ── no ──▶ Sync ──▶ ReadyForQuery
 *                                                          └── yes ─▶ failing Parse (aborts the transaction)
 *                                                                     ErrorResponse XX000, then Sync
 */
import { pathToFileURL } from 'node:url';
import { type Extension, PGlite } from '@electric-sql/pglite';
import {
  type Bytes,
  buildError,
  buildParse,
  buildQuery,
  endsReady,
  joinBytes,
  splitFrames,
} from './protocol.ts';

/** PostgreSQL in this thread. */
export interface Engine {
  /** Runs one batch of frontend messages (one simple query, or an extended query up to Sync). */
  run(batch: Uint8Array): Promise<Bytes>;
  close(): Promise<void>;
}

/** A statement that cannot be parsed: it aborts the open transaction and releases what the loss left behind. */
const FAILING = 'abort after a lost error';

const LOST = 'PostGIS (GEOS) raised an exception; is a geometry invalid?';

/** Opens PGlite on a folder (initdb when it is empty) with the bundle of extension files. */
export async function openPglite(pgData: string, bundle: string): Promise<Engine> {
  const postgis: Extension = {
    name: 'postgis',
    setup: async (_pg, emscriptenOpts) => {
      emscriptenOpts.PGLITE_ENV.PROJ_DATA = '/pglite/share/proj';
      return { emscriptenOpts, bundlePath: pathToFileURL(bundle) };
    },
  };
  const pg = await PGlite.create(pgData, { extensions: { postgis } });
  const escaped = watchExceptions(pg);
  const exec = (message: Uint8Array): Promise<Uint8Array> => pg.execProtocolRaw(message);

  /** Ends a batch whose statement raised an exception that PostgreSQL did not notice. */
  async function abort(answer: Uint8Array, sync: Uint8Array | null): Promise<Bytes> {
    const aborted = await exec(sync ? buildParse(FAILING) : buildQuery(FAILING));
    const ready = splitFrames(sync ? await exec(sync) : aborted).frames.filter(({ type }) => type === 'Z');
    // What was answered before is no result (it can even ask for more, `s`); notices say something in any case.
    const notices = splitFrames(answer).frames.filter(({ type }) => type === 'N');
    return joinBytes([...notices, { bytes: buildError('XX000', LOST) }, ...ready].map(({ bytes }) => bytes));
  }

  async function runBatch(batch: Uint8Array): Promise<Bytes> {
    const last = splitFrames(batch).frames.at(-1);
    const sync = last?.type === 'S' ? last.bytes : null;
    const answer = await exec(batch.subarray(0, batch.length - (sync?.length ?? 0)));
    if (escaped()) return abort(answer, sync);
    return joinBytes(sync ? [answer, await exec(sync)] : [answer]);
  }

  return {
    async run(batch) {
      const answer = await runBatch(batch);
      // WebAssembly's own failures (its stack is full, memory out of bounds) leave PostgreSQL unable to go on.
      if (!endsReady(answer)) throw new Error('a statement broke off.');
      return answer;
    },
    close: () => pg.close(),
  };
}

/**
 * Emscripten counts the C++ exceptions that were thrown and that no handler has begun to catch. It grows
 * with each loss, whether the exception left PostgreSQL altogether or was swallowed inside a function.
 *
 * @returns a function that says whether an exception got lost since it was last asked.
 */
function watchExceptions(pg: PGlite): () => boolean {
  const { ___cxa_uncaught_exceptions: countUncaught } = pg.Module as unknown as {
    ___cxa_uncaught_exceptions(): number;
  };
  let seen = countUncaught();
  return () => {
    const before = seen;
    seen = countUncaught();
    return seen !== before;
  };
}
