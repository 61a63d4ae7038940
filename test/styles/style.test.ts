import { featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { divergingRamp, sequentialRamp } from '../../src/indicators/ramps.ts';
import { MISSING_COLOUR } from '../../src/styles/missing.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Style = components['schemas']['Style'];
type Legend = components['schemas']['Legend'];
interface Item {
  id: string;
  properties: Record<string, string | number | null>;
}

const QUARTERS = 'musterstadt-quartier';

function legendOf(style: Style): Legend {
  return style.metadata['sozialraum:legend'];
}

/** The colour that MapLibre draws last for a value, patterns aside. */
function colourer(style: Style, name: string): (value: number) => unknown {
  const fills = style.layers
    .filter(({ paint }) => 'fill-color' in paint)
    .map(({ filter, paint, id }) => ({
      ...featureFilter(filter as never, `layers.${id}.filter`),
      colour: paint['fill-color'],
    }));
  return (value) => {
    const feature = { type: 3, properties: { [name]: value } };
    return fills.findLast(({ filter }) => filter({ zoom: 10 } as never, feature as never))?.colour;
  };
}

t.test('styles of the demo town', async (t) => {
  const { get, ask } = await testService(t, 'demo');
  const styleOf = async (query: string, collection = QUARTERS): Promise<Style> =>
    (await get(`/collections/${collection}/styles/${query}`)).json();
  const itemsOf = async (query: string): Promise<Item[]> =>
    (await get(`/collections/${QUARTERS}/items?skipGeometry=true&${query}`)).json().features;

  t.test('every indicator has a style that MapLibre accepts, found from the collection', async (t) => {
    const collection = (await get(`/collections/${QUARTERS}`)).json();
    const link = collection.links.find(({ rel }: { rel: string }) => rel.endsWith('/rel/ogc/1.0/styles'));
    const { styles } = (await get(new URL(link.href).pathname.replace('/v1', ''))).json();
    t.equal(styles.length, 12);
    for (const { id, title, links } of styles) {
      t.equal(links[0].type, 'application/vnd.mapbox.style+json');
      const response = await ask({ url: new URL(links[0].href).pathname });
      t.equal(response.headers['content-type'], 'application/vnd.mapbox.style+json; charset=utf-8', id);
      const style: Style = response.json();
      t.strictSame(problemsOf(style), [], id);
      t.match(style, { name: new RegExp(`^${title.replace(/[()]/g, '.')}, 2024`) });
      const { url } = style.sources.districts!;
      const tiles = await ask({ url: new URL(url).pathname + new URL(url).search });
      t.equal(tiles.statusCode, 200, url);
      t.match(tiles.json().vector_layers[0].fields, { [id]: 'Number', [`${id}_status`]: 'String' });
    }
  });

  for (const classification of [
    'quantile-5',
    'jenks-4',
    'equal-9',
    'stddev',
    'head-tail',
    'fixed:10,20.5,300',
  ]) {
    t.test(`${classification}: MapLibre colours every district as the class that items name`, async (t) => {
      for (const indicator of ['pov_child', 'edu_gymnasium', 'dem_pop']) {
        const style = await styleOf(`${indicator}?classification=${classification}&period=2024`);
        t.strictSame(problemsOf(style), []);
        const { classes, missing, method } = legendOf(style);
        t.equal(method, classification);
        const colourOf = colourer(style, indicator);
        const items = await itemsOf(
          `indicators=${indicator}&period=2024&measures=value,class&classification=${classification}`,
        );
        const counts = classes.map(() => 0);
        let gaps = 0;
        for (const { id, properties } of items) {
          const [value, number] = [properties[indicator], properties[`${indicator}_class`]] as number[];
          if (value === null) {
            gaps++;
            continue;
          }
          const own = classes[number! - 1]!;
          counts[number! - 1]!++;
          if (colourOf(value!) !== own.colour)
            t.fail(`${id}: ${value} is not in ${own.lower} to ${own.upper}`);
          if (value! > own.upper || (value! <= own.lower && number !== 1)) t.fail(`${id}: ${value}`);
        }
        t.strictSame(
          classes.map(({ count }) => count),
          counts,
        );
        t.equal(
          missing.reduce((sum, { count }) => sum + count, 0),
          gaps,
        );
      }
    });
  }

  t.test('a value equal to a break has the colour of the class below', async (t) => {
    const style = await styleOf('dem_pop?classification=fixed:-1.5,0,1000');
    const colourOf = colourer(style, 'dem_pop');
    const [a, b, c, d] = legendOf(style).classes.map(({ colour }) => colour);
    t.strictSame([-1.5, -1.4999999999999998, 0, 5e-324, 1000, 1000.0000000000001].map(colourOf), [
      a,
      b,
      b,
      c,
      c,
      d,
    ]);
  });

  t.test('deviations and changes have two hues around the middle, others one', async (t) => {
    const coloursOf = async (query: string): Promise<string[]> =>
      legendOf(await styleOf(query)).classes.map(({ colour }) => colour);
    // No quarter lies 1.5 deviations below the mean, so one class is missing there; the others keep their strength.
    t.strictSame(await coloursOf('pov_child?classification=stddev'), divergingRamp(1, true, 2, -1));
    t.strictSame(await coloursOf('edu_gymnasium?measure=change'), divergingRamp(2, true, 2, 1));
    t.strictSame(await coloursOf('edu_gymnasium?classification=equal-5'), sequentialRamp(5, 1));
    t.strictSame(await coloursOf('dem_pop?classification=equal-5'), sequentialRamp(5, 0));
  });

  t.test('changes are symmetric around none, in the indicator’s two directions', async (t) => {
    const style = await styleOf('pov_child?measure=change&period=2024&changeFrom=2019');
    t.strictSame(problemsOf(style), []);
    const { classes, method, unit, changeFrom } = legendOf(style);
    t.match(
      { method, unit, changeFrom },
      { method: 'symmetric', unit: 'percentage_points', changeFrom: '2019' },
    );
    t.equal(classes.length, 5);
    for (const i of [1, 2]) t.equal(classes[i]!.lower, -classes[5 - i]!.lower);
    const colourOf = colourer(style, 'pov_child_change');
    t.equal(colourOf(0), classes[2]!.colour);
    const items = await itemsOf('indicators=pov_child&period=2024&measures=change&changeFrom=2019');
    const changes = items
      .map(({ properties }) => properties.pov_child_change)
      .filter((change) => change !== null);
    t.equal(
      classes.reduce((sum, { count }) => sum + count, 0),
      changes.length,
    );
    const { url } = style.sources.districts!;
    const { vector_layers } = (await ask({ url: new URL(url).pathname + new URL(url).search })).json();
    t.match(vector_layers[0].fields, { pov_child_change: 'Number' });
  });

  t.test('without a period before, all districts are missing and the style still holds', async (t) => {
    const style = await styleOf('pov_child?measure=change&period=2015');
    t.strictSame(problemsOf(style), []);
    const { classes, missing } = legendOf(style);
    t.strictSame(classes, []);
    t.equal(
      missing.reduce((sum, { count }) => sum + count, 0),
      60,
    );
    t.match(missing.at(-1), { status: null, label: { de: 'ohne Vergleichswert' } });
  });

  t.test('the legend says it in German and English, with as many digits as keep limits apart', async (t) => {
    const style = await styleOf('pov_child?classification=fixed:10.123,10.124,20&period=2024');
    const { classes, label } = legendOf(style);
    t.match(label, { de: /Kinderarmut/, en: /./ });
    t.equal(classes[1]!.label.de, 'über 10,123 bis 10,124');
    t.equal(classes[1]!.label.en, 'over 10.123 to 10.124');
    const [{ label: first }] = legendOf(await styleOf('pov_child?classification=fixed:10,20')).classes as [
      Legend['classes'][number],
    ];
    t.match(first.de, /^\d+(,\d)? bis 10$/);
  });

  t.test('the legend names source, boundary version and release', async (t) => {
    t.match(legendOf(await styleOf('pov_child?period=2024')), {
      indicator: 'pov_child',
      period: '2024',
      collection: QUARTERS,
      boundaryVersion: { validFrom: '2015-01-01' },
      release: 1,
      source: { licence: 'CC0-1.0' },
      polarity: -1,
      unit: 'percent',
    });
  });

  for (const [query, status, field] of [
    ['nothing_like_it', 404, 'indicatorId'],
    ['pov_child?period=1999', 400, 'period'],
    ['pov_child?period=2019/2024', 400, 'period'],
    ['pov_child?period=2023,2024', 400, 'period'],
    ['pov_child?period=latest(1)', 400, 'period'],
    ['pov_child?classification=rainbow-5', 400, 'classification'],
    ['pov_child?measure=change&classification=jenks-5', 400, 'classification'],
    ['pov_child?changeFrom=2019', 400, 'measures'],
    ['pov_child?measure=z', 400, 'measure'],
    ['pov_child?colour=red', 400, 'colour'],
    ['pov_child?datetime=1900-01-01', 404, 'datetime'],
  ] as const) {
    t.test(`style ${query} is ${status} and names ${field}`, async (t) => {
      const response = await get(`/collections/${QUARTERS}/styles/${query}`);
      t.equal(response.statusCode, status);
      t.match(response.json().errors, [{ field, got: /./, expected: /./ }]);
    });
  }

  t.test('style and sprite have entity tags', async (t) => {
    for (const path of [
      `/collections/${QUARTERS}/styles`,
      `/collections/${QUARTERS}/styles/pov_child`,
      '/sprites/missing.png',
      '/sprites/missing@2x.json',
    ]) {
      const { headers, statusCode } = await get(path);
      t.equal(statusCode, 200, path);
      t.equal((await get(path, { 'if-none-match': String(headers.etag) })).statusCode, 304, path);
    }
    t.equal((await get('/sprites/missing.svg')).statusCode, 400);
  });
});

t.test('an indicator with classes of its own shows them', { skip: skipWithoutShared }, async (t) => {
  const { get } = await testService(t, 'berlin');
  const { styles } = (await get('/collections/berlin-plr/styles')).json();
  let own = 0;
  for (const { id } of styles) {
    const style: Style = (await get(`/collections/berlin-plr/styles/${id}`)).json();
    t.strictSame(problemsOf(style), [], id);
    const { method, classes, missing } = legendOf(style);
    t.equal(
      [...classes, ...missing].reduce((sum, { count }) => sum + count, 0),
      542,
      id,
    );
    if (method !== 'categories') continue;
    own++;
    const colourOf = colourer(style, id);
    t.strictSame(
      (await get(`/indicators/${id}`)).json().categories,
      classes.map(({ upper, colour, label }) => ({ value: upper, label: label.de, colour })),
      'and the indicator names their colours',
    );
    for (const { upper, colour } of classes) t.equal(colourOf(upper), colour);
    t.equal(colourOf(99), MISSING_COLOUR, 'a value outside of the classes looks like a missing one');
  }
  t.ok(own > 0);
});

function problemsOf(style: Style): string[] {
  return validateStyleMin(style as never).map(({ message }) => message);
}
