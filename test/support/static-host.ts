/** A web server that knows files and ranges and nothing else, as object storage does. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Scope } from './database.ts';

/** A running host. */
export interface StaticHost {
  /** `http://host:port`. */
  origin: string;
  /** `Range` headers of all requests so far; an empty text where there was none. */
  ranges: string[];
}

/** Serves the files of one folder to pages of any origin; ended with the test. */
export async function startStaticHost(t: Scope, folder: string): Promise<StaticHost> {
  const ranges: string[] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'range');
    response.setHeader('access-control-expose-headers', 'etag, content-range');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    ranges.push(request.headers.range ?? '');
    const name = basename(new URL(request.url ?? '/', 'http://host').pathname);
    const content = await readFile(join(folder, name)).catch(() => null);
    if (content === null) return response.writeHead(404).end();
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined) return response.writeHead(200).end(content);
    const part = content.subarray(Number(first), Number(last) + 1);
    const end = Number(first) + part.length - 1;
    response.setHeader('content-range', `bytes ${first}-${end}/${content.length}`);
    return response.writeHead(206).end(part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}
