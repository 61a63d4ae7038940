import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { testService } from '../support/service.ts';

const COLLECTION = '/collections/musterstadt-quartier';
const JOIN = 'indicators=pov_child&period=2024&measures=value,reason,z,rank,change,class';

t.test('schemas', async (t) => {
  const { get } = await testService(t, 'demo');

  t.test('queryables and schema have the stored properties, sortables no shape', async (t) => {
    const names = async (document: string): Promise<string[]> =>
      Object.keys((await get(`${COLLECTION}/${document}`)).json().properties);
    const stored = ['key', 'name', 'parent'];
    t.strictSame(await names('queryables'), [...stored, 'geometry', 'valid_from', 'valid_until']);
    t.strictSame(await names('schema'), [...stored, 'geometry']);
    t.strictSame(await names('sortables'), stored);
  });

  t.test('types, titles in two languages, units and possible values', async (t) => {
    const german = (await get(`${COLLECTION}/schema?${JOIN}`)).json();
    const english = (await get(`${COLLECTION}/schema?${JOIN}`, { 'accept-language': 'en' })).json();
    t.equal(german.$schema, 'https://json-schema.org/draft/2020-12/schema');
    t.equal(german.additionalProperties, false);
    t.match(german.properties, {
      key: { type: 'string', title: 'Schlüssel', 'x-ogc-role': 'id' },
      parent: { type: 'string', enum: ['01', '02'] },
      pov_child: { type: 'number', 'x-ogc-unit': 'percent', title: / 2024$/ },
      pov_child_status: { type: 'string', enum: ['ok', 'estimated', 'suppressed'] },
      pov_child_z: { type: 'number', 'x-ogc-unit': 'standard deviations' },
      pov_child_rank: { type: 'integer', title: / 2024, Rang$/ },
      pov_child_change: { 'x-ogc-unit': 'percentage_points' },
    });
    t.match(english.properties.pov_child_rank.title, / 2024, rank$/);
    t.equal(english.properties.key.title, 'Key');
    t.notOk('type' in german.properties.geometry, 'spatial properties have a format and no type');
    t.equal(german.properties.geometry.format, 'geometry-multipolygon');
  });

  t.test('an address without query is the id of a schema, whatever the form is asked by', async (t) => {
    const { $id } = (await get(`${COLLECTION}/queryables?f=json`)).json();
    t.match($id, /\/v1\/collections\/musterstadt-quartier\/queryables$/);
    const response = await get(`${COLLECTION}/queryables`, { accept: 'application/schema+json' });
    t.match(response.headers['content-type'], /^application\/schema\+json/);
    t.equal((await get(`${COLLECTION}/queryables`, { accept: 'image/png' })).statusCode, 406);
  });

  t.test('features fit the schema of their properties and of the whole', async (t) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const { features } = (await get(`${COLLECTION}/items?${JOIN}`)).json();
    const isRow = ajv.compile(await (await get(`${COLLECTION}/schema?${JOIN}`)).json());
    const isFeature = ajv.compile((await get(`${COLLECTION}/feature-schema?${JOIN}`)).json());
    for (const feature of features) {
      // Null is the absence of a value, which the schema need not name.
      const properties = Object.fromEntries(
        Object.entries(feature.properties).filter(([, value]) => value !== null),
      );
      t.ok(isRow(properties), ajv.errorsText(isRow.errors));
      t.ok(isFeature({ ...feature, properties }), ajv.errorsText(isFeature.errors));
    }
    t.notOk(isRow({ key: 1 }));
    t.notOk(isRow({ other: 'x' }));
  });

  t.test('every queryable filters, every sortable sorts, and nothing else does', async (t) => {
    const { properties } = (await get(`${COLLECTION}/queryables?${JOIN}`)).json();
    for (const name of Object.keys(properties)) {
      const filter = `${name} IS NOT NULL`;
      t.equal((await get(`${COLLECTION}/items?${JOIN}&limit=1&filter=${filter}`)).statusCode, 200, name);
    }
    const sortables = Object.keys((await get(`${COLLECTION}/sortables?${JOIN}`)).json().properties);
    const sorted = await get(`${COLLECTION}/items?${JOIN}&limit=1&sortby=${sortables.slice(0, 10)}`);
    t.equal(sorted.statusCode, 200);
    t.equal((await get(`${COLLECTION}/items?sortby=geometry`)).statusCode, 400);
  });

  t.test('stored properties are query parameters', async (t) => {
    const keys = async (query: string): Promise<string[]> =>
      (await get(`${COLLECTION}/items?${query}`)).json().features.map(({ id }: { id: string }) => id);
    t.strictSame(await keys('key=0101'), ['0101']);
    t.strictSame(await keys('key=101'), [], 'leading zeros count');
    const siblings = await keys('parent=01');
    t.ok(siblings.length > 1 && siblings.every((key) => key.startsWith('01')));
    t.strictSame(await keys('parent=01&key=0201'), []);
    t.strictSame(await keys('name=Industriehafen'), ['0401']);
  });

  t.test('every queryable with a simple value is a query parameter of the same form', async (t) => {
    const { properties } = (await get(`${COLLECTION}/queryables`)).json();
    const { paths, components } = (await get('/api')).json();
    const parameters = paths[`${COLLECTION}/items`].get.parameters.map(
      ({ $ref }: { $ref: string }) => components.parameters[$ref.split('/').at(-1)!],
    );
    const simple = Object.entries<{ type?: string; format?: string }>(properties).filter(
      ([, { type }]) => type,
    );
    t.strictSame(
      simple.map(([name]) => name),
      ['key', 'name', 'parent', 'valid_from', 'valid_until'],
    );
    for (const [name, { type, format }] of simple) {
      const parameter = parameters.find((each: { name: string }) => each.name === name);
      t.match(parameter, { in: 'query', required: false, style: 'form', explode: false }, name);
      t.match(parameter.schema, { type, ...(format ? { format } : {}) }, name);
    }
    const matched = async (query: string): Promise<number> =>
      (await get(`${COLLECTION}/items?limit=1&${query}`)).json().numberMatched;
    t.equal(await matched('valid_from=2015-01-01'), 60);
    t.equal(await matched('valid_from=2015-01-02'), 0);
    t.equal(await matched('valid_until=2015-01-01'), 0, 'it is still valid');
    t.equal((await get(`${COLLECTION}/items?valid_from=2015`)).statusCode, 400);
  });

  t.test('properties are chosen, and shapes left out', async (t) => {
    const first = async (query: string): Promise<{ geometry: unknown; properties: object }> =>
      (await get(`${COLLECTION}/items?${JOIN}&limit=1&${query}`)).json().features[0];
    const shown = async (query: string): Promise<unknown> => {
      const { geometry, properties } = await first(query);
      return [geometry !== null, ...Object.keys(properties)];
    };
    t.strictSame(await shown('properties=name,pov_child'), [false, 'name', 'pov_child']);
    t.strictSame(await shown('properties=geometry,name'), [true, 'name']);
    t.strictSame(await shown('properties=name&exclude-properties=name'), [false]);
    t.strictSame(await shown('properties=name,geometry&skipGeometry=true'), [false, 'name']);
    t.strictSame(
      await shown('skipGeometry=true&exclude-properties=pov_child_reason,pov_child_z,pov_child_change'),
      [false, 'key', 'name', 'parent', 'pov_child', 'pov_child_status', 'pov_child_rank', 'pov_child_class'],
    );
    const one = (await get(`${COLLECTION}/items/0101?properties=name`)).json();
    t.strictSame([one.geometry, one.properties], [null, { name: one.properties.name }]);
    for (const query of ['properties=x', 'exclude-properties=x']) {
      t.match((await get(`${COLLECTION}/items?${query}`)).json().errors, [
        { code: 'unknown_property', got: 'x' },
      ]);
    }
    t.equal((await get(`${COLLECTION}/items?skipGeometry=1`)).statusCode, 400);
  });
});
