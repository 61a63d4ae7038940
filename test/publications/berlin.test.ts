/** Analyses of Berlin, published and read as every client reads collections. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import t from 'tap';
import { execute, executeAsJob, pathOf, settle } from '../processes/ask-process.ts';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import { tileAt } from '../tiles/tile-bounds.ts';
import { type Item, itemsOf, type Publication, type PublishedStyle, publish } from './publish.ts';

t.setTimeout(300_000);

const OGRINFO = 'ogrinfo';
const skipWithoutGdal =
  spawnSync(OGRINFO, ['--version']).status === 0 ? false : 'ogrinfo is not on the PATH (Debian: gdal-bin)';

const INPUTS = { collection: 'berlin-plr', indicator: 'mss_s1', period: '2021', permutations: 999 };
const ID = 'berlin-lisa';

t.test('local Moran’s I of 2021 as a collection', { skip: skipWithoutShared }, async (t) => {
  const service = await testService(t, 'berlin', { publications: true });
  const { get, ask } = service;
  const result = (await execute(service, 'local-moran', INPUTS)).json();
  const classes = new Map<string, string>(
    result.features.map(({ properties: own }: { properties: Record<string, unknown> }) => [
      own.key,
      own.value === null ? 'missing' : own.significant ? own.quadrant : 'not_significant',
    ]),
  );
  const answer = await publish(service, ID, [{ process: 'local-moran', inputs: INPUTS }]);
  t.equal(answer.statusCode, 201, answer.body.slice(0, 300));
  const { items } = await itemsOf(service, ID);

  t.test('every planning area is a feature with the class of the result', async (t) => {
    t.equal(items.length, 542);
    t.strictSame(new Map(items.map(({ id, properties }) => [id, properties.class])), classes);
    t.ok(new Set(classes.values()).size >= 4, 'classes differ');
  });

  t.test('shapes are those of the planning areas', async (t) => {
    for (const key of ['01100101', '12601236']) {
      const [own, original] = [
        (await get(`/collections/${ID}/items/${key}`)).json(),
        (await get(`/collections/berlin-plr/items/${key}?datetime=2021-06-30`)).json(),
      ];
      t.strictSame(own.geometry, original.geometry, key);
      const metres = async (collection: string): Promise<unknown> =>
        (await get(`/collections/${collection}/items/${key}?crs=EPSG:25833&datetime=2021-06-30`)).json()
          .geometry;
      t.strictSame(await metres(ID), await metres('berlin-plr'), key);
    }
  });

  t.test('attributes can be filtered by, alone and with shapes', async (t) => {
    const filters: [string, (own: Item['properties']) => boolean][] = [
      ["class = 'high-high'", (own) => own.class === 'high-high'],
      ["class IN ('low-low', 'missing')", (own) => ['low-low', 'missing'].includes(String(own.class))],
      [
        "class LIKE 'high-%' AND p < 0.01",
        (own) => String(own.class).startsWith('high-') && Number(own.p) < 0.01,
      ],
      ['value IS NULL', (own) => own.value === null],
      ['NOT (value > 10)', (own) => own.value !== null && Number(own.value) <= 10],
      ['neighbours BETWEEN 3 AND 4', (own) => own.neighbours === 3 || own.neighbours === 4],
      ['i > 2 * z', (own) => own.i !== null && Number(own.i) > 2 * Number(own.z)],
      [
        "CASEI(class) = CASEI('HIGH-HIGH') AND S_INTERSECTS(geometry, BBOX(13, 52, 14, 53))",
        (own) => own.class === 'high-high',
      ],
      ["status <> 'ok' OR reason IS NOT NULL", (own) => own.status !== 'ok' || own.reason !== null],
      ["class = 'x'' OR 1=1 --'", () => false],
    ];
    for (const [filter, keeps] of filters) {
      const found = await itemsOf(service, ID, `filter=${encodeURIComponent(filter)}`);
      const expected = items.filter(({ properties }) => keeps(properties)).map(({ id }) => id);
      t.strictSame(
        found.items.map(({ id }) => id),
        expected,
        filter,
      );
    }
    const json = JSON.stringify({ op: '=', args: [{ property: 'class' }, 'low-low'] });
    const found = await itemsOf(service, ID, `filter-lang=cql2-json&filter=${encodeURIComponent(json)}`);
    t.equal(found.numberMatched, items.filter((item) => item.properties.class === 'low-low').length);
    for (const wrong of ["klass = 'a'", "p = 'low'", 'class > 5', 'class + 1 = 2']) {
      const refused = await get(`/collections/${ID}/items?filter=${encodeURIComponent(wrong)}`);
      t.equal(refused.statusCode, 400, wrong);
    }
  });

  t.test('attributes are query parameters, which the served contract names', async (t) => {
    const counted = async (query: string): Promise<number> =>
      (await itemsOf(service, ID, query)).numberMatched;
    const count = (keeps: (own: Item['properties']) => boolean): number =>
      items.filter(({ properties }) => keeps(properties)).length;
    t.equal(
      await counted('class=high-high'),
      count((own) => own.class === 'high-high'),
    );
    t.equal(
      await counted('class=high-high&neighbours=5&status=ok'),
      count((own) => own.class === 'high-high' && own.neighbours === 5),
    );
    t.equal(await counted('period=2021'), 542);
    t.equal(await counted('period=2020'), 0);
    for (const [collection, query, item] of [
      [
        ID,
        'class=Hoch',
        { code: 'invalid_value', field: 'class', got: 'Hoch', expected: /^one of high-high, / },
      ],
      [ID, 'p=klein', { code: 'invalid_value', field: 'p', expected: 'number' }],
      [ID, 'class=missing&class=island', { field: 'class' }],
      [ID, 'klass=a', { code: 'unknown_parameter', field: 'klass', expected: /bbox.* class, / }],
      ['berlin-plr', 'class=high-high', { code: 'unknown_parameter', field: 'class', expected: /bbox/ }],
    ] as const) {
      const refused = await get(`/collections/${collection}/items?${query}`);
      t.equal(refused.statusCode, 400, query);
      t.match(refused.json().errors, [item], query);
    }
    const { paths } = (await get('/api')).json();
    const named = paths[`/collections/${ID}/items`].get.parameters.filter((own: object) => 'name' in own);
    t.match(
      named.find(({ name }: { name: string }) => name === 'class'),
      { in: 'query', schema: { type: 'string', enum: ['high-high'] } },
    );
    t.ok(named.some(({ name }: { name: string }) => name === 'p'));
    const plain = paths['/collections/berlin-plr/items'].get;
    t.notOk(plain.parameters.some(({ name }: { name?: string }) => name === 'class'));
  });

  t.test('features can be sorted by attributes, what is missing last, and paged', async (t) => {
    const sorted = items.toSorted((a, b) => {
      const [x, y] = [a, b].map(({ properties }) => properties.q as number | null);
      if (x === null || y === null) return Number(x === null) - Number(y === null) || (a.id < b.id ? -1 : 1);
      return y! - x! || (a.id < b.id ? -1 : 1);
    });
    const ids: string[] = [];
    let path: string | undefined = `/v1/collections/${ID}/items?skipGeometry=true&sortby=-q&limit=200`;
    while (path !== undefined) {
      const page: { features: Item[]; links: { rel: string; href: string }[] } = (
        await ask({ url: path })
      ).json();
      ids.push(...page.features.map(({ id }) => id));
      const next = page.links.find(({ rel }) => rel === 'next');
      path = next?.href.replace('http://localhost', '');
    }
    t.strictSame(
      ids,
      sorted.map(({ id }) => id),
    );
    t.strictSame(Object.keys((await itemsOf(service, ID, 'properties=class,p')).items[0]!.properties), [
      'class',
      'p',
    ]);
  });

  t.test('schemas declare attributes with titles, units and named values in both languages', async (t) => {
    for (const name of ['queryables', 'sortables', 'schema']) {
      const { properties } = (await get(`/collections/${ID}/${name}`)).json();
      t.match(properties.class, {
        title: 'Klasse',
        type: 'string',
        enum: [
          'high-high',
          'high-low',
          'low-high',
          'low-low',
          'not_significant',
          'island',
          'not_tested',
          'missing',
        ],
        oneOf: [{ const: 'high-high', title: 'auffällig: Häufung hoher Werte' }],
      });
      t.match(properties.value, { type: 'number', title: /./, 'x-ogc-unit': 'percent' });
      t.match(properties.neighbours, { type: 'integer' });
    }
    const { properties } = (await get(`/collections/${ID}/schema`, { 'accept-language': 'en' })).json();
    t.match(properties.class, { title: 'Class', oneOf: [{ title: 'stands out: high values together' }] });
    t.notMatch(answer.body, /Ursache|wegen|weil|because|cause/i, 'no causal words');
  });

  t.test('tiles carry the attributes, and areas only', async (t) => {
    const { tiles, vector_layers } = (await get(`/collections/${ID}/tiles/WebMercatorQuad/tilejson`)).json();
    t.match(vector_layers[0], { id: ID, fields: { class: 'String', p: 'Number', neighbours: 'Number' } });
    const at = tileAt(8, [13.4, 52.5]);
    const url = tiles[0].replace('{z}/{y}/{x}', `8/${at.y}/${at.x}`).replace('http://localhost', '');
    const tile = await ask({ url, headers: { 'accept-encoding': 'identity' } });
    t.equal(tile.headers['cache-control'], 'public, max-age=31536000, immutable');
    const [areas, labels] = decodeTile(tile.rawPayload);
    t.equal(areas!.name, ID);
    t.ok(areas!.features.length > 300);
    const byKey = new Map(items.map((item) => [item.id, item.properties]));
    for (const { properties } of areas!.features) {
      const { parent: _, ...own } = byKey.get(String(properties.key))!;
      const present = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
      t.strictSame({ ...properties }, present, String(properties.key));
    }
    t.strictSame(Object.keys(labels!.features[0]!.properties), ['key', 'name']);
    const { layers } = (await get(`/collections/${ID}/tiles/WebMercatorQuad`)).json();
    t.match(layers[0].propertiesSchema.properties, {
      class: { type: 'string', title: 'Klasse' },
      p: { type: 'number' },
    });
  });

  t.test('the style colours by class, and MapLibre accepts it', async (t) => {
    const { styles } = (await get(`/collections/${ID}/styles`)).json();
    t.strictSame(
      styles.map(({ id }: { id: string }) => id),
      ['class'],
    );
    const style: PublishedStyle = (await ask({ url: new URL(styles[0].links[0].href).pathname })).json();
    t.strictSame(validateStyleMin({ ...style, sprite: 'http://localhost/sprite' } as never), []);
    const legend = style.metadata['sozialraum:classes'];
    const colours = new Map(legend.classes.map(({ value, colour }) => [value, colour]));
    const fills = style.layers
      .filter(({ paint }) => 'fill-color' in paint)
      .map(({ filter, paint, id }) => ({
        ...featureFilter(filter as never, `layers.${id}.filter`),
        colour: paint['fill-color'],
      }));
    for (const { id, properties } of items) {
      const feature = { type: 3, properties };
      const drawn = fills.findLast(({ filter }) => filter({ zoom: 10 } as never, feature as never));
      t.equal(drawn?.colour, colours.get(properties.class as string), id);
    }
    t.equal(new Set(colours.values()).size, 6, 'five classes differ from each other and from the ground');
    const patterns = style.layers.filter(({ paint }) => 'fill-pattern' in paint).map(({ id }) => id);
    t.ok(patterns.includes('missing-not_assessed'));
    for (const query of ['classification=jenks-5', 'period=2021', 'measure=change', 'changeFrom=2019'])
      t.equal((await get(`/collections/${ID}/styles/class?${query}`)).statusCode, 400, query);
    t.equal((await get(`/collections/${ID}/styles/mss_s1`)).statusCode, 404);
  });

  t.test('the collection states method and origin', async (t) => {
    const collection = (await get(`/collections/${ID}`)).json();
    t.match(collection, {
      kind: 'analysis',
      title: `Ergebnis ${ID}`,
      publication: {
        collection: 'berlin-plr',
        polarity: -1,
        release: 2,
        withdrawn: null,
        results: [
          {
            period: '2021',
            boundaryVersion: '2021-01-01',
            job: null,
            inputs: { seed: 1, permutations: 999 },
          },
        ],
      },
      boundaryVersions: [{ validFrom: '2021-01-01', validUntil: '2022-01-01', districts: 542 }],
    });
    const { statement } = collection.publication.results[0];
    t.strictSame(statement, result.analysis);
    for (const name of [
      ...[
        'method',
        'reference',
        'version',
        'parameters',
        'seed',
        'permutations',
        'randomGenerator',
        'release',
      ],
      ...[
        'boundaryVersion',
        'snapshot',
        'n',
        'excluded',
        'weights',
        'pDefinition',
        'correction',
        'tests',
        'warnings',
      ],
    ])
      if (name !== 'parameters') t.ok(name in statement, name);
    t.match(statement.excluded[0], { key: String, status: String });
    const plain = (await get('/collections/berlin-plr')).json();
    t.match(plain, { kind: 'districts' });
    t.notOk('publication' in plain);
    const listed = (await get('/collections')).json().collections.find(({ id }: { id: string }) => id === ID);
    t.notOk('statement' in listed.publication.results[0], 'lists are short');
    const { licence } = (await get('/indicators/mss_s1')).json().collections[0].source;
    const expected = `${plain.boundaryVersions.at(-1).source.licence}; ${licence}`;
    t.equal(listed.boundaryVersions[0].source.licence, expected, 'of shapes and figures');
  });

  t.test('links lead to all of it', async (t) => {
    const { links } = (await get(`/collections/${ID}`)).json();
    for (const { href, type, rel } of links) {
      if (rel === 'via') continue;
      const linked = await ask({ url: href.replace('http://localhost', '') });
      t.equal(linked.statusCode, 200, href);
      t.ok(String(linked.headers['content-type']).startsWith(type), href);
    }
    const api = (await get('/api')).json();
    t.ok(api.paths[`/collections/${ID}/items`].get);
  });

  t.test('QGIS and Masterportal get it as layers', async (t) => {
    const layers = (await get(`/collections/${ID}/masterportal`)).json();
    t.match(layers, [
      { id: `${ID}-features`, typ: 'OAF', gfiAttributes: { class: 'Klasse', p: 'p-Wert' } },
      { id: `${ID}-tiles`, typ: 'VectorTile', vtStyles: [{ id: 'class', defaultStyle: true }] },
    ]);
    t.equal((await ask({ url: layers[1].vtStyles[0].url.replace('http://localhost', '') })).statusCode, 200);
    t.match((await get(`/collections/${ID}/qgis`)).body, `typename=&#39;${ID}&#39;`);
  });

  t.test('files have the attributes as typed columns', async (t) => {
    const csv = (await get(`/collections/${ID}/items?f=csv`)).body.split('\r\n');
    t.match(csv[0], /^key,name,parent,class,period,status,reason,value,/);
    t.equal(csv.length, 544);
    const path = join(testFolder(t), 'a.gpkg');
    writeFileSync(path, (await get(`/collections/${ID}/items?f=gpkg`)).rawPayload);
    const file = new DatabaseSync(path);
    t.strictSame(
      file
        .prepare(`select class, count(*) as n from "${ID}" group by class order by class`)
        .all()
        .map((row) => ({ ...row })),
      [...new Set(classes.values())]
        .sort()
        .map((name) => ({ class: name, n: [...classes.values()].filter((own) => own === name).length })),
    );
    file.close();
    const page = (await get(`/collections/${ID}/items?f=html`)).body;
    t.match(page, '<th scope="col">Lokales Moran-I</th>');
  });

  t.test('GDAL reads it and filters by its attributes', { skip: skipWithoutGdal }, async (t) => {
    const address = await service.app.server.listen({ host: '127.0.0.1', port: 0 });
    const { stdout } = await promisify(execFile)(OGRINFO, [
      ...['-ro', '-al', '-so', `OAPIF:${address}/v1`, ID, '-where', "class = 'high-high'"],
    ]);
    const wanted = items.filter(({ properties }) => properties.class === 'high-high').length;
    t.match(stdout, `Feature Count: ${wanted}`);
    t.match(stdout, /^class: String/m);
    t.match(stdout, /^p: Real/m);
    t.match(stdout, /^neighbours: Integer/m);
  });

  t.test('an index keeps its own classes', async (t) => {
    const inputs = { index: 'mss-status', collection: 'berlin-plr', period: '2021' };
    const rows = (await execute(service, 'composite-index', inputs)).json().results;
    const index = await publish(service, 'berlin-status', [{ process: 'composite-index', inputs }]);
    t.equal(index.statusCode, 201, index.body.slice(0, 300));
    const own = await itemsOf(service, 'berlin-status');
    t.strictSame(
      own.items.map(({ properties }) => [
        properties.key,
        properties.class,
        properties.value,
        properties.status,
      ]),
      rows.map((row: Record<string, unknown>) => [row.district, row.class, row.value, row.status]),
    );
    const { attributes }: Publication = index.json();
    t.match(attributes[0], { name: 'class', type: 'integer', values: [{ value: 1, title: /hoch/i }] });
    const style: PublishedStyle = (await get('/collections/berlin-status/styles/class')).json();
    const { statement } = (await get('/indices/mss-status/results?collection=berlin-plr&period=2021')).json();
    t.strictSame(
      style.metadata['sozialraum:classes'].classes.map(({ value, colour, count }) => [value, colour, count]),
      statement.classes.map((own: Record<string, unknown>) => [own.class, own.colour, own.districts]),
    );
    t.strictSame(validateStyleMin({ ...style, sprite: 'http://localhost/sprite' } as never), []);
    t.equal(
      (await itemsOf(service, 'berlin-status', 'filter=class=4')).numberMatched,
      rows.filter((row: { class: number }) => row.class === 4).length,
    );
  });

  t.test('results of several periods are one collection, chosen by datetime', async (t) => {
    const jobs: { job: string }[] = [];
    for (const period of ['2019', '2013', '2021']) {
      const created = await execute(
        service,
        'local-moran',
        { ...INPUTS, period },
        { prefer: 'respond-async' },
      );
      t.match(await settle(service, created), { status: 'successful' });
      jobs.push({ job: pathOf(created).replace('/jobs/', '') });
    }
    const id = 'berlin-lisa-series';
    const series = await publish(service, id, jobs);
    t.equal(series.statusCode, 201, series.body.slice(0, 500));
    const { results }: Publication = series.json();
    t.match(results, [
      { period: '2013', boundaryVersion: '2006-01-01', job: jobs[1]!.job },
      { period: '2019', boundaryVersion: '2006-01-01' },
      { period: '2021', boundaryVersion: '2021-01-01' },
    ]);
    for (const [datetime, period, n] of [
      ['2013-06-30', '2013', 448],
      ['2019-01-01', '2019', 448],
      ['2021-12-31', '2021', 542],
      ['2013-01-01/2019-12-31', '2019', 448],
    ] as const) {
      const found = await itemsOf(service, id, `datetime=${datetime}`);
      t.equal(found.numberMatched, n, datetime);
      t.strictSame([...new Set(found.items.map(({ properties }) => properties.period))], [period]);
    }
    t.equal((await itemsOf(service, id)).items[0]!.properties.period, '2021', 'the newest without datetime');
    t.equal(
      (await itemsOf(service, id, 'datetime=2016-01-01')).numberMatched,
      0,
      'nothing is said of other years',
    );
    const style: PublishedStyle = (await get(`/collections/${id}/styles/class?datetime=2013-06-30`)).json();
    t.equal(style.metadata['sozialraum:classes'].period, '2013');
    t.match(style.sources.districts!.url, 'datetime=2013-01-01');
    const result2013 = await executeAsJob(service, 'local-moran', { ...INPUTS, period: '2013' });
    t.strictSame((results[0] as { statement: object }).statement, result2013.json().analysis);
  });
});
