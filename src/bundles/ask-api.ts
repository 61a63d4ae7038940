/**
 * The API as a bundle is made from it. An export asks like any client, so that checks, messages and tiles are the API's
 * own; only the way there differs:
 *
 *     nobody holds the database          export opens it and asks an app inside its own process
 *     the service holds the embedded one export asks that service over a socket in DATA_DIR
 *
 * The service answers while the export's process compresses and writes, so a large export holds up neither requests nor
 * imports, and whoever interrupts the export has no file left behind by another process.
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type RequestListener, request } from 'node:http';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Problem, type ProblemCode, type ProblemItem } from '../problem.ts';

/** An answer of the API. */
export interface Answer {
  status: number;
  body: Buffer;
}

/** Gets a path such as `/v1/collections`. */
export type AskApi = (path: string) => Promise<Answer>;

/** The archive's texts are German, as the map page is. */
const HEADERS = { 'accept-language': 'de' };

/** Asks an app in this process. */
export function askApp(app: FastifyInstance): AskApi {
  return async (url) => {
    const { statusCode, rawPayload } = await app.inject({ url, headers: HEADERS });
    return { status: statusCode, body: rawPayload };
  };
}

function socketPath(dataDir: string): string {
  return join(dataDir, 'api.sock');
}

/**
 * Answers other processes of the same user.
 * @param handle the service's own request listener
 * @returns ends it; answers that are on their way break off
 */
export async function answerLocally(dataDir: string, handle: RequestListener): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  // The database's lock is ours, so a socket that lies here is left over from a crash.
  await rm(path, { force: true });
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** Asks the service that holds the embedded database; null when none listens. @param signal ends the waiting */
export async function askService(dataDir: string, signal: AbortSignal): Promise<AskApi | null> {
  const ask = overSocket(socketPath(dataDir), signal);
  try {
    await ask('/healthz');
  } catch {
    signal.throwIfAborted();
    return null;
  }
  return async (path) => {
    try {
      return await ask(path);
    } catch (error) {
      signal.throwIfAborted();
      const message = 'The service ended before the export did. Nothing was written; export again.';
      throw new Problem('database_busy', message, [], { cause: error });
    }
  };
}

function overSocket(path: string, signal: AbortSignal): AskApi {
  return (url) =>
    new Promise((resolve, reject) => {
      const asking = request({ socketPath: path, path: url, headers: HEADERS, signal }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks),
          }),
        );
      });
      asking.on('error', reject);
      asking.end();
    });
}

/** @throws Problem with the code, message and items of a problem document */
export function refuseProblem({ status, body }: Answer): void {
  if (status < 400) return;
  const { type, detail, errors } = JSON.parse(body.toString()) as {
    type: string;
    detail: string;
    errors: ProblemItem[];
  };
  throw new Problem(type.replace(/^.*#/, '') as ProblemCode, detail, errors);
}
