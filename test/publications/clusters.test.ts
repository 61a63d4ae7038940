/** Clusters of Berlin's problem situations as a collection: dissolved outlines, one state for each period. */

import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { area, booleanPointInPolygon, pointOnFeature, union } from '@turf/turf';
import type { Feature, MultiPolygon } from 'geojson';
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';
import { decodeTile } from '../tiles/decode-tile.ts';
import { tileAt } from '../tiles/tile-bounds.ts';
import { itemsOf, type PublishedStyle, publish } from './publish.ts';

t.setTimeout(300_000);

type Clusters = components['schemas']['ClusterCollection'];

const ID = 'berlin-problem-clusters';
const PERIODS = ['2013', '2019', '2021'];
const QUERY = 'collection=berlin-plr&situations=child-poverty,unemployment,transfer-receipt&gap=1';

t.test('clusters of three periods', { skip: skipWithoutShared }, async (t) => {
  const service = await testService(t, 'berlin', { publications: true });
  const { get, ask } = service;
  const inputsOf = (period: string) => ({
    collection: 'berlin-plr',
    situations: ['child-poverty', 'unemployment', 'transfer-receipt'],
    gap: 1,
    period,
  });
  const found = new Map<string, Clusters>();
  for (const period of PERIODS) found.set(period, (await get(`/clusters?${QUERY}&period=${period}`)).json());
  const added = await publish(
    service,
    ID,
    PERIODS.map((period) => ({ process: 'problem-clusters', inputs: inputsOf(period) })),
  );
  t.equal(added.statusCode, 201, added.body.slice(0, 500));

  for (const [period, { features: clusters, statement }] of found) {
    t.test(`${period}: features are the clusters, with outlines that hold their districts`, async (t) => {
      const answer = await get(`/collections/${ID}/items?datetime=${period}-06-30&limit=1000`);
      const { features, numberMatched } = answer.json();
      t.equal(numberMatched, clusters.length);
      t.ok(clusters.length >= 5, `${clusters.length}`);
      const shapes = (await get(`/collections/berlin-plr/items?datetime=${period}-06-30&limit=1000`)).json()
        .features;
      const shapeOf = new Map<string, Feature<MultiPolygon>>(shapes.map((own: Feature) => [own.id, own]));
      for (const { properties: own } of clusters) {
        const feature: Feature<MultiPolygon> = features.find(({ id }: { id: string }) => id === own.id);
        const { properties } = feature;
        t.match(properties, {
          key: own.id,
          name: own.label,
          period,
          severity: own.severity,
          most_situations: own.mostSituations,
          districts: own.districts,
          members: own.members.join(' '),
          target_groups: own.targetGroups.map(({ targetGroup }) => targetGroup).join(' '),
          population: own.population,
          since: own.since,
          sentence: own.sentence,
        });
        const parts = [...own.members, ...own.bridges].map((key) => shapeOf.get(key)!);
        const sum = parts.reduce((total, part) => total + area(part), 0);
        t.ok(Math.abs(area(feature) - sum) < 1e-4 * sum, `${own.id}: the area is that of its districts`);
        const united = parts.length > 1 ? union({ type: 'FeatureCollection', features: parts })! : parts[0]!;
        const pieces = united.geometry.type === 'MultiPolygon' ? united.geometry.coordinates.length : 1;
        t.equal(feature.geometry.coordinates.length, pieces, `${own.id}: no inner borders`);
        for (const part of parts) {
          const inside = pointOnFeature(part);
          t.ok(booleanPointInPolygon(inside, feature), `${own.id} holds ${part.id}`);
        }
      }
      const publication = (await get(`/publications/${ID}`)).json();
      const result = publication.results.find((one: { period: string }) => one.period === period);
      t.strictSame(result.statement, statement);
    });
  }

  t.test('a cluster keeps its id over the periods, and tells what became of it', async (t) => {
    const [before, after] = await Promise.all(
      ['2013-06-30', '2019-06-30'].map(async (day) => (await itemsOf(service, ID, `datetime=${day}`)).items),
    );
    const lasting = after!.filter(({ id }) => before!.some((own) => own.id === id));
    t.ok(lasting.length > 2);
    for (const { id, properties } of lasting) {
      t.ok(
        ['grown', 'shrunk', 'kept', 'merged'].includes(String(properties.state)),
        `${id}: ${properties.state}`,
      );
      t.equal(properties.since, '2013');
    }
    const born = after!.filter(({ id }) => !before!.some((own) => own.id === id));
    t.ok(born.every(({ properties }) => ['born', 'split'].includes(String(properties.state))));
  });

  t.test('regions are published with what their districts have in common', async (t) => {
    const inputs = { ...inputsOf('2021'), gap: undefined, method: 'skater', regions: 25 };
    const answer = await publish(service, 'berlin-regions', [{ process: 'problem-clusters', inputs }]);
    t.equal(answer.statusCode, 201, answer.body.slice(0, 500));
    const { features } = (
      await get(`/clusters?${QUERY.replace('&gap=1', '')}&period=2021&method=skater&regions=25`)
    ).json();
    const { items } = await itemsOf(service, 'berlin-regions');
    t.equal(items.length, features.length);
    for (const { properties: own } of features as Clusters['features']) {
      const { properties } = items.find(({ id }) => id === own.id)!;
      for (const { indicator, mean } of own.profile) t.equal(properties[`mean_${indicator}`], mean);
      t.equal(own.profile.length, 3);
    }
  });

  t.test('they can be filtered, are tiles, and have a style', async (t) => {
    const { items } = await itemsOf(service, ID);
    const filter = encodeURIComponent("severity >= 2.5 AND target_groups LIKE '%children%'");
    t.strictSame(
      (await itemsOf(service, ID, `filter=${filter}`)).items,
      items.filter(
        ({ properties }) =>
          Number(properties.severity) >= 2.5 && /children/.test(String(properties.target_groups)),
      ),
    );
    const { tiles } = (await get(`/collections/${ID}/tiles/WebMercatorQuad/tilejson`)).json();
    const { x, y } = tileAt(5, [13.4, 52.5]);
    const url = tiles[0].replace('{z}/{y}/{x}', `5/${y}/${x}`).replace('http://localhost', '');
    const [areas, labels] = decodeTile(
      (await ask({ url, headers: { 'accept-encoding': 'identity' } })).rawPayload,
    );
    const keys = (layer: typeof areas) => layer!.features.map(({ properties }) => properties.key).sort();
    t.strictSame(keys(areas), items.map(({ id }) => id).sort());
    t.strictSame(keys(labels), keys(areas));
    t.match(areas!.features[0]!.properties, {
      class: Number,
      severity: Number,
      members: String,
      period: '2021',
    });
    const style: PublishedStyle = (await get(`/collections/${ID}/styles/class`)).json();
    t.strictSame(validateStyleMin({ ...style, sprite: 'http://localhost/sprite' } as never), []);
    const { classes } = style.metadata['sozialraum:classes'];
    t.strictSame(
      classes.map(({ value, count }) => [value, count]),
      [1, 2, 3].map((value) => [value, items.filter(({ properties }) => properties.class === value).length]),
    );
    t.ok(classes.every(({ label }) => label.de.startsWith('auffällig')));
  });
});
