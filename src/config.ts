/** Environment → one frozen, validated Config. The only reader of process.env. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Problem, type ProblemItem } from './problem.ts';

/** All settings. README's table has the same rows; a test compares them. */
export interface Config {
  /** Address to listen on. */
  host: string;
  /** Port to listen on; 0 takes a free one. */
  port: number;
  /** `postgres://…` of a server; null for the embedded database. */
  databaseUrl: string | null;
  /** Folder of the embedded database. */
  dataDir: string;
  /** Whether an untouched embedded database gets the synthetic town. */
  demo: boolean;
  /** Whether requests may define index methods. */
  indexDefinitions: boolean;
  /** Whether requests may publish results of analyses and withdraw them. */
  publications: boolean;
  /** Addresses and CIDR ranges of proxies whose `Forwarded` and `X-Forwarded-*` count. */
  trustedProxies: readonly string[];
  /** Longest time of one database statement, in milliseconds. */
  statementTimeoutMs: number;
  /** Memory for finished tiles, in MiB; 0 keeps none. */
  tileCacheMib: number;
  /** Jobs that this instance runs at the same time; 0 leaves them to other instances. */
  jobsAtOnce: number;
  /** Origins whose addresses jobs may call. */
  callbackOrigins: readonly string[];
  /** Origins whose files may be inputs of processes. */
  inputOrigins: readonly string[];
  /** Least level of log lines. */
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Other origins whose archives the map page may read. */
  bundleOrigins: readonly string[];
}

/** Every variable with its default and meaning, as README's table shows them. */
export const SETTINGS = {
  HOST: { default: '127.0.0.1', meaning: 'address to listen on; the Dockerfile sets 0.0.0.0' },
  PORT: { default: '3000', meaning: 'port to listen on; 0 takes a free one' },
  DATABASE_URL: {
    default: '',
    meaning: 'postgres://… of a server (PostgreSQL 15+, PostGIS 3.3+); empty: embedded',
  },
  DATA_DIR: { default: 'data', meaning: "the embedded database's folder" },
  DEMO: { default: 'on', meaning: 'off: an untouched embedded database stays empty' },
  INDEX_DEFINITIONS: {
    default: 'off',
    meaning:
      'on: POST /indices defines index methods for whoever reaches the service; data packages always may',
  },
  PUBLICATIONS: {
    default: 'off',
    meaning:
      'on: POST /publications and DELETE publish and withdraw for whoever reaches the service; operators always may, by command',
  },
  TRUSTED_PROXIES: {
    default: '',
    meaning: 'proxies whose X-Forwarded-*, or else Forwarded, count, e.g. 127.0.0.1,10.0.0.0/8',
  },
  STATEMENT_TIMEOUT_MS: { default: '30000', meaning: 'longest time of one database statement' },
  TILE_CACHE_MIB: { default: '128', meaning: 'memory for finished tiles; 0 keeps none' },
  JOBS_AT_ONCE: {
    default: '1',
    meaning: 'jobs that this instance runs at the same time; 0 leaves them to other instances',
  },
  CALLBACK_ORIGINS: {
    default: '',
    meaning:
      'hosts that jobs may call when they run or end (subscriber), e.g. https://tool.town.example; separated by commas',
  },
  INPUT_ORIGINS: {
    default: '',
    meaning:
      'hosts whose files may be inputs of processes by reference, beside this service itself; separated by commas',
  },
  LOG_LEVEL: { default: 'info', meaning: 'debug, info, warn, error or silent' },
  BUNDLE_ORIGINS: {
    default: '',
    meaning:
      'other hosts whose PMTiles files the map page may show, e.g. https://files.town.example; separated by commas',
  },
} as const;

/**
 * Reads the settings.
 * @param environment usually process.env
 * @throws Problem invalid_configuration naming every wrong variable
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const items: ProblemItem[] = [];
  const read = <T>(
    name: keyof typeof SETTINGS,
    expected: string,
    parse: (text: string) => T | undefined,
  ): T => {
    const text = environment[name] ?? SETTINGS[name].default;
    const value = parse(text);
    // A connection string may hold a password.
    const got = name === 'DATABASE_URL' ? 'something else' : text;
    if (value === undefined) items.push({ code: 'invalid_value', field: name, got, expected });
    return value as T;
  };
  const config: Config = {
    host: read('HOST', 'an address', (text) => text || undefined),
    port: read('PORT', 'a whole number from 0 to 65535', (text) => wholeNumber(text, 0, 65_535)),
    databaseUrl: read('DATABASE_URL', 'postgres://user@host/database or nothing', (text) =>
      text === '' ? null : /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined,
    ),
    dataDir: read('DATA_DIR', `a folder whose path has at most ${LONGEST_PATH} bytes`, toFolder),
    demo: read('DEMO', 'on or off', toSwitch),
    indexDefinitions: read('INDEX_DEFINITIONS', 'on or off', toSwitch),
    publications: read('PUBLICATIONS', 'on or off', toSwitch),
    trustedProxies: read('TRUSTED_PROXIES', 'addresses or CIDR ranges, separated by commas', toRanges),
    statementTimeoutMs: read('STATEMENT_TIMEOUT_MS', 'a whole number from 100 to 3600000', (text) =>
      wholeNumber(text, 100, 3_600_000),
    ),
    tileCacheMib: read('TILE_CACHE_MIB', 'a whole number from 0 to 65536', (text) =>
      wholeNumber(text, 0, 65_536),
    ),
    jobsAtOnce: read('JOBS_AT_ONCE', 'a whole number from 0 to 64', (text) => wholeNumber(text, 0, 64)),
    callbackOrigins: read('CALLBACK_ORIGINS', ORIGINS, toOrigins),
    inputOrigins: read('INPUT_ORIGINS', ORIGINS, toOrigins),
    logLevel: read('LOG_LEVEL', 'debug, info, warn, error or silent', (text) =>
      LEVELS.find((level) => level === text),
    ),
    bundleOrigins: read('BUNDLE_ORIGINS', ORIGINS, toOrigins),
  };
  if (items.length > 0) {
    const names = items.map((item) => item.field).join(', ');
    throw new Problem('invalid_configuration', `The environment is not valid: ${names}.`, items);
  }
  return Object.freeze(config);
}

const ORIGINS = 'https://host or http://host:port, separated by commas';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** A socket's address has at most 107 bytes on Linux, and ours lies in this folder. */
const LONGEST_PATH = 90;

function toFolder(text: string): string | undefined {
  const path = resolve(text);
  return text !== '' && Buffer.byteLength(path) <= LONGEST_PATH ? path : undefined;
}

function toOrigins(text: string): string[] | undefined {
  const origins = text === '' ? [] : text.split(',').map((part) => part.trim());
  const valid = origins.every(
    (part) => /^https?:/.test(part) && URL.canParse(part) && new URL(part).origin === part,
  );
  return valid ? origins : undefined;
}

function toSwitch(text: string): boolean | undefined {
  return text === 'on' ? true : text === 'off' ? false : undefined;
}

function toRanges(text: string): string[] | undefined {
  const ranges = text.split(',').map((part) => part.trim());
  if (text.trim() === '') return [];
  const valid = ranges.every((range) => {
    const [address = '', length, ...rest] = range.split('/');
    const longest = isIP(address) === 4 ? 32 : 128;
    const fits = length === undefined || wholeNumber(length, 0, longest) !== undefined;
    return isIP(address) !== 0 && fits && rest.length === 0;
  });
  return valid ? ranges : undefined;
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
