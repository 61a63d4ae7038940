/**
 * Masterportal 3.19's module `statisticDashboard` on the configuration that is generated for it: each of its requests as it spells
 * them, in the order in which it makes them, and what it keeps of the answers, compared with /observations.
 */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import type { Prepared } from '../support/prepared.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import type { Feature, Page } from './page.ts';

type Dashboard = components['schemas']['MasterportalDashboard'];

interface Town {
  data: Prepared;
  collection: string;
  /** Indicators whose figures are compared. */
  indicators: string[];
  /** Boundary versions that have figures, with their districts. */
  versions: Record<string, number>;
  /** How days are written. */
  outputFormat: string;
  skip: string | false;
}

const TOWNS: Town[] = [
  {
    data: 'demo',
    collection: 'musterstadt-quartier',
    indicators: ['pov_child', 'dem_pop'],
    versions: { '2015-01-01': 60 },
    outputFormat: 'YYYY',
    skip: false,
  },
  {
    data: 'berlin',
    collection: 'berlin-plr',
    indicators: ['mss_s1', 'population'],
    versions: { '2006-01-01': 448, '2021-01-01': 542 },
    outputFormat: 'YYYY-MM',
    skip: skipWithoutShared,
  },
];

const UTM = 'http://www.opengis.net/def/crs/EPSG/0/25832';
const GEOJSON = 'application/geo+json';
/** What axios accepts where a module does not say. */
const AXIOS = 'application/json, text/plain, */*';

