import t from 'tap';
import { type Catalog, columnsOf, requireGeography, requireIndicator } from '../src/catalog/catalog.ts';
import { readCatalog } from '../src/catalog/store.ts';
import { parseFilterText } from '../src/filter/parse-text.ts';
import { type CacheLimits, makeReader, type Reader } from '../src/reader.ts';
import { importTown } from './import/imported.ts';
import { testDatabase } from './support/database.ts';
import { serviceOn } from './support/service.ts';

type Db = Awaited<ReturnType<typeof testDatabase>>['db'];

/** A reader that stays at one catalogue, as requests do that began before an import ended. */
function readerAt(db: Db, catalog: Catalog, limits?: CacheLimits): Reader {
  return makeReader(db, { current: () => catalog, at: async () => catalog }, limits);
}

async function residents(reader: Reader): Promise<Record<string, [number, number]>> {
  const catalog = reader.catalog();
  const geography = requireGeography(catalog, 'klein-quarter');
  const version = geography.boundaryVersions[0]!;
  const [entry] = columnsOf(catalog, geography, requireIndicator(catalog, 'residents'));
  const table = await reader.districts(geography, version);
  const column = await reader.column(geography, version, entry!);
  const shapes = await reader.shapes(version, [...table.ids]);
  t.equal(shapes.length, table.n);
  t.equal((await reader.inBox(version, [7, 51, 8, 52])).size, table.n);
  const { expression } = parseFilterText('S_INTERSECTS(geometry, BBOX(7, 51, 8, 52))');
  const [found] = await reader.matching(geography, version, [expression], 4326);
  t.strictSame([...found!].sort(), [...table.ids].sort());
  return Object.fromEntries(table.keys.map((key, i) => [key, [column.values[i]!, column.releases[i]!]]));
}

t.test('what a request reads is what its release knew, whatever is imported meanwhile', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const before = await readCatalog(db);
  const warm = await residents(readerAt(db, before));
  await importTown(t, db, {
    package: (pkg) => {
      pkg.quarterFeatures = pkg.quarterFeatures.filter((feature) => feature.properties.id !== '0203');
      pkg.lines = pkg.lines
        .filter((line) => !line.startsWith('0203'))
        .map((line) => line.replace('0101;2022;1.200', '0101;2022;1.300'));
    },
  });
  t.strictSame(
    await residents(readerAt(db, before)),
    warm,
    'the old catalogue reads the old figures and shapes',
  );
  const after = await residents(readerAt(db, await readCatalog(db)));
  t.strictSame(after['0101'], [1300, 2]);
  t.strictSame(after['0102'], warm['0102']);
  t.notOk('0203' in after);
});

t.test('a cache that is too small for a request still answers it', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const catalog = await readCatalog(db);
  const geography = requireGeography(catalog, 'klein-quarter');
  const reader = readerAt(db, catalog, { columns: 1000, districts: 8, shapes: 8 });
  const entries = [...catalog.columns.values()].flat();
  const columns = await Promise.all(
    entries.map((entry) => reader.column(geography, geography.boundaryVersions[0]!, entry)),
  );
  t.equal(columns.length, 4);
  t.ok(columns.every((column) => column.values.length === 6));
});

t.test('an entity tag changes with everything that the answer shows', async (t) => {
  const { db } = await testDatabase(t);
  await importTown(t, db);
  const service = await serviceOn(t, { db });
  const observations = '/observations?indicators=residents';
  const items = '/collections/klein-quarter/items?limit=1';
  const outside = '/collections/klein-quarter/items?datetime=1990-01-01';
  const tags = async (): Promise<unknown[]> =>
    await Promise.all(
      [observations, items, outside].map(async (url) => (await service.get(url)).headers.etag),
    );
  const first = await tags();
  t.strictSame(await tags(), first);

  await importTown(t, db, {
    package: (pkg) => {
      pkg.sozialraum.reasons.find((reason) => reason.code === 'small_number')!.label.de = 'Fallzahl zu klein';
    },
  });
  await service.app.refresh();
  const second = await tags();
  t.not(second[0], first[0], 'the label of a reason');

  await importTown(t, db, {
    package: (pkg) => {
      pkg.sozialraum.reasons.find((reason) => reason.code === 'small_number')!.label.de = 'Fallzahl zu klein';
      delete (pkg.sozialraum.geographies[0] as { parent?: string }).parent;
    },
  });
  await service.app.refresh();
  const third = await tags();
  t.not(third[1], second[1], 'the place in the hierarchy');
  t.not(third[2], second[2], 'the release of an answer without districts');
  t.equal((await service.get(items)).json().features[0].properties.parent, null);
});

t.test('two databases with the same release number have different entity tags', async (t) => {
  const tags = [];
  for (const residents of ['1.200', '1.201']) {
    const { db } = await testDatabase(t);
    await importTown(t, db, {
      package: (pkg) => {
        pkg.lines = pkg.lines.map((line) => line.replace('0101;2022;1.200', `0101;2022;${residents}`));
      },
    });
    const service = await serviceOn(t, { db });
    const response = await service.get('/collections/klein-quarter/items?indicators=residents&period=2022');
    t.equal(response.json().release, 1);
    tags.push(response.headers.etag);
  }
  t.not(tags[0], tags[1]);
});
