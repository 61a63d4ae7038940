import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinks } from '@turf/turf';
import { parse } from 'csv-parse/sync';
import type { FeatureCollection, Polygon, Position } from 'geojson';
import t from 'tap';
import { writeDemoPackage } from '../../src/demo/write-package.ts';
import { readPackage } from '../../src/import/read-package.ts';

type Districts = FeatureCollection<Polygon, { key: string; name: string }>;
type Row = Record<string, string>;
interface Description {
  sozialraum: {
    authority: { id: string; synthetic: boolean };
    indicators: { id: string; polarity: number }[];
  };
  resources: {
    path: string;
    sozialraum: {
      kind: string;
      columns: { indicator: string; field?: string; numerator?: string; denominator?: string }[];
    };
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'demo-'));
t.teardown(() => rmSync(folder, { recursive: true }));
await writeDemoPackage(folder);

function readText(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}
function readDistricts(name: string): Districts {
  return JSON.parse(readText(name)) as Districts;
}
function readRows(name: string): Row[] {
  return parse(readText(name), { columns: true }) as Row[];
}

/** Cells of the CSV files that stand for a missing count. */
const MARKS = new Set(['', '.', 'x']);

const quartiere = readDistricts('quartiere.geojson');
const stadtteile = readDistricts('stadtteile.geojson');
const description = JSON.parse(readText('datapackage.json')) as Description;
const figures = { quartiere: readRows('quartiere.csv'), stadtteile: readRows('stadtteile.csv') };

/** Planar area of a polygon's outer ring in square metres; positive when anticlockwise. */
function areaOf({ coordinates }: Polygon): number {
  const ring = coordinates[0]!;
  const [originX, originY] = ring[0]!;
  let twice = 0;
  for (let index = 1; index < ring.length; index++) {
    const [x0, y0] = ring[index - 1]!;
    const [x1, y1] = ring[index]!;
    twice += (x0! - originX!) * (y1! - originY!) - (x1! - originX!) * (y0! - originY!);
  }
  return twice / 2;
}

/** Directed edges of a polygon as text. */
function edgesOf({ coordinates }: Polygon): string[] {
  const ring = coordinates[0]!;
  return ring.slice(1).map((to, index) => `${ring[index]!.join(' ')}>${to.join(' ')}`);
}
function reverseEdge(edge: string): string {
  return edge.split('>').reverse().join('>');
}

t.test('the same bytes each time', async (t) => {
  const again = mkdtempSync(join(tmpdir(), 'demo-'));
  t.teardown(() => rmSync(again, { recursive: true }));
  await writeDemoPackage(again);
  t.same(readdirSync(again).sort(), readdirSync(folder).sort());
  for (const name of readdirSync(folder))
    t.equal(readFileSync(join(again, name), 'utf8'), readText(name), name);
});

t.test(
  '12 Stadtteile and 60 Quartiere, five in each, with leading zeros and names of their own',
  async (t) => {
    t.same(
      stadtteile.features.map(({ properties }) => properties.key),
      ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
    );
    const keys = stadtteile.features.flatMap(({ properties: { key } }) =>
      [1, 2, 3, 4, 5].map((n) => `${key}0${n}`),
    );
    t.same(
      quartiere.features.map(({ properties }) => properties.key),
      keys,
    );
    for (const { features } of [stadtteile, quartiere]) {
      t.equal(new Set(features.map(({ properties }) => properties.name)).size, features.length);
    }
  },
);

t.test('every shape is one simple anticlockwise ring', async (t) => {
  for (const { geometry, properties } of [...quartiere.features, ...stadtteile.features]) {
    const ring = geometry.coordinates[0]!;
    const vertices = new Set(ring.map((position: Position) => position.join(' ')));
    t.equal(geometry.coordinates.length, 1, properties.key);
    t.equal(vertices.size, ring.length - 1, `no vertex of ${properties.key} twice`);
    t.equal(kinks(geometry).features.length, 0, `${properties.key} does not cross itself`);
    t.ok(areaOf(geometry) > 100_000, `${properties.key} is no sliver`);
  }
});

t.test('the Quartiere tile their Stadtteil, the Stadtteile the town, border by border', async (t) => {
  for (const { geometry, properties } of stadtteile.features) {
    const parts = quartiere.features.filter((part) => part.properties.key.startsWith(properties.key));
    const sum = parts.reduce((total, part) => total + areaOf(part.geometry), 0);
    t.ok(Math.abs(sum - areaOf(geometry)) < 1e-3, `${properties.key}: ${sum} m2 in parts`);
    const edges = new Set(parts.flatMap((part) => edgesOf(part.geometry)));
    const outer = [...edges].filter((edge) => !edges.has(reverseEdge(edge)));
    t.same(outer.sort(), edgesOf(geometry).sort(), 'the outline is made of its parts’ edges');
  }
  const all = quartiere.features.flatMap(({ geometry }) => edgesOf(geometry));
  const known = new Set(all);
  t.equal(known.size, all.length, 'no two Quartiere lie on the same side of an edge');
  const limit = new Map(
    all.filter((edge) => !known.has(reverseEdge(edge))).map((edge) => edge.split('>') as [string, string]),
  );
  const start = [...limit.keys()][0]!;
  let steps = 1;
  for (let at = limit.get(start)!; at !== start && steps <= limit.size; at = limit.get(at)!) steps++;
  t.equal(steps, limit.size, 'the unshared edges are one ring: the town’s limit, no gap inside');
});

