/** Reference systems against GDAL: `crs=` equals `ogr2ogr -t_srs` of the same features, and boxes find the same districts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureCollection, MultiPolygon, Position } from 'geojson';
import t from 'tap';
import { CRS_LIST, CRS84, requireCrs, storageCrsOf } from '../../src/districts/crs.ts';
import { toArea } from '../../src/features/box.ts';
import { testFolder } from '../support/database.ts';
import { testService } from '../support/service.ts';
import { skipWithoutShared } from '../support/shared.ts';

type Features = FeatureCollection<MultiPolygon>;

const skipWithoutGdal =
  spawnSync('ogr2ogr', ['--version']).status === 0 ? false : 'ogr2ogr is not on the PATH (Debian: gdal-bin)';

const TOWNS = [
  { data: 'demo', collection: 'musterstadt-quartier', skip: false },
  { data: 'berlin', collection: 'berlin-plr', skip: skipWithoutShared },
] as const;

t.test('a system has many names', async (t) => {
  const utm = 'http://www.opengis.net/def/crs/EPSG/0/25832';
  const table: [string, string | null][] = [
    [utm, utm],
    ['https://www.opengis.net/def/crs/EPSG/0/25832', utm],
    ['http://www.opengis.net/def/crs/EPSG/9.9.1/25832', utm],
    ['EPSG:25832', utm],
    ['epsg:25832', utm],
    ['[EPSG:25832]', utm],
    ['urn:ogc:def:crs:EPSG::25832', utm],
    [CRS84.uri, CRS84.uri],
    ['OGC:CRS84', CRS84.uri],
    ['[OGC:CRS84]', CRS84.uri],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', CRS84.uri],
    ['25832', null],
    ['EPSG:31467', null],
    ['EPSG:', null],
    ['[EPSG:25832', null],
    ['OGC:25832', null],
    ['EPSG:CRS84', null],
    [`${utm}>; rel=x`, null],
    ['', null],
  ];
  for (const [name, uri] of table) {
    if (uri === null) t.throws(() => requireCrs(name, 'crs'), { code: 'invalid_request' }, name);
    else t.equal(requireCrs(name, 'crs').uri, uri, name);
  }
  t.equal(requireCrs(undefined, 'crs'), CRS84);
  t.equal(storageCrsOf(25833).epsg, 25833);
  t.equal(storageCrsOf(31467), CRS84, 'not offered');
  t.equal(storageCrsOf(4326), CRS84, 'kept as longitude, latitude');
});

t.test('a box is read in the axis order of its system', async (t) => {
  const [crs84, utm32, , mercator, wgs84] = CRS_LIST as [
    typeof CRS84,
    typeof CRS84,
    unknown,
    typeof CRS84,
    typeof CRS84,
  ];
  const table: [string, number[], typeof CRS84, number[][] | null][] = [
    ['west first', [13, 52, 14, 53], crs84, [[13, 52, 14, 53]]],
    ['south first', [52, 13, 53, 14], wgs84, [[13, 52, 14, 53]]],
    ['heights are ignored', [52, 13, 0, 53, 14, 99], wgs84, [[13, 52, 14, 53]]],
    [
      'across the antimeridian',
      [170, 50, -170, 60],
      crs84,
      [
        [170, 50, 180, 60],
        [-180, 50, -170, 60],
      ],
    ],
    ['south above north', [13, 53, 14, 52], crs84, null],
    ['longitude where latitude belongs', [13, 52, 14, 153], crs84, null],
    ['metres', [390000, 5819000, 391000, 5820000], utm32, [[390000, 5819000, 391000, 5820000]]],
    [
      'metres beyond what can be computed are cut',
      [-1e9, -1e9, 1e9, 1e9],
      utm32,
      [[-1_500_000, 3e6, 2.5e6, 8.5e6]],
    ],
    ['metres out of all bounds', [1e9, 1e9, 2e9, 2e9], mercator, []],
    ['west beyond east in metres', [391000, 5819000, 390000, 5820000], utm32, null],
    ['five numbers', [1, 2, 3, 4, 5], crs84, null],
  ];
  for (const [name, numbers, crs, boxes] of table) {
    if (boxes === null) t.throws(() => toArea(numbers, crs), { code: 'invalid_request' }, name);
    else t.strictSame(toArea(numbers, crs).boxes, boxes, name);
  }
});

for (const { data, collection, skip } of TOWNS) {
  t.test(`${collection} in all systems`, { skip: skip || skipWithoutGdal }, async (t) => {
    const { get, app } = await testService(t, data);
    const folder = testFolder(t);
    // Past the check against the contract, which takes seconds for a quarter of a million corners.
    const items = async (query: string): Promise<Features> =>
      (await app.server.inject(`/v1/collections/${collection}/items?limit=10000${query}`)).json();
    const file = join(folder, 'crs84.geojson');
    const original = await items('');
    writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: original.features }));

    for (const crs of CRS_LIST) {
      t.test(`crs=${crs.uri} equals ogr2ogr to 1 cm`, async (t) => {
        const own = await items(`&crs=${crs.uri}`);
        const theirs = transform(file, `EPSG:${crs.epsg}`);
        t.equal(own.features.length, theirs.features.length);
        // GDAL writes GeoJSON with x before y, whatever the authority says.
        const positions = corners(own).map(([a, b]) => (crs.latitudeFirst ? [b!, a!] : [a!, b!]));
        const expected = corners(theirs);
        t.equal(positions.length, expected.length);
        // On the ground: Mercator's metres are 1.6 times too long here. The original has rounded degrees, ours has not.
        const metres = crs.epsg === 3857 ? Math.cos((52 / 180) * Math.PI) : crs.decimals === 3 ? 1 : 111_320;
        let worst = 0;
        for (const [p, [x, y]] of positions.entries()) {
          const [u, v] = expected[p] as [number, number];
          worst = Math.max(worst, Math.hypot((x! - u) * metres, (y! - v) * metres));
        }
        t.ok(worst < 0.01, `${worst} m apart`);
        const decimals = new RegExp(`^-?\\d+(\\.\\d{1,${crs.decimals}})?$`);
        t.ok(positions.flat().every((number) => decimals.test(String(number))));
        const full = positions
          .flat()
          .filter((number) => String(number).split('.')[1]?.length === crs.decimals);
        // What was delivered in this system comes back as it was delivered, here in centimetres.
        if (data === 'demo' && crs.epsg === 25832) t.equal(full.length, 0);
        else t.ok(full.length > positions.length);
      });
    }

    t.test('a box in any system finds what a box of GDAL in that system finds', async (t) => {
      const [west, south, east, north] = boundsOf(original) as [number, number, number, number];
      for (const crs of CRS_LIST.filter(({ decimals }) => decimals === 3)) {
        const projected = await items(`&crs=${crs.uri}`);
        const [minX, minY, maxX, maxY] = boundsOf(projected) as [number, number, number, number];
        const box = [0.42, 0.45, 0.55, 0.6].map((share, k) =>
          k % 2 === 0 ? minX + share * (maxX - minX) : minY + share * (maxY - minY),
        );
        const theirs = transform(file, `EPSG:${crs.epsg}`, [
          '-spat',
          ...box.map(String),
          '-spat_srs',
          `EPSG:${crs.epsg}`,
        ]);
        // ogr2ogr compares exactly too, but with the box as four corners in degrees: only districts at its edge may differ.
        const own = await items(`&bbox=${box}&bbox-crs=${crs.uri}`);
        const differing = symmetricDifference(own, theirs);
        t.ok(own.features.length > 1 && own.features.length < original.features.length, crs.uri);
        t.ok(differing.length <= 1, `${crs.uri}: ${differing}`);
      }
      const degrees = [
        west + 0.4 * (east - west),
        south + 0.4 * (north - south),
        west + 0.6 * (east - west),
        south + 0.6 * (north - south),
      ];
      const plain = await items(`&bbox=${degrees}`);
      const flipped = [degrees[1], degrees[0], degrees[3], degrees[2]];
      for (const name of ['EPSG:4326', '[EPSG:4258]']) {
        t.strictSame(keys(await items(`&bbox=${flipped}&bbox-crs=${encodeURIComponent(name)}`)), keys(plain));
      }
    });

    t.test('the answer names the system as it was asked for, on every answer with features', async (t) => {
      const one = `/collections/${collection}/items/${original.features[0]!.id}`;
      for (const path of [`/collections/${collection}/items`, one]) {
        t.equal((await get(path)).headers['content-crs'], `<${CRS84.uri}>`);
        for (const name of [CRS_LIST[1]!.uri, 'EPSG:25832', '[EPSG:25832]', 'urn:ogc:def:crs:EPSG::25832']) {
          const response = await get(`${path}?crs=${encodeURIComponent(name)}`);
          t.equal(response.headers['content-crs'], `<${name}>`);
        }
        t.match((await get(`${path}?crs=EPSG:31467`)).json().errors, [{ code: 'unknown_crs', field: 'crs' }]);
      }
      t.match((await get(`/collections/${collection}/items?bbox=1,2,3,4&bbox-crs=x`)).json().errors, [
        { code: 'unknown_crs', field: 'bbox-crs' },
      ]);
      const high = await get(`/collections/${collection}/items?bbox=13,52,100,14,53,0`);
      t.match(
        high.json().errors,
        [{ code: 'invalid_value', field: 'bbox' }],
        'heights, too, begin with the least',
      );
      const item = (await get(`${one}?crs=EPSG:25832`)).json();
      t.strictSame(item.geometry, (await items('&crs=EPSG:25832')).features[0]!.geometry);
    });

    t.test('the collection lists the systems, CRS84 first, and the one of the delivery', async (t) => {
      const { crs, storageCrs } = (await get(`/collections/${collection}`)).json();
      t.strictSame(
        crs,
        CRS_LIST.map(({ uri }) => uri),
      );
      t.ok(crs.includes(storageCrs));
      if (data === 'berlin') t.equal(storageCrs, 'http://www.opengis.net/def/crs/EPSG/0/25833');
    });
  });
}

function transform(file: string, crs: string, options: string[] = []): Features {
  const output = execFileSync(
    'ogr2ogr',
    [
      '-f',
      'GeoJSON',
      '-t_srs',
      crs,
      '-lco',
      'COORDINATE_PRECISION=9',
      '-lco',
      'RFC7946=NO',
      ...options,
      '/vsistdout/',
      file,
    ],
    { maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return JSON.parse(output.toString()) as Features;
}

function corners({ features }: Features): Position[] {
  return features.flatMap(({ geometry }) => geometry.coordinates.flat(2));
}

function boundsOf(features: Features): number[] {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of corners(features)) {
    bounds[0] = Math.min(bounds[0]!, x!);
    bounds[1] = Math.min(bounds[1]!, y!);
    bounds[2] = Math.max(bounds[2]!, x!);
    bounds[3] = Math.max(bounds[3]!, y!);
  }
  return bounds;
}

function keys({ features }: Features): string[] {
  return features.map(({ properties }) => String(properties?.key));
}

function symmetricDifference(a: Features, b: Features): string[] {
  const [left, right] = [keys(a), keys(b)];
  return [...left.filter((key) => !right.includes(key)), ...right.filter((key) => !left.includes(key))];
}