for (const { data, collection, indicators, versions, outputFormat, skip } of TOWNS) {
  t.test(`the dashboard of ${collection}`, { skip }, async (t) => {
    const { get } = await testService(t, data);
    const { services, module }: Dashboard = (
      await get(`/collections/${collection}-statistics/masterportal-dashboard`)
    ).json();
    const [level] = module.data;
    const layer = services.find(({ id }) => id === level!.layerId)!;
    const { timeAttribute, regionNameAttribute, statisticsAttributes } = level!.mappingFilter;
    const region = regionNameAttribute.child ?? regionNameAttribute;
    const path = `${layer.url.replace('http://localhost/v1', '')}/collections/${layer.collection}`;

    const read = async (address: string, accept: string): Promise<Page> => {
      const response = await get(address, { accept, origin: 'https://portal.example' });
      t.equal(response.statusCode, 200, address);
      t.equal(response.headers['access-control-allow-origin'], '*');
      return response.json();
    };

    /** All features of a request, over as many pages as there are. */
    const collect = async (query: string, accept = GEOJSON): Promise<Feature[]> => {
      const features: Feature[] = [];
      let address: string | undefined = `${path}/items?${query}`;
      while (address !== undefined) {
        const page: Page = await read(address, accept);
        features.push(...page.features);
        address = page.links
          .find(({ rel, type }) => rel === 'next' && type === GEOJSON)
          ?.href.replace('http://localhost/v1', '');
      }
      return features;
    };

    /** The request for figures: of all regions and days where there is no filter. */
    const figures = (columns: readonly string[], filter: string, limit = 10_000): Promise<Feature[]> => {
      const filtered = filter === '' ? '' : `&filter=${encodeURIComponent(filter)}&filter-crs=${UTM}`;
      const names = [...columns, region.attrName, timeAttribute.attrName];
      return collect(`limit=${limit}${filtered}&crs=${UTM}&properties=${names}&skipGeometry=true`);
    };

    const menus = (await get(`${path}/schema`, { accept: 'application/schema+json' })).json().properties;
    const days: string[] = menus[timeAttribute.attrName].enum;
    const regions: string[] = menus[region.attrName].enum;

    /** What there is, by indicator, region and day. */
    const published = new Map<string, number | null>();
    for (const indicator of indicators) {
      let address: string | undefined =
        `/observations?collection=${collection}&indicators=${indicator}&limit=10000`;
      while (address !== undefined) {
        const { observations, links }: components['schemas']['Observations'] = (await get(address)).json();
        for (const { district, districtName, period, value } of observations)
          published.set(`${indicator} ${districtName} (${district}) ${lastDay(period)}`, value);
        address = links.find(({ rel }) => rel === 'next')?.href.replace('http://localhost/v1', '');
      }
    }

    t.test('what the module reads of the configuration is there', async (t) => {
      t.match(layer, { typ: 'OAF', crs: UTM, bboxCrs: UTM });
      t.equal(module.type, 'statisticDashboard');
      t.ok(module.colorScheme.lineCharts.length >= module.lineLimit);
      t.ok([...module.colorScheme.lineCharts, module.colorScheme.referenceRegion].every(isColour));
      t.equal(level!.oafRequestCRS, UTM);
      t.ok(level!.levelName && level!.levelTitle && level!.timeStepsFilter.all);
      t.equal(level!.geometryAttribute in menus, true);
      t.strictSame(Object.keys(versions).length > 1, regionNameAttribute.child !== undefined);
      for (const [column, { name, category, description }] of Object.entries(statisticsAttributes)) {
        t.equal(menus[column].type, 'number', column);
        t.match(description, new RegExp(`${column}_status`), 'says where reasons are');
        t.ok(name && category);
      }
      const names = Object.values(statisticsAttributes).map(({ name }) => name);
      t.equal(new Set(names).size, names.length, 'the module finds a statistic by its name');
    });

    t.test('menus: days in their order, written differently; a name for every district', async (t) => {
      t.equal(timeAttribute.outputFormat, outputFormat);
      t.strictSame(days, days.toSorted());
      t.equal(new Set(days.map((day) => day.slice(0, outputFormat.length))).size, days.length);
      t.ok(Object.keys(level!.timeStepsFilter).every((key) => key === 'all' || Number(key) < days.length));
      t.equal(
        regions.length,
        Object.values(versions).reduce((sum, n) => sum + n, 0),
      );
    });

    t.test('menus: the districts of the boundary versions that are chosen', async (t) => {
      if (!regionNameAttribute.child) return;
      const { attrName, child } = regionNameAttribute;
      t.strictSame(menus[attrName].enum, Object.keys(versions));
      const labels = async (chosen: readonly string[]): Promise<Set<unknown>> => {
        const filter = chosen.map((value) => `${attrName}='${value}'`).join(' OR ');
        const features = await collect(
          `limit=10000&filter=${encodeURIComponent(filter)}&filter-crs=${UTM}&crs=${UTM}&properties=${child.attrName}&skipGeometry=true`,
        );
        return new Set(features.map(({ properties }) => properties[child.attrName]));
      };
      for (const [validFrom, districts] of Object.entries(versions))
        t.equal((await labels([validFrom])).size, districts, validFrom);
      t.strictSame(await labels(Object.keys(versions)), new Set(regions));
    });

    t.test('map: each district once for each of its boundary versions, with its shape', async (t) => {
      const query = new URLSearchParams({
        crs: level!.oafRequestCRS,
        properties: `${region.attrName},${level!.geometryAttribute}`,
        filter: level!.geomRequestParams.filter,
        limit: String(level!.geomRequestParams.limit),
      });
      const shapes = await collect(String(query), AXIOS);
      t.strictSame(new Set(shapes.map(({ properties }) => properties[region.attrName])), new Set(regions));
      t.equal(shapes.length, regions.length);
      const byRegion = new Map(
        shapes.map(({ properties, geometry }) => [properties[region.attrName], geometry]),
      );
      for (const validFrom of Object.keys(versions)) {
        const districts: Page = (
          await get(`/collections/${collection}/items?limit=10000&datetime=${validFrom}&crs=${UTM}`)
        ).json();
        for (const { id, properties, geometry } of districts.features)
          t.strictSame(byRegion.get(`${properties.name} (${id})`), geometry, `${validFrom}: ${id}`);
      }
    });

    t.test('figures of all districts and days are those of /observations', async (t) => {
      const features = await figures(indicators, '');
      t.equal(features.length, new Set(features.map(({ id }) => id)).size);
      const kept = new Map<string, number | null>();
      for (const { properties, geometry } of features) {
        t.equal(geometry, null);
        for (const indicator of indicators) {
          const place = `${indicator} ${properties[region.attrName]} ${properties[timeAttribute.attrName]}`;
          t.notOk(kept.has(place), 'nothing is written over');
          kept.set(place, properties[indicator] as number | null);
        }
      }
      t.ok([...published.values()].filter((value) => value !== null).length > 100);
      for (const [place, value] of published) t.equal(kept.get(place), value, place);
      const surplus = [...kept].filter(([place, value]) => value !== null && !published.has(place));
      t.strictSame(surplus, []);
    });

    t.test('figures of chosen districts and days, with every form of filter', async (t) => {
      const [column] = indicators as [string];
      const all = await figures([column], '');
      const [first, second] = [days.at(-1)!, days.at(-2)!];
      const some = all
        .filter(({ properties }) => properties[timeAttribute.attrName] === first)
        .map(({ properties }) => String(properties[region.attrName]))
        .filter((_, i) => i % 7 === 0)
        .slice(0, 20);
      const on = (day: string): string => `${timeAttribute.attrName} = DATE('${day}')`;
      const of = (name: string): string => `${region.attrName} = '${name}'`;
      const either = (parts: readonly string[]): string =>
        parts.length === 1 ? parts[0]! : `(${parts.join(' OR ')})`;
      const forms: [filter: string, days: readonly string[], regions: readonly string[]][] = [
        [on(first), [first], regions],
        [`${on(first)} OR ${on(second)}`, [first, second], regions],
        [of(some[0]!), days, some.slice(0, 1)],
        [some.map(of).join(' OR '), days, some],
        [`${on(first)} AND ${of(some[0]!)}`, [first], some.slice(0, 1)],
        [`${on(first)} AND ${either(some.map(of))}`, [first], some],
        [`${either([on(first), on(second)])} AND ${of(some[1]!)}`, [first, second], [some[1]!]],
        [`${either([on(first), on(second)])} AND ${either(some.map(of))}`, [first, second], some],
      ];
      for (const [filter, chosenDays, chosenRegions] of forms) {
        const expected = all.filter(
          ({ properties }) =>
            chosenDays.includes(String(properties[timeAttribute.attrName])) &&
            chosenRegions.includes(String(properties[region.attrName])),
        );
        t.ok(expected.length > 0);
        t.strictSame(await figures([column], filter), expected, filter);
        t.strictSame(await figures([column], filter, 400), expected, `${filter} in pages of 400`);
      }
    });

    t.test('as a layer: its window, and a day of the time slider', async (t) => {
      const { extent } = (await get(`${path}?f=json`, { accept: AXIOS })).json();
      t.strictSame(
        extent.temporal.interval[0].map((day: string) => day.slice(0, 10)),
        [days[0], days.at(-1)],
      );
      const day = await collect(`limit=${layer.limit}&datetime=${days.at(-1)}&crs=${layer.crs}`);
      t.equal(day.length, Object.values(versions).at(-1));
      const [x, y] = day[0]!.geometry!.coordinates[0]![0]![0]!;
      const box = `${x! - 1},${y! - 1},${x! + 1},${y! + 1}`;
      const within = await collect(
        `limit=${layer.limit}&datetime=${days.at(-1)}&bbox=${box}&bbox-crs=${layer.bboxCrs}&crs=${layer.crs}`,
      );
      t.ok(within.length > 0 && within.length < day.length);
      t.ok(within.some(({ id }) => id === day[0]!.id));
      for (const name of Object.keys(layer.gfiAttributes)) t.ok(name in day[0]!.properties, name);
    });
  });
}

