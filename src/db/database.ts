/** Opens the database, embedded or on a server, with all migrations applied. */
import { Kysely, PostgresDialect } from 'kysely';
import { openEmbedded } from './embedded/open.ts';
import { MIGRATIONS, migrate } from './migrate.ts';
import { createPool, type PoolOptions } from './pool.ts';
import type { Tables } from './schema.ts';
import { connectServer, prepareServer } from './server.ts';

export { withTransaction } from './transaction.ts';

/** The typed query builder that all SQL goes through. */
export type Db = Kysely<Tables>;

/** An open database. */
export interface Database {
  readonly kind: 'embedded' | 'server';
  readonly db: Db;
  /** Ends all connections and shuts an embedded database down; may be called again. */
  close(): Promise<void>;
}

/** Which database to open, and how. */
export interface OpenOptions {
  /** `postgres://…` of a server; null for the embedded database. */
  readonly databaseUrl: string | null;
  /** Folder of the embedded database; made when missing. */
  readonly dataDir: string;
  /** Longest time that one statement may take, in milliseconds. */
  readonly statementTimeoutMs: number;
  /** Told what takes long at the first start. */
  readonly onProgress?: (message: string) => void;
  /** Folder of the migrations; this project's by default. */
  readonly migrations?: string;
}

/** Connections to a server per process: more only queue inside the server. */
const SERVER_CONNECTIONS = 10;

/** Added to the wait for the embedded connection: after a timeout the database is opened anew meanwhile. */
const REOPEN_MS = 30_000;

/**
 * Opens the database, installs PostGIS where it is missing and applies the migrations that it lacks. When it
 * lacks nothing, nothing is written: the right to read and write the tables is enough.
 * @throws Problem `database_busy` (the folder is in use), `invalid_migration`, `invalid_configuration` (also
 * for a right that the user lacks), `database_error`.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  return options.databaseUrl === null ? openInFolder(options) : openOnServer(options, options.databaseUrl);
}

async function openInFolder(options: OpenOptions): Promise<Database> {
  const { dataDir, statementTimeoutMs, migrations = MIGRATIONS } = options;
  const embedded = await openEmbedded(dataDir, options.onProgress ?? (() => {}));
  try {
    await migrate(embedded.connect(0), migrations);
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const pool = {
    size: 1,
    waitMs: 2 * statementTimeoutMs + REOPEN_MS,
    client: embedded.connect(statementTimeoutMs),
  };
  return buildDatabase('embedded', pool, () => embedded.close());
}

async function openOnServer(options: OpenOptions, databaseUrl: string): Promise<Database> {
  const { statementTimeoutMs, migrations = MIGRATIONS } = options;
  await prepareServer(databaseUrl);
  await migrate(connectServer(databaseUrl, 0), migrations);
  const client = connectServer(databaseUrl, statementTimeoutMs);
  const pool = { size: SERVER_CONNECTIONS, waitMs: 2 * statementTimeoutMs, client };
  return buildDatabase('server', pool, async () => {});
}

function buildDatabase(kind: Database['kind'], pool: PoolOptions, shutDown: () => Promise<void>): Database {
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool: createPool(pool) }) });
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= db.destroy().then(shutDown);
    return closed;
  };
  return { kind, db, close };
}
