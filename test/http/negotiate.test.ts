import type { FastifyRequest } from 'fastify';
import t from 'tap';
import { formatOf } from '../../src/http/negotiate.ts';

const ITEMS = { geojson: 'application/geo+json', html: 'text/html', csv: 'text/csv' };
const API = {
  json: 'application/vnd.oai.openapi+json;version=3.0',
  openapi31: 'application/vnd.oai.openapi+json;version=3.1',
};

t.test('the most welcome format, as RFC 9110 weighs ranges', async (t) => {
  const cases: [accept: string | undefined, offered: Record<string, string>, wanted: string | null][] = [
    [undefined, ITEMS, 'geojson'],
    ['', ITEMS, 'geojson'],
    [' , ', ITEMS, 'geojson'],
    ['*/*', ITEMS, 'geojson'],
    ['text/html', ITEMS, 'html'],
    ['TEXT/HTML', ITEMS, 'html'],
    ['text/html, application/geo+json', ITEMS, 'html'],
    ['application/geo+json, text/html', ITEMS, 'geojson'],
    ['text/html;q=0.1, application/geo+json;q=0.2', ITEMS, 'geojson'],
    ['text/csv;q=0.5, */*;q=0.1', ITEMS, 'csv'],
    // The more specific range counts, wherever it stands.
    ['text/*, text/html;q=0.1', ITEMS, 'csv'],
    ['text/*;q=0.9, text/html;q=0.1, text/csv;q=0.2, application/geo+json;q=0.5', ITEMS, 'geojson'],
    ['*/*, application/geo+json;q=0', ITEMS, 'html'],
    ['application/geo+json;q=0, text/*;q=0, */*', ITEMS, null],
    // Any JSON will do for who wants JSON; who excludes plain JSON excludes nothing else.
    ['application/json', ITEMS, 'geojson'],
    ['application/json;q=0, */*', ITEMS, 'geojson'],
    ['application/json, application/geo+json;q=0', ITEMS, null],
    ['application/json', API, 'json'],
    ['application/vnd.oai.openapi+json', API, 'json'],
    ['application/vnd.oai.openapi+json;version=3.1', API, 'openapi31'],
    ['application/vnd.oai.openapi+json; version="3.1"; q=0.2, */*;q=0.1', API, 'openapi31'],
    ['application/vnd.oai.openapi+json;version=3.1;q=0, application/vnd.oai.openapi+json', API, 'json'],
    ['application/vnd.oai.openapi+json;version=2.0', API, null],
    ['*/*;q=0', ITEMS, null],
    ['image/png', ITEMS, null],
    ['nonsense', ITEMS, null],
  ];
  for (const [accept, offered, wanted] of cases) {
    const request = { headers: { accept } } as FastifyRequest;
    if (wanted === null)
      t.throws(() => formatOf(request, undefined, offered), { code: 'not_acceptable' }, String(accept));
    else t.equal(formatOf(request, undefined, offered), wanted, String(accept));
    t.equal(formatOf(request, 'csv', { ...offered, csv: 'text/csv' }), 'csv', 'f decides');
  }
});
