/** Composition root: the only file that knows every slice. The app is a value; src/main.ts makes it a process. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { openWorkerPool, USUAL_THREADS } from './analyses/worker-pool.ts';
import { atlas } from './atlas/plugin.ts';
import { capabilityHandlers } from './capabilities/handlers.ts';
import type { Catalog } from './catalog/catalog.ts';
import { type LiveCatalog, openCatalog } from './catalog/live-catalog.ts';
import { openClusterResults } from './clusters/find-clusters.ts';
import { clusterHandlers } from './clusters/handlers.ts';
import type { Db } from './db/database.ts';
import { featureHandlers } from './features/handlers.ts';
import { compressAnswers } from './http/compress-answers.ts';
import { type Handlers, readContract } from './http/contract.ts';
import { makeFastLane } from './http/fast-lane.ts';
import { readForwarded } from './http/forwarded.ts';
import { requireHost } from './http/links.ts';
import { installProblems, malformedRequest, sendProblem } from './http/problems.ts';
import { wireContract } from './http/wire-contract.ts';
import { publishIndex } from './import/publish-index.ts';
import { indicatorHandlers } from './indicators/handlers.ts';
import { type DefineIndex, indexHandlers } from './indices/handlers.ts';
import { openIndexResults } from './indices/index-results.ts';
import { startCallbacks } from './jobs/callbacks.ts';
import { openQueue } from './jobs/queue.ts';
import { type Runner, startRunner } from './jobs/runner.ts';
import { makeCompute, openExecution } from './processes/execute-process.ts';
import { processHandlers } from './processes/handlers.ts';
import { writeCallback } from './processes/write-callback.ts';
import { type Publisher, publicationHandlers } from './publications/handlers.ts';
import { publishAnalysis } from './publications/publish-analysis.ts';
import { withdrawAnalysis } from './publications/withdraw-analysis.ts';
import { makeReader, type Reader } from './reader.ts';
import { situationHandlers } from './situations/handlers.ts';
import { styleHandlers } from './styles/handlers.ts';
import { makeGeometryStore } from './tiles/geometry/geometry-store.ts';
import { tileHandlers } from './tiles/handlers.ts';
import { valuesHandlers } from './values/handlers.ts';

/** What an app is made of. */
export interface AppOptions {
  /** An open database, or one that is being opened: the routes are made meanwhile. */
  db: Db | Promise<Db>;
  logLevel: string;
  /** Whether requests may define index methods; default not, since nobody is authenticated. */
  indexDefinitions?: boolean;
  /** Whether requests may publish results of analyses and withdraw them; default not, for the same reason. */
  publications?: boolean;
  /** ISO date of today. */
  today?: () => string;
  /** Other origins whose archives the map page may read. */
  bundleOrigins?: readonly string[];
  /** Memory for finished tiles, in MiB; 0 keeps none. */
  tileCacheMib?: number;
  /** Addresses and CIDR ranges of proxies whose `Forwarded` and `X-Forwarded-*` count. */
  trustedProxies?: readonly string[];
  /** Jobs that this instance runs at the same time; 0 leaves them to others. */
  jobsAtOnce?: number;
  /** Origins whose addresses jobs may call. */
  callbackOrigins?: readonly string[];
  /** Origins whose files may be inputs of processes. */
  inputOrigins?: readonly string[];
}

/** A running service without its socket. */
export interface App {
  server: FastifyInstance;
  /** Looks for a new release now instead of within a second. */
  refresh(): Promise<void>;
  /** Answers a request of the operator, which may publish whatever the settings say. */
  answerOperator(request: IncomingMessage, reply: ServerResponse): void;
}

/** A body holds process inputs, a few hundred bytes each. */
const BODY_LIMIT = 1024 * 1024;

/** A job that takes longer has failed. */
const JOB_BUDGET_MS = 15 * 60_000;

