/** The API as a partner app reads it: openapi-fetch with the types that the package exports, over HTTP. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import createClient, { type QuerySerializerOptions } from 'openapi-fetch';
import type { paths } from 'sozialraum/types';
import t from 'tap';
import ts from 'typescript';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';

t.setTimeout(120_000);

/** The contract writes lists with commas. */
const querySerializer: QuerySerializerOptions = { array: { style: 'form', explode: false } };

t.test('districts, series and jobs come typed', async (t) => {
  const { app } = await testService(t, 'demo');
  const baseUrl = `${await app.server.listen({ host: '127.0.0.1', port: 0 })}/v1`;
  const geo = createClient<paths, 'application/geo+json' | 'application/problem+json'>({
    baseUrl,
    querySerializer,
  });
  const json = createClient<paths, 'application/json' | 'application/problem+json'>({
    baseUrl,
    querySerializer,
  });

  t.test('districts with joined columns', async (t) => {
    const { data, error } = await geo.GET('/collections/{collectionId}/items', {
      params: {
        path: { collectionId: 'musterstadt-quartier' },
        query: {
          indicators: ['pov_child'],
          period: ['2024'],
          measures: ['value', 'rank'],
          sortby: ['-pov_child'],
        },
      },
    });
    // After this `data` is there for the compiler, too.
    if (error) throw new Error(error.title);
    const [first] = data.features;
    const key: string = first!.id;
    t.match(key, /^\d{4}$/);
    t.equal(first!.properties.pov_child_rank, 1);
    t.equal(data.columns[0]!.unit, 'percent');
    t.equal(data.numberMatched satisfies number, 60);
  });

  t.test('one district', async (t) => {
    const { data } = await geo.GET('/collections/{collectionId}/items/{featureId}', {
      params: { path: { collectionId: 'musterstadt-quartier', featureId: '0101' } },
    });
    t.equal(data!.geometry?.type, 'MultiPolygon');
    t.equal(data!.properties.key satisfies string | undefined, '0101');
  });

  t.test('a series, page by page', async (t) => {
    const series: { period: string; value: number | null }[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await json.GET('/observations', {
        params: {
          query: {
            collection: 'musterstadt-quartier',
            indicators: ['pov_child'],
            districts: ['0101'],
            period: ['2015/..'],
            limit: 3,
            ...(cursor ? { cursor } : {}),
          },
        },
      });
      series.push(...data!.observations.map(({ period, value }) => ({ period, value })));
      const next = data!.links.find(({ rel }) => rel === 'next');
      cursor = (next && new URL(next.href).searchParams.get('cursor')) ?? undefined;
    } while (cursor);
    t.ok(series.length > 3);
    t.strictSame(
      series.map(({ period }) => period),
      series.map(({ period }) => period).toSorted(),
    );
  });

  t.test('a job: executed, polled, its results read, dismissed', async (t) => {
    const { response, error } = await json.POST('/processes/{processId}/execution', {
      params: { path: { processId: 'local-moran' } },
      headers: { prefer: 'respond-async' },
      body: { inputs: { collection: 'musterstadt-quartier', indicator: 'pov_child', period: '2024' } },
    });
    if (error) throw new Error(error.title);
    t.equal(response.status, 201);
    const jobId = new URL(response.headers.get('location')!).pathname.split('/').at(-1)!;
    const path = { jobId };

    const poll = async () => {
      const { data, error } = await json.GET('/jobs/{jobId}', { params: { path } });
      if (error) throw new Error(error.title);
      return data;
    };
    let job = await poll();
    for (; job.status === 'accepted' || job.status === 'running'; job = await poll()) await pause(50);
    // The compiler knows that it has ended.
    const ended: 'successful' | 'failed' | 'dismissed' = job.status;
    t.equal(ended, 'successful');
    t.equal(job.processID, 'local-moran');
    t.equal(job.progress satisfies number, 100);
    t.ok(job.links.some(({ rel }) => rel.endsWith('/results')));

    const { data: result } = await geo.GET('/jobs/{jobId}/results', { params: { path } });
    t.equal(result!.features.length, 60);
    t.ok(result!.features.every(({ id, properties }) => id === properties.key));
    t.equal(result!.analysis?.process, 'local-moran');

    const { data: dismissed } = await json.DELETE('/jobs/{jobId}', { params: { path } });
    t.equal(dismissed!.status, 'dismissed');
    const { error: gone } = await geo.GET('/jobs/{jobId}/results', { params: { path } });
    t.match(gone!.type, /result-not-ready$/);
  });

  t.test('an analysis with a contract of its own, at once', async (t) => {
    const { data } = await geo.POST('/processes/local-moran/execution', {
      body: { inputs: { collection: 'musterstadt-quartier', indicator: 'pov_child', period: '2024' } },
    });
    if (!data || !('features' in data)) throw new Error('it came as a job');
    const rated = data.features.filter(({ properties }) => properties.value !== null);
    t.equal(data.analysis.n satisfies number, rated.length);
  });

  t.test('an error is typed too', async (t) => {
    const { data, error } = await geo.GET('/collections/{collectionId}/items', {
      params: { path: { collectionId: 'nowhere' } },
    });
    t.equal(data, undefined);
    t.match(error!.errors satisfies { code: string }[], [{ code: 'unknown_collection' }]);
  });
});

