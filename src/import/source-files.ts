/** Reads the files that a package names, and only those: size and hash are kept for the release record. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { posix, resolve, sep } from 'node:path';
import type { SourceFile } from './candidate.ts';
import type { Findings } from './findings.ts';

/** A table of a whole state has some 100 MiB; beyond this a file is delivered by mistake. */
const MOST_BYTES = 512 * 2 ** 20;

/** The files below one data directory, each read at most once. */
export interface SourceFiles {
  /** Bytes of a file; notes a finding and returns null when it cannot be read. */
  read(path: string): Promise<Uint8Array | null>;
  /** Bytes of a file that may be absent: null without a finding then. */
  readIfThere(path: string): Promise<Uint8Array | null>;
  /** The path as its file is spelt where only capital and small letters differ; as given where none or several fit. */
  locate(path: string): Promise<string>;
  /** What was read so far, in the order of reading. */
  list(): SourceFile[];
}

/** Opens a data directory for reading. Paths in findings are those of the package. */
export async function openSourceFiles(dataDir: string, findings: Findings): Promise<SourceFiles> {
  const root = await realpath(dataDir).catch(() => resolve(dataDir));
  const contents = new Map<string, Uint8Array | null>();
  const records: SourceFile[] = [];

  async function load(path: string, optional: boolean): Promise<Uint8Array | null> {
    const known = contents.get(path);
    if (known !== undefined) return known;
    const bytes = await readBelow(root, path, optional, findings);
    if (bytes !== null || !optional) contents.set(path, bytes);
    if (bytes) records.push(describeFile(path, bytes));
    return bytes;
  }
  return {
    read: (path) => load(path, false),
    readIfThere: (path) => load(path, true),
    locate: (path) => locateBelow(root, path),
    list: () => records,
  };
}

/** Size and hash of a file. */
export function describeFile(path: string, bytes: Uint8Array): SourceFile {
  return { path, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Whether a path of a package is relative and stays below its folder, as Frictionless demands. */
export function isPathInside(path: string): boolean {
  return !/^[/\\~]|^[a-z][a-z0-9+.-]*:|\\|\0/i.test(path) && !path.split('/').includes('..');
}

async function locateBelow(root: string, path: string): Promise<string> {
  const { dir, base } = posix.parse(path);
  const names = isPathInside(path) ? await readdir(resolve(root, dir)).catch(() => []) : [];
  if (names.includes(base)) return path;
  const [name, ...others] = names.filter((entry) => entry.toLowerCase() === base.toLowerCase());
  return name === undefined || others.length > 0 ? path : posix.join(dir, name);
}

async function readBelow(
  root: string,
  path: string,
  optional: boolean,
  findings: Findings,
): Promise<Uint8Array | null> {
  const outside = (got: string): null => {
    findings.add({
      code: 'path_outside',
      got,
      expected: 'a relative path inside the data directory',
      file: path,
    });
    return null;
  };
  if (!isPathInside(path)) return outside(path);
  const full = resolve(root, path);
  const real = await realpath(full).catch(() => null);
  const info = real === null ? null : await stat(real);
  if (real === null || !info?.isFile()) {
    if (optional && real === null) return null;
    const got = real === null ? 'no such file' : 'not a file';
    findings.add({
      code: 'file_not_found',
      got,
      expected: `a file ${path} in the data directory`,
      file: path,
    });
    return null;
  }
  // A link may lead elsewhere although its path looks harmless.
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return outside(`a link to ${real}`);
  if (info.size > MOST_BYTES) {
    findings.add({
      code: 'file_too_large',
      got: `${info.size} bytes`,
      expected: `at most ${MOST_BYTES} bytes`,
      file: path,
    });
    return null;
  }
  return readFile(real);
}
