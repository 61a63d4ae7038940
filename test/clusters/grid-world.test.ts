/** What becomes of clusters in a made-up world, as drawn. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import { importTown } from '../import/imported.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn } from '../support/service.ts';
import { drawWorld, keyAt } from './draw-world.ts';

t.setTimeout(120_000);

type Clusters = components['schemas']['Clusters'];
type History = components['schemas']['ClusterHistory'];

/** ■ stands out, · does not, ? has no figure. Rows are 1 to 5 from the top, columns 1 to 6. */
const WORLD: Record<string, string[]> = {
  '2015': ['■■··■■', '■■··■■', '■·····', '······', '■····■'],
  // The two above merge; the one below left grows.
  '2016': ['■■■■■■', '■■··■■', '■·····', '······', '■■···■'],
  // They split again; below left dissolves, below right has no figure any more.
  '2017': ['■■··■■', '■■··■■', '■·····', '······', '·····?'],
  // Left shrinks, right is kept; below right is there again, and a new one in two parts with a gap.
  '2018': ['■■··■■', '■■··■■', '······', '······', '■·■··■'],
};

t.test('a grid world with births, merges and splits', async (t) => {
  const database = await testDatabase(t);
  await importTown(t, database.db, { package: drawWorld(WORLD, { '■': '60', '·': '20', '?': 'x' }) });
  const { get } = await serviceOn(t, database);
  const path = '/clusters?collection=klein-quarter&situations=many-unemployed&minSituations=1&f=json';
  const find = async (query: string): Promise<Clusters> => (await get(`${path}&${query}`)).json();
  /** Ids without the hash of the definition. */
  const short = (id: string | null): string | null => (id === null ? null : id.split('.').slice(1).join('.'));

  t.test('who is there, under which name', async (t) => {
    for (const [period, expected] of [
      ['2015', ['2015.0111', '2015.0115', '2015.0151', '2015.0156']],
      ['2016', ['2015.0111', '2015.0151', '2015.0156']],
      ['2017', ['2015.0111', '2017.0115']],
      ['2018', ['2015.0111', '2017.0115', '2018.0151', '2018.0153', '2018.0156']],
    ] as const) {
      const { clusters } = await find(`period=${period}`);
      t.same(clusters.map(({ id }) => short(id)).sort(), expected, period);
      const members = clusters.flatMap((own) => own.members).sort();
      const drawn = WORLD[period]!.flatMap((row, r) =>
        [...row].flatMap((cell, c) => (cell === '■' ? [keyAt(r + 1, c + 1)] : [])),
      );
      t.same(members, drawn, period);
    }
  });

  t.test('what happened to them', async (t) => {
    const states = await Promise.all(Object.keys(WORLD).map((period) => find(`period=${period}`)));
    const ids = new Set(states.flatMap(({ clusters }) => clusters.map(({ id }) => id)));
    const lives: Record<string, unknown[]> = {};
    for (const id of ids) {
      const answer = await get(
        `/clusters/${id}?collection=klein-quarter&situations=many-unemployed&minSituations=1&f=json`,
      );
      const { biography, states: own } = answer.json() as History;
      t.equal(own.length > 0 && own[0]!.since, id.split('.')[1]);
      lives[short(id)!] = biography.map((event) => [
        event.period,
        event.event,
        short(event.cluster),
        short(event.otherCluster),
        event.districtsBefore,
        event.districtsAfter,
      ]);
    }
    t.same(lives, {
      '2015.0111': [
        ['2015', 'born', '2015.0111', null, 0, 5],
        ['2016', 'grown', '2015.0111', null, 5, 11],
        ['2016', 'merged', '2015.0115', '2015.0111', 4, 0],
        ['2017', 'shrunk', '2015.0111', null, 11, 5],
        ['2017', 'split', '2017.0115', '2015.0111', 0, 4],
        ['2018', 'shrunk', '2015.0111', null, 5, 4],
      ],
      '2015.0115': [
        ['2015', 'born', '2015.0115', null, 0, 4],
        ['2016', 'merged', '2015.0115', '2015.0111', 4, 0],
      ],
      '2015.0151': [
        ['2015', 'born', '2015.0151', null, 0, 1],
        ['2016', 'grown', '2015.0151', null, 1, 2],
        ['2017', 'dissolved', '2015.0151', null, 2, 0],
      ],
      '2015.0156': [
        ['2015', 'born', '2015.0156', null, 0, 1],
        ['2016', 'kept', '2015.0156', null, 1, 1],
        ['2017', 'dissolved', '2015.0156', null, 1, 0],
      ],
      '2017.0115': [
        ['2017', 'split', '2017.0115', '2015.0111', 0, 4],
        ['2018', 'kept', '2017.0115', null, 4, 4],
      ],
      '2018.0151': [['2018', 'born', '2018.0151', null, 0, 1]],
      '2018.0153': [['2018', 'born', '2018.0153', null, 0, 1]],
      '2018.0156': [['2018', 'born', '2018.0156', null, 0, 1]],
    });
  });

  t.test('a cluster that cannot be looked at any more has not simply dissolved', async (t) => {
    const { ended, districts } = await find('period=2017');
    const told = new Map(ended.map((event) => [short(event.cluster), event]));
    t.match(told.get('2015.0156'), { event: 'dissolved', left: ['0156'], leftNotAssessed: ['0156'] });
    t.match(told.get('2015.0156')!.sentence, /ob sie weiter auffällig sind, lässt sich nicht sagen/);
    t.match(told.get('2015.0151'), { event: 'dissolved', left: ['0151', '0152'], leftNotAssessed: [] });
    t.match(
      districts.find(({ district }) => district === '0156'),
      { status: 'not_assessed', reason: 'small_number', label: 'nicht bewertet', count: null },
    );
  });

  t.test('gaps of one district are bridged, and the bridge is no member', async (t) => {
    const { clusters, districts } = await find('period=2018&gap=1&population=residents');
    const joined = clusters.find(({ members }) => members.includes('0151'))!;
    t.match(joined, { members: ['0151', '0153'], bridges: ['0142', '0152'], districts: 4, population: 2000 });
    t.match(
      districts.find(({ district }) => district === '0152'),
      { role: 'bridge', label: 'schließt eine Lücke', status: 'ok' },
    );
    t.equal((await find('period=2018')).statement.counts.bridges, 0);
  });

  t.test('minimum of residents', async (t) => {
    const { clusters, districts, statement } = await find(
      'period=2018&population=residents&minPopulation=4000',
    );
    t.same(
      clusters.map(({ members }) => members.length),
      [4, 4],
    );
    t.equal(statement.counts.belowMinimum, 3);
    t.match(
      districts.find(({ district }) => district === '0156'),
      { role: 'below_minimum', cluster: null, label: 'auffällig, aber unter der Mindestgröße' },
    );
    t.equal((await find('period=2018&population=residents&minPopulation=4001')).clusters.length, 0);
    t.equal((await find('period=2018&minDistricts=5')).clusters.length, 0);
  });

  t.test('odd ids are unknown, and links of clusters lead to them whatever they were found by', async (t) => {
    for (const id of ['a.2018.', '%00.2018.0151', 'a.2018-13.0151', '%2F', 'ä.1999.0151', '..2018.0151']) {
      const answer = await get(
        `/clusters/${id}?collection=klein-quarter&situations=many-unemployed&minSituations=1`,
      );
      t.ok(answer.statusCode === 404 || answer.statusCode === 400, id);
    }
    const found = await get(
      '/clusters?collection=klein-quarter&targetGroup=unemployed&minSituations=1&period=2018',
    );
    const [first] = (found.json() as components['schemas']['ClusterCollection']).features;
    const { pathname, search } = new URL(first!.properties.links[0]!.href);
    t.match(search, /situations=many-unemployed/);
    t.equal((await get(pathname.replace('/v1', '') + search)).statusCode, 200);
  });

  t.test('corners count for queen only', async (t) => {
    const rook = await find('period=2018&contiguity=rook&gap=1');
    const joined = rook.clusters.find(({ members }) => members.includes('0151'))!;
    t.same(joined.bridges, ['0152'], '0142 touches both at corners only');
  });
});
