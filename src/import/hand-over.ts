/**
 * Only one process can hold the embedded database. While the service runs, `sozialraum import` hands its request to it
 * over a socket in DATA_DIR and gets progress and result back, one JSON document a line.
 */
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Problem, type ProblemCode, type ProblemItem } from '../problem.ts';
import type { ImportRequest, ImportResult } from './import-package.ts';

type Wire = Omit<ImportRequest, 'onProgress'>;

type Message =
  | { progress: string }
  | { result: ImportResult }
  | { problem: { code: ProblemCode; message: string; items: readonly ProblemItem[] } };

/** A request is one line with two paths. */
const LONGEST_LINE = 20_000;

/** A client sends its request at once. */
const REQUEST_LIMIT_MS = 5000;

function socketPath(dataDir: string): string {
  return join(dataDir, 'import.sock');
}

/**
 * Accepts imports from other processes of the same user, one after the other. An import goes on when the one who asked
 * for it hangs up.
 * @param run imports a package
 * @returns ends the acceptance: the running import is finished and answered, waiting ones are refused
 */
export async function acceptImports(
  dataDir: string,
  run: (request: ImportRequest) => Promise<ImportResult>,
): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  // The database's lock is ours, so a socket that lies here is left over from a crash.
  await rm(path, { force: true });
  const silent = new Set<Socket>();
  let last: Promise<void> = Promise.resolve();
  let stopping = false;
  const server = createServer((socket) => {
    const send = (message: Message): void => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    };
    const take = async (request: Wire): Promise<void> => {
      if (stopping) throw new Problem('database_busy', 'The service is stopping; nothing was imported.');
      send({ result: await run({ ...request, onProgress: (progress) => send({ progress }) }) });
    };
    silent.add(socket);
    // A client that is gone is noticed by the next write; its import goes on.
    socket.on('error', () => socket.destroy());
    readRequest(socket)
      .finally(() => silent.delete(socket))
      .then((request) => {
        const done = last.then(() => take(request));
        last = done.catch(() => {});
        return done;
      })
      .catch((error: unknown) => send(toMessage(error)))
      .finally(() => socket.destroySoon());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return async () => {
    stopping = true;
    for (const socket of silent) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await last;
  };
}

/** The first line that a client sends. */
async function readRequest(socket: Socket): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('utf8');
  socket.setTimeout(REQUEST_LIMIT_MS, () => reject(malformed('nothing')));
  const read = (chunk: unknown): void => {
    text += String(chunk);
    if (text.includes('\n')) resolve(text);
    else if (text.length > LONGEST_LINE) reject(malformed(`more than ${LONGEST_LINE} characters`));
  };
  socket.on('data', read);
  socket.once('close', () => reject(malformed('a connection that was closed')));
  try {
    return parseRequest(await promise);
  } finally {
    // Whatever else is sent is dropped; the end of the connection is still noticed.
    socket.setTimeout(0).off('data', read).resume();
  }
}

function parseRequest(line: string): Wire {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw malformed('no JSON document');
  }
  const { packagePath, dataDir, dryRun } = (request ?? {}) as Record<keyof Wire, unknown>;
  if (
    typeof packagePath !== 'string' ||
    !(dataDir === null || typeof dataDir === 'string') ||
    typeof dryRun !== 'boolean'
  ) {
    throw malformed(line.trim().slice(0, 200));
  }
  return { packagePath, dataDir, dryRun };
}

function malformed(got: string): Problem {
  return new Problem('invalid_request', 'The request for an import cannot be read.', [
    { code: 'invalid_request', got, expected: 'a line {"packagePath": …, "dataDir": …, "dryRun": …}' },
  ]);
}

function toMessage(error: unknown): Message {
  if (error instanceof Problem) {
    return { problem: { code: error.code, message: error.message, items: error.items } };
  }
  return { problem: { code: 'internal', message: String(error), items: [] } };
}

/**
 * Hands an import to the process that holds the database.
 * @param request with absolute paths, since the other process has another working directory
 * @returns null when nobody listens: the process that holds the database is starting, ending, or no service
 * @throws Problem as the import itself; database_busy when the answer breaks off
 */
export async function handOver(dataDir: string, request: ImportRequest): Promise<ImportResult | null> {
  const { onProgress = () => {}, ...wire } = request;
  const socket = await reach(socketPath(dataDir));
  if (!socket) return null;
  onProgress('The running service takes the import.');
  try {
    socket.write(`${JSON.stringify(wire)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as Message;
      if ('progress' in message) onProgress(message.progress);
      else if ('result' in message) return message.result;
      else throw new Problem(message.problem.code, message.problem.message, message.problem.items);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw brokenOff(error);
  } finally {
    socket.destroy();
  }
  throw brokenOff(null);
}

function reach(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(socket));
    // Before the connection this means that nobody listens; after it, the reader sees the end of the answer.
    socket.on('error', () => resolve(null));
  });
}

function brokenOff(cause: unknown): Problem {
  const message =
    'The service ended before it answered. The release is there as a whole or not at all; import again to see.';
  return new Problem('database_busy', message, [], { cause });
}