/** Builds the app; `app.server.close()` ends all it started but the database. */
export async function buildApp({
  db,
  logLevel,
  indexDefinitions = false,
  publications = false,
  today = currentDay,
  bundleOrigins = [],
  tileCacheMib = 128,
  trustedProxies = [],
  jobsAtOnce = 1,
  callbackOrigins = [],
  inputOrigins = [],
}: AppOptions): Promise<App> {
  let catalog: () => Catalog | null = () => null;
  const tileBytes = Math.max(1, tileCacheMib * 1024 * 1024);
  const lane = makeFastLane(() => catalog());
  const server = Fastify({
    serverFactory: lane.serverFactory,
    logger: logLevel === 'silent' ? false : { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: BODY_LIMIT,
    requestTimeout: 60_000,
    // Clients put paths behind configured addresses that may end with a slash.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      sendProblem(request as FastifyRequest, reply as FastifyReply, error);
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      const problem = malformedRequest(error);
      const body = JSON.stringify(problem);
      socket.end(
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  });
  const contract = readContract();
  const opening = openReading(db, (error) => server.log.error({ err: error }, 'catalogue not refreshed'));
  const pool = openWorkerPool();
  const geometries = makeGeometryStore();
  // Threads of their own: a job of minutes must not keep requests waiting.
  const jobPool = openWorkerPool({
    budgetMs: JOB_BUDGET_MS,
    threads: Math.max(USUAL_THREADS, jobsAtOnce),
    mostAtOnce: Infinity,
  });
  let runner: Runner | null = null;
  let stopCalling = async (): Promise<void> => {};
  server.addHook('onClose', async () => {
    // The runner is started with the handlers.
    await handlers.catch(() => {});
    await Promise.all([runner?.close(), stopCalling()]);
    await opening.then(({ live }) => live.close()).catch(() => {});
    await Promise.all([pool.close(), jobPool.close(), geometries.close()]);
  });
  installProblems(server);
  server.addHook('onRequest', async (request) => readForwarded(request));
  server.addHook('onRequest', async (request) => requireHost(request));
  compressAnswers(server);
  await server.register(helmet, { ...securityHeaders(bundleOrigins), global: false });
  server.addHook('onRequest', async (_, reply) => {
    reply.headers(DATA_HEADERS);
  });
  server.addHook('onSend', async (_, reply) => {
    if (String(reply.getHeader('content-type')).startsWith('text/html')) await reply.helmet();
  });
  await server.register(cors, {
    origin: '*',
    exposedHeaders: EXPOSED_HEADERS,
    // OPTIONS is answered by the routes, which know their methods.
    preflight: false,
  });
  const ofOperator = new WeakSet<IncomingMessage>();
  const mayPublish = ({ raw }: FastifyRequest): boolean => publications || ofOperator.has(raw);
  const handlers = opening.then(({ opened, reader, define, publisher }): Handlers => {
    catalog = reader.catalog;
    const indexResults = openIndexResults(reader, pool);
    const clusterResults = openClusterResults(reader, indexResults, pool);
    const queue = openQueue(opened, () => runner?.wake());
    const ofJobs = openClusterResults(reader, indexResults, jobPool);
    runner = startRunner(opened, {
      compute: makeCompute({ reader, indexResults, clusterResults: ofJobs, pool: jobPool }),
      atOnce: jobsAtOnce,
      release: () => reader.catalog().release,
      onError: (error) => server.log.error({ err: error }, 'job'),
    });
    stopCalling = startCallbacks(opened, {
      origins: callbackOrigins,
      write: async (callback) => await writeCallback(queue, callback),
      onError: (error) => server.log.warn({ err: error }, 'callback'),
    });
    const executeNow = openExecution({ reader, indexResults, clusterResults, pool }, queue);
    return {
      ...capabilityHandlers(reader, contract, today, callbackOrigins.length > 0),
      ...featureHandlers(reader, today),
      ...styleHandlers(reader, today),
      ...tileHandlers(reader, geometries, today, lane, tileBytes),
      ...valuesHandlers(reader, today),
      ...indicatorHandlers(reader, today),
      ...indexHandlers(reader, indexResults, today, indexDefinitions ? define : null),
      ...situationHandlers(reader, indexResults, today),
      ...clusterHandlers(reader, clusterResults, today),
      ...processHandlers(reader, queue, executeNow, today, {
        callbacks: callbackOrigins,
        inputs: inputOrigins,
        askSelf: async (url, headers, signal) => {
          const answer = await server.inject({ method: 'GET', url, headers, signal, payloadAsStream: true });
          const type = answer.headers['content-type'];
          return {
            status: answer.statusCode,
            type: type === undefined ? null : String(type),
            body: answer.stream(),
          };
        },
      }),
      ...publicationHandlers({ reader, queue, executeNow }, publisher, today, mayPublish),
    };
  });
  // A failure to open is met below, where it is awaited.
  handlers.catch(() => {});
  try {
    const isFixed = (id: string): boolean => catalog()?.geographies.get(id)?.publication === null;
    await wireContract(server, contract, handlers, '/v1', isFixed);
    await server.register(atlas, { contract });
    const { live } = await opening;
    server.get('/healthz', { schema: { hide: true } as object }, async () => ({
      release: live.current().release,
    }));
    return {
      server,
      refresh: () => live.refresh(),
      answerOperator(request, reply) {
        ofOperator.add(request);
        server.routing(request, reply);
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function openReading(
  db: Db | Promise<Db>,
  onError: (error: unknown) => void,
): Promise<{
  opened: Db;
  live: LiveCatalog;
  reader: Reader;
  define: DefineIndex;
  publisher: Publisher;
}> {
  const opened = await db;
  const live = await openCatalog(opened, onError);
  return {
    opened,
    live,
    reader: makeReader(opened, live),
    async define(authority, definition) {
      const added = await publishIndex(opened, authority, definition);
      await live.refresh();
      return added;
    },
    publisher: {
      async publish(request) {
        const added = await publishAnalysis(opened, request);
        await live.refresh();
        return added;
      },
      async withdraw(id, reason) {
        const ended = await withdrawAnalysis(opened, id, reason);
        await live.refresh();
        return ended;
      },
    },
  };
}

/** What pages of other origins may read of an answer. */
const EXPOSED_HEADERS = [
  'Link',
  'Content-Crs',
  'ETag',
  'Location',
  'Memento-Datetime',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'OGC-NumberMatched',
  'OGC-NumberReturned',
  'Accept-Ranges',
  'Content-Range',
  'Content-Disposition',
];

/** Of every answer: data may be used from any page, and are nothing but what they say they are. */
const DATA_HEADERS = {
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Of pages: they load only what this service serves, and archives from the origins that its operator allows: a link must not be
 * able to show somebody else's figures under the town's name.
 */
const securityHeaders = (bundleOrigins: readonly string[]) => ({
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
      connectSrc: ["'self'", ...bundleOrigins],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      frameAncestors: ["'self'"],
      formAction: ["'self'"],
    },
  },
});

const germanDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
let known = { minute: Number.NaN, day: '' };

/** Boundary versions begin at midnight in Germany. Writing a date is slow, and it stays the same for a minute at least. */
function currentDay(): string {
  const minute = Math.floor(Date.now() / 60_000);
  if (known.minute !== minute) known = { minute, day: germanDay.format(minute * 60_000) };
  return known.day;
}
