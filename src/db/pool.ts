/** The connection pool that Kysely uses, for both kinds of database: coded errors, no hanging. */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { type ClientConfig, Pool, type PoolClient } from 'pg';
import { Problem, type ProblemItem } from '../problem.ts';
import { refuseNested } from './transaction.ts';
import { valueTypes } from './values.ts';

/** How many connections a pool has, and how it gets them. */
export interface PoolOptions {
  /** Most connections at once. */
  readonly size: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly waitMs: number;
  /** How `pg` connects. */
  readonly client: ClientConfig;
}

/** Creates a pool whose queries throw Problem instead of driver errors. */
export function createPool(options: PoolOptions): PostgresPool {
  const pool = new Pool({
    ...options.client,
    types: valueTypes,
    max: options.size,
    connectionTimeoutMillis: options.waitMs,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  // A connection lost while idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    async connect() {
      refuseNested(pool);
      const client = await connectAwake(pool).catch((error: unknown) => {
        throw buildConnectProblem(error, options.waitMs);
      });
      const known = wrapped.get(client) ?? wrapClient(client);
      wrapped.set(client, known);
      return known;
    },
    end: () => pool.end(),
    options: { ...options.client },
  };
}

/** Waits for a connection. The pool's own timer would let a process end that waits for nothing else. */
async function connectAwake(pool: Pool): Promise<PoolClient> {
  const awake = setInterval(() => {}, 60_000);
  try {
    return await pool.connect();
  } finally {
    clearInterval(awake);
  }
}

/** Wraps a client: every statement is a single one (extended protocol), every error a Problem. */
function wrapClient(client: PoolClient): PostgresPoolClient {
  let lost: Error | null = null;
  client.on('error', (error) => {
    lost ??= error;
  });
  return {
    async query<R>(text: unknown, values?: unknown) {
      // The lost connection has taken its transaction along: nothing is left to roll back.
      if (lost && text === 'rollback') return { command: 'ROLLBACK' as const, rowCount: 0, rows: [] as R[] };
      try {
        return await client.query({ text, values, queryMode: 'extended' } as never);
      } catch (error) {
        // The server says goodbye before it closes the connection.
        if ((error as { severity?: string }).severity === 'FATAL') lost ??= error as Error;
        throw buildQueryProblem(lost ?? error);
      }
    },
    release: () => client.release(lost !== null),
  } as PostgresPoolClient;
}

/** An error while a statement ran. Its `cause` carries the SQLSTATE as `code`. */
export function buildQueryProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { message, sqlState, detail } = describe(error);
  const items: ProblemItem[] = [
    { code: sqlState ?? 'connection', got: detail ?? message, expected: 'no error' },
  ];
  return new Problem(sqlState === '57014' ? 'statement_timeout' : 'database_error', message, items, {
    cause: error,
  });
}

function buildConnectProblem(error: unknown, waitMs: number): Problem {
  const { message } = describe(error);
  if (error instanceof Problem || !message.includes('timeout')) return buildQueryProblem(error);
  return new Problem('database_busy', `No database connection became free within ${waitMs} ms.`, [
    { code: 'database_busy', got: message, expected: `a connection within ${waitMs} ms` },
  ]);
}

function describe(error: unknown): {
  message: string;
  sqlState: string | undefined;
  detail: string | undefined;
} {
  const { message, code, detail } = error as { message?: string; code?: string; detail?: string };
  return { message: message ?? String(error), sqlState: code, detail };
}
