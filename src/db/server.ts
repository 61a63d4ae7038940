/** A PostgreSQL server as the database. */
import { Client } from 'pg';
import { Problem } from '../problem.ts';
import { buildQueryProblem, type PoolOptions } from './pool.ts';
import { SESSION_SETTINGS } from './session-settings.ts';

/** Oldest versions that everything runs on: Debian 12. */
const OLDEST = { postgresql: 15, postgis: [3, 3] } as const;

/** Extensions that the tables use. */
const EXTENSIONS = ['postgis', 'btree_gist'] as const;

/** `options=…` of an address and what separates it from the next parameter. */
const OPTIONS = /(?<=[?&])options=[^&#]*&?/g;

/**
 * How to connect with a limit per statement in milliseconds (0: none). Server settings that the address brings
 * along as `options=-c name=value` hold, except for those that every session needs.
 */
export function connectServer(databaseUrl: string, statementTimeoutMs: number): PoolOptions['client'] {
  const settings = Object.entries(SESSION_SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  const own = new URLSearchParams(databaseUrl.match(OPTIONS)?.at(-1)).get('options') ?? '';
  return {
    // What the address says would replace our options. Cut out as text: the rest stays as it was written.
    connectionString: databaseUrl.replace(OPTIONS, ''),
    statement_timeout: statementTimeoutMs,
    application_name: 'sozialraum',
    // The last one wins.
    options: [own, ...settings].join(' ').trim(),
    keepAlive: true,
  };
}

/** The address without user and password, for messages. */
export function describeServer(databaseUrl: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
    return `${hostname || searchParams.get('host') || 'localhost'}${port && `:${port}`}${pathname}`;
  } catch {
    return 'the database server';
  }
}

/**
 * Checks the server's versions and installs the extensions.
 * @throws Problem `invalid_configuration` when the server cannot be reached, is too old or lacks PostGIS;
 * `database_error` when a query fails.
 */
export async function prepareServer(databaseUrl: string): Promise<void> {
  const where = describeServer(databaseUrl);
  const client = new Client(connectServer(databaseUrl, 0));
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw buildUnfit(where, buildQueryProblem(error).message, 'a server that can be reached', error);
  }
  try {
    const { rows } = await client.query<{ number: number }>(
      "select current_setting('server_version_num')::int / 10000 as number",
    );
    const major = rows[0]!.number;
    if (major < OLDEST.postgresql) {
      throw buildUnfit(where, `PostgreSQL ${major}`, `PostgreSQL ${OLDEST.postgresql} or newer`);
    }
    for (const name of EXTENSIONS) await installExtension(client, name, where);
    const { rows: installed } = await client.query<{ version: string }>(
      "select extversion as version from pg_extension where extname = 'postgis'",
    );
    const version = installed[0]!.version;
    if (!isRecent(version))
      throw buildUnfit(where, `PostGIS ${version}`, `PostGIS ${OLDEST.postgis.join('.')} or newer`);
  } catch (error) {
    throw buildQueryProblem(error);
  } finally {
    await client.end();
  }
}

async function installExtension(client: Client, name: string, where: string): Promise<void> {
  // Asked first: creating needs a right that the service's own user should not have.
  const { rowCount } = await client.query('select from pg_extension where extname = $1', [name]);
  if (rowCount) return;
  try {
    await client.query(`create extension if not exists ${name} schema public`);
  } catch (error) {
    // Two starters at once: the other one has created it.
    const { rowCount: since } = await client.query('select from pg_extension where extname = $1', [name]);
    if (!since)
      throw buildUnfit(
        where,
        (error as Error).message,
        `the extension ${name}, created by an administrator`,
        error,
      );
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [oldestMajor, oldestMinor] = OLDEST.postgis;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function buildUnfit(where: string, got: string, expected: string, cause?: unknown): Problem {
  const message = `The database server ${where} cannot be used. Got ${got}, expected ${expected}.`;
  return new Problem(
    'invalid_configuration',
    message,
    [{ code: 'database_server', got, expected, field: 'DATABASE_URL' }],
    { cause },
  );
}
