/** A PostgreSQL server with PostGIS of its own for a benchmark, from Debian's packages. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BINARIES = '/usr/lib/postgresql/15/bin';

/** Enough memory that all of a benchmark's tables stay in it; durability is not what is measured. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  shared_buffers: '2GB',
  work_mem: '64MB',
  maintenance_work_mem: '512MB',
  effective_cache_size: '8GB',
  random_page_cost: '1.1',
  jit: 'off',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
};

/** A running server. */
export interface Server {
  /** Address of an empty database. */
  url: string;
  close(): void;
}

/** Starts a server in a temporary folder. */
export async function startPostgres(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-postgres-'));
  // PostgreSQL does not run as root.
  const user = process.getuid?.() === 0 ? idOf('postgres') : null;
  if (user !== null) chownSync(folder, user, idOf('postgres', '-g'));
  const run = (program: string, ...parameters: string[]): void => {
    const command = [join(BINARIES, program), ...parameters];
    const [file, ...rest] =
      user === null
        ? command
        : ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command];
    execFileSync(file!, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: { HOME: folder } });
  };
  const data = join(folder, 'data');
  const port = await freePort();
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N');
  const settings = Object.entries({ ...SETTINGS, port, unix_socket_directories: folder });
  const options = settings.map(([name, value]) => `-c ${name}=${value}`).join(' ');
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    close: () => {
      run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(name: string, option = '-u'): number {
  return Number(execFileSync('/usr/bin/id', [option, name], { encoding: 'utf8' }));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