t.test('12 indicators of all polarities over 10 years', async (t) => {
  const { authority, indicators } = description.sozialraum;
  t.match(authority, { id: 'musterstadt', synthetic: true, label: { de: 'Musterstadt (erfundene Daten)' } });
  t.equal(new Set(indicators.map(({ id }) => id)).size, 12);
  t.same([...new Set(indicators.map(({ polarity }) => polarity))].sort(), [-1, 0, 1]);
  for (const [name, count] of [
    ['quartiere', 60],
    ['stadtteile', 12],
  ] as const) {
    const years = Map.groupBy(figures[name], ({ year }) => year!);
    t.same(
      [...years.keys()],
      ['2015', '2016', '2017', '2018', '2019', '2020', '2021', '2022', '2023', '2024'],
    );
    for (const rows of years.values()) t.equal(new Set(rows.map(({ district }) => district)).size, count);
  }
});

t.test('counts are whole numbers, parts not above their wholes', async (t) => {
  for (const { path, sozialraum } of description.resources) {
    if (sozialraum.kind !== 'observations') continue;
    t.equal(sozialraum.columns.length, 12);
    const wrong: string[] = [];
    for (const row of readRows(path)) {
      for (const { field, numerator, denominator } of sozialraum.columns) {
        const part = row[numerator ?? field!]!;
        const whole = row[denominator ?? field!]!;
        if (denominator && MARKS.has(part)) continue;
        if (/^\d+$/.test(part) && /^\d+$/.test(whole) && Number(part) <= Number(whole)) continue;
        wrong.push(`${row.district} ${row.year}: ${numerator ?? field} ${part} of ${whole}`);
      }
    }
    t.same(wrong, [], path);
  }
});

t.test('Stadtteile have the sums of their Quartiere, and no number where a part is unknown', async (t) => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const row of figures.stadtteile) {
    const parts = figures.quartiere.filter(
      ({ district, year }) => year === row.year && district!.startsWith(row.district!),
    );
    for (const [name, cell] of Object.entries(row)) {
      if (name === 'district' || name === 'year') continue;
      const cells = parts.map((part) => part[name]!);
      for (const mark of MARKS) if (cells.includes(mark)) seen.add(mark);
      const unknown = cells.includes('') || cells.includes('.');
      const sum = cells.reduce((total, each) => total + (each === 'x' ? 0 : Number(each)), 0);
      if (unknown ? cell === '' || cell === '.' : cell === String(sum)) continue;
      wrong.push(`${row.district} ${row.year} ${name}: got ${cell}, expected ${unknown ? 'none' : sum}`);
    }
  }
  t.same(wrong, []);
  t.same(seen, MARKS, 'lost, secret and impossible figures occur');
});

t.test('child poverty clusters: Moran’s I with queen neighbours is above 0.3', async (t) => {
  const shares = new Map(
    figures.quartiere
      .filter(({ year, benefit_u15 }) => year === '2024' && benefit_u15 !== 'x')
      .map((row) => [row.district!, Number(row.benefit_u15) / Number(row.residents_u15)]),
  );
  const rated = quartiere.features.filter(({ properties }) => shares.has(properties.key));
  const mean = [...shares.values()].reduce((sum, share) => sum + share, 0) / shares.size;
  const vertices = rated.map(({ geometry }) => new Set(geometry.coordinates[0]!.map(String)));
  const deviations = rated.map(({ properties }) => shares.get(properties.key)! - mean);
  let links = 0;
  let products = 0;
  for (let i = 0; i < rated.length; i++) {
    for (let j = 0; j < rated.length; j++) {
      if (i === j || ![...vertices[i]!].some((vertex) => vertices[j]!.has(vertex))) continue;
      links++;
      products += deviations[i]! * deviations[j]!;
    }
  }
  const variance = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0) / rated.length;
  const moran = products / links / variance;
  t.ok(moran > 0.3 && moran < 0.95, `I = ${moran}`);
});

t.test('the importer reads it without a problem', async (t) => {
  const candidate = await readPackage({ packagePath: folder, dataDir: null });
  t.equal(candidate.authority.synthetic, true);
  t.same(
    candidate.boundaries.map(({ geography, districts }) => [geography, districts.length]),
    [
      ['musterstadt-stadtteil', 12],
      ['musterstadt-quartier', 60],
    ],
  );
  t.equal(candidate.columns.length, 2 * 12 * 10, 'two levels, 12 indicators, 10 years');
  const quartier = candidate.boundaries[1]!.districts.find(({ key }) => key === '0702')!;
  t.match(quartier, {
    name: 'Kasernenviertel',
    parents: [{ geography: 'musterstadt-stadtteil', key: '07' }],
  });
  const statuses = new Set(candidate.columns.flatMap(({ status }) => status));
  t.same([...statuses].sort(), ['not_applicable', 'not_available', 'ok', 'suppressed']);
});