t.test('a choice of indicators, in two languages; what there is not is refused', async (t) => {
  const { get } = await testService(t, 'demo');
  const address = '/collections/musterstadt-quartier-statistics/masterportal-dashboard';
  const attributes = async (language: string) =>
    ((await get(`${address}?indicators=pov_child`, { 'accept-language': language })).json() as Dashboard)
      .module.data[0]!.mappingFilter.statisticsAttributes;
  t.match(await attributes('de'), { pov_child: { name: / \(%\)$/, category: 'Armut' } });
  t.match(await attributes('en'), { pov_child: { name: / \(percent\)$/, category: 'poverty' } });
  t.strictSame(Object.keys(await attributes('de')), ['pov_child']);
  t.match((await get(`${address}?indicators=nothing`)).json(), {
    status: 400,
    errors: [{ code: 'unknown_indicator', got: 'nothing', expected: /pov_child/ }],
  });
  const { statusCode } = await get('/collections/musterstadt-quartier/masterportal-dashboard');
  t.equal(statusCode, 404, 'only of wide tables');
});

/** Last day of a year or half-year. */
function lastDay(period: string): string {
  const [year, part] = period.split('-');
  return `${year}-${part === 'S1' ? '06-30' : '12-31'}`;
}

function isColour(colour: readonly number[]): boolean {
  const [red, green, blue, opacity] = colour;
  return (
    colour.length === 4 && [red, green, blue].every((part) => part! >= 0 && part! <= 255) && opacity! <= 1
  );
}