t.test('what the contract does not know does not compile', async (t) => {
  const head = `import createClient from 'openapi-fetch';
    import type { paths } from 'sozialraum/types';
    const api = createClient<paths, 'application/geo+json' | 'application/problem+json'>({ baseUrl: '' });`;
  const job = `{ params: { path: { processId: 'local-moran' } }, body:`;
  const cases: [name: string, code: string, expected: RegExp | null][] = [
    ['a right call', `void api.GET('/conformance', {});`, null],
    [
      'a right job',
      `void api.POST('/processes/{processId}/execution', ${job} { inputs: { indicator: 'a' } } });`,
      null,
    ],
    ['a path that does not exist', `void api.GET('/weather', {});`, /weather/],
    [
      'a parameter that does not exist',
      `void api.GET('/collections/{collectionId}/items', { params: { path: { collectionId: 'x' }, query: { colour: 'red' } } });`,
      /colour/,
    ],
    [
      'a way of delivery that does not exist',
      `void api.POST('/processes/{processId}/execution', ${job} { inputs: {}, response: 'xml' } });`,
      /"xml"/,
    ],
    [
      'a state of a job that does not exist',
      `const { data } = await createClient<paths, 'application/json'>().GET('/jobs/{jobId}', { params: { path: { jobId: 'x' } } });
       if (data?.status === 'done') throw new Error();`,
      /no overlap/,
    ],
  ];
  // The partner's own folder: nothing is there but the package as it is packed, and openapi-fetch.
  const folder = testFolder(t);
  installPackage(folder);
  for (const resolution of ['NodeNext', 'Bundler'] as const) {
    const messages = compile(
      folder,
      cases.map(([, code]) => `${head}\n${code}`),
      resolution,
    );
    cases.forEach(([name, , expected], i) => {
      if (expected === null) t.equal(messages[i], '', `${name}, ${resolution}`);
      else t.match(messages[i], expected, `${name}, ${resolution}`);
    });
  }
});

/** Installs what `npm pack` would publish, and openapi-fetch; none of our packages for development is in sight. */
function installPackage(folder: string): void {
  const root = new URL('../../', import.meta.url).pathname;
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  const packages = join(folder, 'node_modules');
  mkdirSync(join(packages, 'sozialraum'), { recursive: true });
  execFileSync('tar', [
    'xzf',
    join(folder, archive),
    '-C',
    join(packages, 'sozialraum'),
    '--strip-components=1',
  ]);
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
    symlinkSync(join(root, 'node_modules', name), join(packages, name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

/** Messages of the type check of each text, as strict as a compiler can be. */
function compile(folder: string, texts: readonly string[], resolution: 'NodeNext' | 'Bundler'): string[] {
  const files = texts.map((_, i) => join(folder, `partner-${i}.ts`));
  for (const [i, text] of texts.entries()) writeFileSync(files[i]!, text);
  const program = ts.createProgram(files, {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noEmit: true,
    module: resolution === 'NodeNext' ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind[resolution],
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    target: ts.ScriptTarget.ES2024,
    types: [],
  });
  const found = ts.getPreEmitDiagnostics(program);
  // What is wrong in the package is wrong for all of them.
  return files.map((name) =>
    found
      .filter(({ file }) => file?.fileName === name || !files.includes(file?.fileName ?? ''))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
      .join('; '),
  );
}
