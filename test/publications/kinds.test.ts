/** Every process whose result has districts can be published; table of what the collection then says. */
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import t from 'tap';
import { divergingRamp } from '../../src/indicators/ramps.ts';
import { execute } from '../processes/ask-process.ts';
import { testService } from '../support/service.ts';
import { itemsOf, type Publication, type PublishedStyle, publish } from './publish.ts';

t.setTimeout(240_000);

const collection = 'musterstadt-quartier';
const one = { collection, indicator: 'pov_child', period: '2024' };
const quick = { permutations: 999 };

interface Row {
  id: string;
  /** How a district of the process's result names its class; null for what is not classified there. */
  classOf: ((properties: Record<string, unknown>) => unknown) | null;
  inputs: object;
  polarity: number;
  /** Attributes that have to be there. */
  attributes: string[];
}

const significant =
  (name: string) =>
  (own: Record<string, unknown>): unknown =>
    own.significant ? own[name] : 'not_significant';

const KINDS: Record<string, Row> = {
  'local-moran': {
    id: 'moran',
    classOf: significant('quadrant'),
    inputs: { ...one, ...quick },
    polarity: -1,
    attributes: ['value', 'z', 'lag', 'i', 'p', 'q', 'neighbours'],
  },
  'getis-ord': {
    id: 'spots',
    classOf: significant('class'),
    inputs: { ...one, ...quick },
    polarity: -1,
    attributes: ['value', 'statistic', 'z_score', 'p', 'q'],
  },
  'local-geary': {
    id: 'geary',
    classOf: significant('class'),
    inputs: { collection, indicators: ['pov_child', 'dem_pop'], period: '2024', ...quick },
    // Of a problem and of context: no side is a problem.
    polarity: 0,
    attributes: ['value_pov_child', 'value_dem_pop', 'statistic', 'p'],
  },
  'emerging-hot-spots': {
    id: 'history',
    classOf: ({ category }) => category,
    inputs: { collection, indicator: 'pov_child', ...quick },
    polarity: -1,
    attributes: ['value_2015', 'value_2024', 'tested', 'hot', 'cold', 'trend_z'],
  },
  'lisa-markov': {
    id: 'paths',
    classOf: ({ quadrants }) => (quadrants as string[]).at(-1),
    inputs: { collection, indicator: 'pov_child' },
    polarity: 0,
    attributes: ['path', 'moves', 'pairs'],
  },
  regionalise: {
    id: 'regions',
    classOf: ({ region }) => `region-${region}`,
    inputs: { collection, indicators: ['pov_child'], period: '2024', regions: 7 },
    polarity: 0,
    attributes: ['region', 'size', 'value'],
  },
  'areal-interpolation': {
    id: 'moved',
    classOf: null,
    inputs: { ...one, indicator: 'dem_pop', targetCollection: 'musterstadt-stadtteil' },
    polarity: 0,
    attributes: ['value', 'coverage', 'method', 'outcome'],
  },
};

t.test('context is never coloured as a problem', async (t) => {
  const service = await testService(t, 'demo', { publications: true });
  const colours = async (indicator: string): Promise<Map<unknown, string | null>> => {
    const id = indicator.replaceAll('_', '-');
    const answer = await publish(service, id, [
      { process: 'local-moran', inputs: { ...one, ...quick, indicator } },
    ]);
    const { attributes }: Publication = answer.json();
    return new Map(attributes[0]!.values!.map(({ value, colour }) => [value, colour]));
  };
  const [worse, better, context] = await Promise.all(['pov_child', 'edu_gymnasium', 'dem_pop'].map(colours));
  const [low, high] = [divergingRamp(2, true, 2, 0)[0], divergingRamp(2, true, 2, 0)[4]];
  t.strictSame([context!.get('low-low'), context!.get('high-high')], [low, high]);
  t.equal(worse!.get('high-high'), better!.get('low-low'), 'the worse end of both is the same');
  t.equal(worse!.get('low-low'), better!.get('high-high'));
  for (const name of ['high-high', 'low-low', 'high-low', 'low-high'])
    t.notOk([...worse!.values(), ...better!.values()].includes(context!.get(name)!), name);
});

t.test('results of the demo town become collections', async (t) => {
  const service = await testService(t, 'demo', { publications: true });
  const { get, ask } = service;

  for (const [process, { id, classOf, inputs, polarity, attributes }] of Object.entries(KINDS)) {
    t.test(process, async (t) => {
      const result = (await execute(service, process, inputs, { 'accept-language': 'de' })).json();
      const answer = await publish(service, id, [{ process, inputs }]);
      t.equal(answer.statusCode, 201, answer.body.slice(0, 500));
      t.equal(answer.headers.location, `http://localhost/v1/collections/${id}`);
      const publication: Publication = answer.json();
      t.match(publication, { id, polarity, process: { id: process } });
      t.strictSame(publication.results[0]!.statement, result.analysis, 'the whole statement of method');
      const declared = new Map(publication.attributes.map((own) => [own.name, own]));
      t.strictSame(
        attributes.filter((name) => !declared.has(name)),
        [],
      );
      const { items } = await itemsOf(service, id);
      t.equal(items.length, result.features.length);
      const found = new Map(
        result.features.map(({ properties }: { properties: { key: string } }) => [
          properties.key,
          properties,
        ]),
      );
      for (const { id: key, properties } of items) {
        const own = found.get(key) as Record<string, unknown>;
        if (classOf && properties.status === 'ok') t.equal(properties.class, classOf(own), `${key}: class`);
        t.equal(properties.name, own.name);
        for (const [name, value] of Object.entries(properties)) {
          const attribute = declared.get(name);
          if (attribute === undefined) t.ok(['key', 'name', 'parent'].includes(name), name);
          else if (value !== null) {
            t.equal(typeof value === 'string', attribute.type === 'string', `${key}: ${name}`);
            if (attribute.values && !attribute.values.some((each) => each.value === value))
              t.fail(`${key}: ${name} is ${value}, which is not declared`);
          }
        }
      }
      const style: PublishedStyle = (await get(`/collections/${id}/styles/class`)).json();
      t.strictSame(validateStyleMin({ ...style, sprite: 'http://localhost/sprite' } as never), []);
      const { classes } = style.metadata['sozialraum:classes'];
      t.equal(
        classes.reduce((sum, { count }) => sum + count, 0),
        items.length,
        'every feature is in one class',
      );
      t.match(
        style.layers.map((layer) => layer.id),
        ['missing', 'class-1'],
      );
      const { url } = style.sources.districts!;
      const tiles = await ask({ url: new URL(url).pathname + new URL(url).search });
      t.match(tiles.json().vector_layers[0].fields, { class: String, period: 'String' });
    });
  }
});
