/** Composition root: the only file that knows every slice. The app is a value; src/main.ts makes it a process. */
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { analysisHandlers } from './analyses/handlers.ts';
import { openWorkerPool } from './analyses/worker-pool.ts';
import { atlas } from './atlas/plugin.ts';
import { capabilityHandlers } from './capabilities/handlers.ts';
import { type LiveCatalog, openCatalog } from './catalog/live-catalog.ts';
import type { Db } from './db/database.ts';
import { featureHandlers } from './features/handlers.ts';
import { type Handlers, readContract } from './http/contract.ts';
import { requireHost } from './http/links.ts';
import { installProblems, malformedRequest, sendProblem } from './http/problems.ts';
import { wireContract } from './http/wire-contract.ts';
import { publishIndex } from './import/publish-index.ts';
import { indicatorHandlers } from './indicators/handlers.ts';
import { type DefineIndex, indexHandlers } from './indices/handlers.ts';
import { makeReader, type Reader } from './reader.ts';
import { tileHandlers } from './tiles/handlers.ts';

/** What an app is made of. */
export interface AppOptions {
  /** An open database, or one that is being opened: the routes are made meanwhile. */
  db: Db | Promise<Db>;
  logLevel: string;
  /** Whether requests may define index methods; default not, since nobody is authenticated. */
  indexDefinitions?: boolean;
  /** ISO date of today. */
  today?: () => string;
}

/** A running service without its socket. */
export interface App {
  server: FastifyInstance;
  /** Looks for a new release now instead of within a second. */
  refresh(): Promise<void>;
}

/** A body holds process inputs, a few hundred bytes each. */
const BODY_LIMIT = 1024 * 1024;

/** Builds the app; `app.server.close()` ends all it started but the database. */
export async function buildApp({
  db,
  logLevel,
  indexDefinitions = false,
  today = currentDay,
}: AppOptions): Promise<App> {
  const server = Fastify({
    logger: logLevel === 'silent' ? false : { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 60_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      sendProblem(request as FastifyRequest, reply as FastifyReply, error);
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      const body = JSON.stringify(malformedRequest(error.message));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  const contract = readContract();
  const opening = openReading(db, (error) => server.log.error({ err: error }, 'catalogue not refreshed'));
  const pool = openWorkerPool();
  server.addHook('onClose', async () => {
    await opening.then(({ live }) => live.close()).catch(() => {});
    await pool.close();
  });
  installProblems(server);
  server.addHook('onRequest', async (request) => requireHost(request));
  await server.register(helmet, SECURITY_HEADERS);
  await server.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: EXPOSED_HEADERS,
  });
  const handlers = opening.then(
    ({ reader, define }): Handlers => ({
      ...capabilityHandlers(reader, contract),
      ...featureHandlers(reader, today),
      ...tileHandlers(reader, today),
      ...indicatorHandlers(reader),
      ...indexHandlers(reader, pool, today, indexDefinitions ? define : null),
      ...analysisHandlers(reader, pool, today),
    }),
  );
  // A failure to open is met below, where it is awaited.
  handlers.catch(() => {});
  try {
    await wireContract(server, contract, handlers, '/v1');
    await server.register(atlas, { contract });
    const { live } = await opening;
    server.get('/healthz', { schema: { hide: true } as object }, async () => ({
      release: live.current().release,
    }));
    return { server, refresh: () => live.refresh() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function openReading(
  db: Db | Promise<Db>,
  onError: (error: unknown) => void,
): Promise<{ live: LiveCatalog; reader: Reader; define: DefineIndex }> {
  const opened = await db;
  const live = await openCatalog(opened, onError);
  return {
    live,
    reader: makeReader(opened, () => live.current()),
    async define(authority, definition) {
      const added = await publishIndex(opened, authority, definition);
      await live.refresh();
      return added;
    },
  };
}

const EXPOSED_HEADERS = ['Link', 'ETag'];

/** Pages load only what this service serves; answers of the API may be used from any page. */
const SECURITY_HEADERS = {
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      workerSrc: ["'self'", 'blob:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      frameAncestors: ["'self'"],
      formAction: ["'self'"],
    },
  },
};

/** Boundary versions begin at midnight in Germany. */
function currentDay(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date());
}
