import { Type, tableFromIPC } from '@uwdata/flechette';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import { tileAt } from '../tiles/tile-bounds.ts';

type Document = components['schemas']['Values'];
type Row = Record<string, string | number | null>;

interface Town {
  data: Prepared;
  collection: string;
  join: string;
  /** A place in it. */
  point: readonly [number, number];
  /** Types of some columns in Arrow. */
  types: Record<string, number>;
  skip: string | false;
}

const TOWNS: Town[] = [
  {
    data: 'berlin',
    collection: 'berlin-plr',
    join: 'indicators=mss_s1,population&period=2021,2024-S2&measures=value,status,reason,z,rank,percentile,class,change,release&classification=jenks-5',
    point: [13.4, 52.5],
    types: {
      mss_s1_2021: Type.Float,
      mss_s1_2021_class: Type.Int,
      mss_s1_2021_rank: Type.Int,
      mss_s1_2021_status: Type.Dictionary,
    },
    skip: skipWithoutShared,
  },
  {
    data: 'demo',
    collection: 'musterstadt-quartier',
    join: 'indicators=dem_pop,edu_gymnasium,pov_child&period=2020/2024&measures=value,reason,class,change,numerator&classificationPeriods=all',
    point: [7.6, 51.5],
    types: { dem_pop_2024: Type.Float, edu_gymnasium_2024_reason: Type.Dictionary },
    skip: false,
  },
];

for (const { data, collection, join, point, types, skip } of TOWNS) {
  t.test(`values of ${collection}`, { skip }, async (t) => {
    const { get, ask } = await testService(t, data);
    const url = `/collections/${collection}/values?${join}`;
    const document: Document = (await get(url)).json();
    const n = document.ids.length;

    t.test('are the joined columns of the items, in the same order', async (t) => {
      const items = (await get(`/collections/${collection}/items?limit=10000&${join}`)).json();
      const rows = (items.features as { properties: Row }[]).map((feature) => feature.properties);
      t.strictSame(
        document.keys,
        rows.map((row) => row.key),
      );
      t.strictSame(
        document.names,
        rows.map((row) => row.name),
      );
      t.strictSame(document.columns, items.columns);
      t.equal(document.release, items.release);
      t.strictSame(document.boundaryVersion, items.boundaryVersion);
      t.strictSame(
        Object.keys(document.values),
        document.columns.map(({ name }) => name),
      );
      for (const [name, values] of Object.entries(document.values)) {
        t.strictSame(
          values,
          rows.map((row) => row[name]),
          name,
        );
      }
    });

    t.test('have the ids that features have in tiles', async (t) => {
      const box = (await get(`/collections/${collection}`)).json().extent.spatial.bbox[0];
      const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] as const;
      const { x, y } = tileAt(10, data === 'demo' ? middle : point);
      const tile = await get(`/collections/${collection}/tiles/WebMercatorQuad/10/${y}/${x}`);
      const features = decodeTile(tile.rawPayload).find(({ name }) => name === collection)!.features;
      t.ok(features.length > 20, `${features.length} districts`);
      for (const { id, properties } of features)
        t.equal(document.keys[document.ids.indexOf(id!)], properties.key);
    });

    t.test('come as Arrow with the same cells, types and nulls', async (t) => {
      const response = await get(`${url}&f=arrow`);
      t.equal(response.headers['content-type'], 'application/vnd.apache.arrow.stream');
      const table = tableFromIPC(response.rawPayload);
      t.equal(table.numRows, n);
      t.strictSame(table.names, ['id', 'key', 'name', ...Object.keys(document.values)]);
      t.strictSame([...table.getChild('id')], document.ids);
      t.strictSame([...table.getChild('key')], document.keys);
      t.strictSame([...table.getChild('name')], document.names);
      let nulls = 0;
      for (const [name, values] of Object.entries(document.values)) {
        const child = table.getChild(name);
        t.strictSame([...child], values, name);
        t.equal(child.nullCount, values.filter((value) => value === null).length, name);
        nulls += child.nullCount;
      }
      t.ok(nulls > 0, 'some cells hold nothing');
      for (const [name, type] of Object.entries(types)) t.equal(table.getChild(name).type.typeId, type, name);
      const head = JSON.parse(table.schema.metadata!.get('sozialraum')!);
      t.strictSame(head.columns, document.columns);
      t.strictSame(head.boundaryVersion, document.boundaryVersion);
      t.match(head.links, [{ rel: 'self', type: 'application/vnd.apache.arrow.stream' }]);
    });

    t.test('without indicators are ids, keys and names', async (t) => {
      const bare = `/collections/${collection}/values`;
      const { columns, values, keys }: Document = (await get(bare)).json();
      t.strictSame([columns, values], [[], {}]);
      t.strictSame(keys, document.keys);
      t.strictSame(tableFromIPC((await get(`${bare}?f=arrow`)).rawPayload).names, ['id', 'key', 'name']);
    });

    t.test('links lead to the other format and to the tiles with the same join', async (t) => {
      const response = await get(url);
      const { links }: Document = response.json();
      t.strictSame(
        links.map(({ rel }) => rel),
        ['self', 'alternate', 'collection', 'describedby'],
      );
      for (const { href, rel, type } of links) {
        const { pathname, search } = new URL(href);
        const linked = await ask({ url: pathname + search });
        t.equal(linked.statusCode, 200, rel);
        t.ok(String(linked.headers['content-type']).startsWith(type), rel);
        t.ok(String(response.headers.link).includes(`<${href}>; rel="${rel}"`));
        if (rel === 'describedby') t.strictSame(linked.json().columns, document.columns);
      }
    });
  });
}
