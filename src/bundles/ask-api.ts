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

/** What is asked of a path; a GET without it. */
export interface Question {
  method: 'POST' | 'DELETE';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

/** Asks a path such as `/v1/collections`. */
export type AskApi = (path: string, question?: Question) => Promise<Answer>;

/** Texts of archives and of published statements are German, as the map page is. */
const HEADERS = { 'accept-language': 'de' };

/** Headers and body of a question. */
function write({ headers = {}, body }: Partial<Question>): { headers: Record<string, string>; text: string } {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    headers: { ...HEADERS, ...type, ...headers },
    text: body === undefined ? '' : JSON.stringify(body),
  };
}

/** Asks an app in this process. */
export function askApp(app: FastifyInstance): AskApi {
  return async (url, question) => {
    const { headers, text } = write(question ?? {});
    const method = question?.method ?? 'GET';
    const { statusCode, rawPayload } = await app.inject({ method, url, headers, payload: text });
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
  return async (path, question) => {
    try {
      return await ask(path, question);
    } catch (error) {
      signal.throwIfAborted();
      const message = 'The service ended before it answered; ask again.';
      throw new Problem('database_busy', message, [], { cause: error });
    }
  };
}

function overSocket(path: string, signal: AbortSignal): AskApi {
  return (url, question) =>
    new Promise((resolve, reject) => {
      const { headers, text } = write(question ?? {});
      const method = question?.method ?? 'GET';
      const asking = request({ socketPath: path, path: url, method, headers, signal }, (response) => {
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
      asking.end(text);
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
  // OGC's types end in the code with hyphens, ours in the code.
  throw new Problem(type.replace(/^.*[#/]/, '').replaceAll('-', '_') as ProblemCode, detail, errors);
}
