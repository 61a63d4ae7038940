/** camptocamp's ogc-client, which geonetwork-ui and other front ends are built on, over HTTP. */
import { OgcApiEndpoint } from '@camptocamp/ogc-client';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

interface Town {
  data: Prepared;
  /** Collections with their numbers of districts. */
  collections: Record<string, number>;
  /** Wide tables with their numbers of rows. */
  tables: Record<string, number>;
  /** Part of it. */
  box: [west: number, south: number, east: number, north: number];
  skip: string | false;
}

const TOWNS: Town[] = [
  {
    data: 'demo',
    collections: { 'musterstadt-quartier': 60, 'musterstadt-stadtteil': 12 },
    tables: { 'musterstadt-quartier-statistics': 600, 'musterstadt-stadtteil-statistics': 120 },
    box: [7.68, 52.07, 7.72, 52.1],
    skip: false,
  },
  {
    data: 'berlin',
    collections: { 'berlin-bzr': 143, 'berlin-pgr': 58, 'berlin-plr': 542 },
    tables: { 'berlin-plr-statistics': 10_160 },
    box: [13.09, 52.34, 13.4, 52.5],
    skip: skipWithoutShared,
  },
];

/** So that there are several pages of the larger collections. */
const PAGE = 50;

/** Wide tables are long. */
const LONG_PAGE = 400;

for (const { data, collections, tables, box, skip } of TOWNS) {
  t.test(`ogc-client reads ${data}`, { skip }, async (t) => {
    const { app } = await testService(t, data);
    const base = `${await app.server.listen({ host: '127.0.0.1', port: 0 })}/v1`;
    const api = new OgcApiEndpoint(base);
    const ids = Object.keys(collections);

    t.test('all collections are known as features and as vector tiles', async (t) => {
      t.equal((await api.info).title, 'Sozialraum');
      t.ok((await api.hasFeatures) && (await api.hasTiles));
      t.strictSame(await api.featureCollections, [...ids, ...Object.keys(tables)]);
      t.strictSame(await api.vectorTileCollections, ids);
      t.ok((await api.tileMatrixSets).includes('WebMercatorQuad'));
    });

    for (const [id, rows] of Object.entries(tables)) {
      t.test(`${id}: every row once, page by page; of one day, sorted`, async (t) => {
        const { queryables, itemFormats, crs } = await api.getCollectionInfo(id);
        const stored = ['key', 'name', 'label', 'parent', 'date', 'valid_from'];
        t.strictSame(
          queryables.slice(0, 6).map(({ name }) => name),
          stored,
        );
        t.match(itemFormats, ['application/geo+json']);
        t.equal(crs.length, 6);
        const page = async (offset: number, day?: Date, sortby?: string[]) =>
          await api.getCollectionItems(id, LONG_PAGE, offset, true, sortby, undefined, ['key', 'date'], day);
        const seen = new Set<unknown>();
        let last = await page(0);
        for (let offset = 0; offset < rows; offset += LONG_PAGE) {
          last = await page(offset);
          t.equal(last.length, Math.min(LONG_PAGE, rows - offset));
          for (const { id } of last) seen.add(id);
        }
        t.equal(seen.size, rows);
        const dateOf = ({ properties }: (typeof last)[number]): string =>
          String((properties as typeof properties & { date: string }).date);
        const date = dateOf(last.at(-1)!);
        const day = await page(0, new Date(date), ['-key']);
        t.ok(day.length > 0 && day.every((feature) => dateOf(feature) === date));
        t.ok(String(day[0]!.id) > String(day.at(-1)!.id));
      });
    }

    for (const [id, districts] of Object.entries(collections)) {
      t.test(`${id}: every district once, page by page`, async (t) => {
        const seen: unknown[] = [];
        for (let offset = 0; offset < districts; offset += PAGE) {
          const page = await api.getCollectionItems(id, PAGE, offset);
          t.equal(page.length, Math.min(PAGE, districts - offset));
          seen.push(...page.map((feature) => feature.id));
        }
        t.equal(new Set(seen).size, districts);
        t.strictSame(await api.getCollectionItems(id, PAGE, districts), []);
      });

      t.test(`${id}: what its description offers can be had`, async (t) => {
        const { crs, itemFormats, queryables, sortables, bulkDownloadLinks } =
          await api.getCollectionInfo(id);
        t.match(itemFormats, ['application/geo+json']);
        t.strictSame(
          queryables.map(({ name }) => name),
          ['key', 'name', 'parent', 'geometry', 'valid_from', 'valid_until'],
        );
        t.strictSame(
          sortables.map(({ name }) => name),
          ['key', 'name', 'parent'],
        );
        for (const format of itemFormats) {
          const response = await fetch(await api.getCollectionItemsUrl(id, { outputFormat: format }));
          t.equal(response.status, 200, format);
          t.match(response.headers.get('content-type'), format);
          await response.body?.cancel();
        }
        t.strictSame(Object.keys(bulkDownloadLinks), [
          'text/csv',
          'application/flatgeobuf',
          'application/geopackage+sqlite3',
        ]);
        t.equal(crs.length, 6);
        const corner = await api.getCollectionItems(id, districts, 0, true, undefined, box);
        t.ok(corner.length > 0 && corner.length < districts);
      });

      t.test(`${id}: sorted, without shapes, with some properties, at a time`, async (t) => {
        const sorted = await api.getCollectionItems(
          id,
          districts,
          0,
          true,
          ['-key'],
          undefined,
          ['name'],
          new Date('2021-06-01'),
        );
        const keys = sorted.map((feature) => String(feature.id));
        t.equal(keys.length, districts);
        t.strictSame(keys, keys.toSorted().toReversed());
        t.ok(sorted.every(({ geometry }) => geometry === null));
        t.strictSame(new Set(sorted.flatMap(({ properties }) => Object.keys(properties))), new Set(['name']));
        const one = await api.getCollectionItem(id, keys[0]!);
        t.match(one.properties, sorted[0]!.properties);
      });

      for (const grid of ['WebMercatorQuad', 'AdV_25832']) {
        t.test(`${id}: tiles of ${grid}`, async (t) => {
          const response = await fetch(await api.getVectorTilesetUrl(id, grid));
          const set = (await response.json()) as components['schemas']['TileSet'];
          t.equal(set.tileMatrixSetId, grid);
          t.ok(set.links.some((link) => link.rel === 'item' && 'templated' in link));
        });
      }
    }
  });
}
