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

function socketPath(dataDir: string): string {
  return join(dataDir, 'import.sock');
}

/**
 * Accepts imports from other processes of the same user, one after the other.
 * @param run imports a package
 * @returns ends the acceptance
 */
export async function acceptImports(
  dataDir: string,
  run: (request: ImportRequest) => Promise<ImportResult>,
): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  // The database's lock is ours, so a socket that lies here is left over from a crash.
  await rm(path, { force: true });
  const open = new Set<Socket>();
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    const send = (message: Message): void => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    };
    void readRequest(socket)
      .then((request) => {
        last = last.then(() => answer(request, run, send));
        return last;
      })
      .catch((error: unknown) => send(toMessage(error)))
      .finally(() => socket.end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await last;
  };
}

async function readRequest(socket: Socket): Promise<Wire> {
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.length > LONGEST_LINE) throw new Problem('invalid_request', 'The request is too long.');
    if (text.includes('\n')) break;
  }
  return JSON.parse(text) as Wire;
}

async function answer(
  request: Wire,
  run: (request: ImportRequest) => Promise<ImportResult>,
  send: (message: Message) => void,
): Promise<void> {
  try {
    const onProgress = (progress: string): void => send({ progress });
    send({ result: await run({ ...request, onProgress }) });
  } catch (error) {
    send(toMessage(error));
  }
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
 * @throws Problem as the import itself; database_busy when nobody answers or the answer breaks off
 */
export async function handOver(dataDir: string, request: ImportRequest): Promise<ImportResult> {
  const { onProgress = () => {}, ...wire } = request;
  const socket = connect(socketPath(dataDir));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.write(`${JSON.stringify(wire)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const message = JSON.parse(line) as Message;
      if ('progress' in message) onProgress(message.progress);
      else if ('result' in message) return message.result;
      else throw new Problem(message.problem.code, message.problem.message, message.problem.items);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw silent(error);
  } finally {
    socket.destroy();
  }
  throw silent('the answer broke off');
}

function silent(cause: unknown): Problem {
  return new Problem('database_busy', 'Another process holds the database and takes no import.', [], {
    cause,
  });
}
