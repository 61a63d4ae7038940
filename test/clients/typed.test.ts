/** The API as a partner app reads it: openapi-fetch with the types that the package exports, over HTTP. */
import createClient, { type QuerySerializerOptions } from 'openapi-fetch';
import type { paths } from 'sozialraum/types';
import t from 'tap';
import ts from 'typescript';
import { testService } from '../support/service.ts';

/** The contract writes lists with commas. */
const querySerializer: QuerySerializerOptions = { array: { style: 'form', explode: false } };

t.test('districts and series come typed', async (t) => {
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
  for (const [name, code, expected] of [
    ['a right call', `void api.GET('/conformance', {});`, null],
    ['a path that does not exist', `void api.GET('/weather', {});`, /weather/],
    [
      'a parameter that does not exist',
      `void api.GET('/collections/{collectionId}/items', { params: { path: { collectionId: 'x' }, query: { colour: 'red' } } });`,
      /colour/,
    ],
  ] as const) {
    const messages = compile(`${head}\n${code}`);
    if (expected === null) t.equal(messages, '', name);
    else t.match(messages, expected, name);
  }
});

/** Messages of the type check for a file beside this one. */
function compile(text: string): string {
  const file = new URL('typed-sample.ts', import.meta.url).pathname;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: ['node'],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === file || fileExists.call(host, path);
  host.getSourceFile = (path, target, ...rest) =>
    path === file
      ? ts.createSourceFile(path, text, target, true)
      : getSourceFile.call(host, path, target, ...rest);
  const program = ts.createProgram([file], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file)!)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    .join('; ');
}
