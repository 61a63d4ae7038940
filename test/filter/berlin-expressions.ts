/**
 * Filters on Berlin's 542 planning areas of 2021 with what they must find, as plain conditions on the properties of the
 * unfiltered answer: no parser, no evaluator, no SQL. Null is spelled out, as three-valued logic has it.
 */
import * as turf from '@turf/turf';
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson';

/** Properties of `indicators=mss_s1,mss_s4,mss_d1&period=2021&measures=value,status,reason,z,rank`. */
export interface PlanningArea {
  key: string;
  name: string;
  parent: string;
  mss_s1: number | null;
  mss_s1_status: string;
  mss_s1_reason: string | null;
  mss_s1_z: number | null;
  mss_s1_rank: number | null;
  mss_s4: number | null;
  mss_s4_status: string;
  mss_s4_rank: number | null;
  mss_d1: number | null;
  mss_d1_rank: number | null;
}

/** A filter and its condition. */
export type Row = readonly [
  filter: string,
  passes: (p: PlanningArea, shape: Feature<MultiPolygon>) => boolean,
];

type Condition = Row[1];

const none: Condition = () => false;
const all: Condition = () => true;
const rated = (p: PlanningArea): p is PlanningArea & Record<'mss_s1' | 'mss_s4' | 'mss_d1', number> =>
  p.mss_s1 !== null && p.mss_s4 !== null && p.mss_d1 !== null;
const s1 =
  (test: (value: number) => boolean): Condition =>
  ({ mss_s1 }) =>
    mss_s1 !== null && test(mss_s1);
const s4 =
  (test: (value: number) => boolean): Condition =>
  ({ mss_s4 }) =>
    mss_s4 !== null && test(mss_s4);
const both =
  (test: (s1: number, s4: number, d1: number) => boolean): Condition =>
  (p) =>
    rated(p) && test(p.mss_s1, p.mss_s4, p.mss_d1);
const name =
  (test: (name: string) => boolean): Condition =>
  (p) =>
    test(p.name);

// Shapes are far larger than a rounding of 7 decimals, and no literal's edge runs along a border.
const inside =
  (x: number, y: number): Condition =>
  (_, shape) =>
    turf.booleanPointInPolygon([x, y], shape);
const meets =
  (literal: Feature<Polygon> | ReturnType<typeof turf.lineString>): Condition =>
  (_, shape) => {
    const [a, b] = [turf.bbox(shape), turf.bbox(literal)];
    const near = a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
    return near && turf.booleanIntersects(shape, literal);
  };
const withinBox =
  (west: number, south: number, east: number, north: number): Condition =>
  (_, shape) => {
    const [w, s, e, n] = turf.bbox(shape);
    return w >= west && s >= south && e <= east && n <= north;
  };
const not =
  (condition: Condition): Condition =>
  (p, shape) =>
    !condition(p, shape);
const and =
  (...conditions: Condition[]): Condition =>
  (p, shape) =>
    conditions.every((condition) => condition(p, shape));
const or =
  (...conditions: Condition[]): Condition =>
  (p, shape) =>
    conditions.some((condition) => condition(p, shape));

const RING: Position[] = [
  [13.35, 52.5],
  [13.45, 52.49],
  [13.44, 52.54],
  [13.36, 52.55],
  [13.35, 52.5],
];
const TRIANGLE = turf.polygon([RING]);
const MITTE = meets(turf.bboxPolygon([13.37, 52.5, 13.42, 52.53]));
const DIAGONAL = meets(
  turf.lineString([
    [13.2, 52.4],
    [13.6, 52.6],
  ]),
);
const WKT = `POLYGON((${RING.map((position) => position.join(' ')).join(', ')}))`;

/** The table. */
export const EXPRESSIONS: Row[] = [
  // Literals and logic
  ['TRUE', all],
  ['false', none],
  ['NOT FALSE', all],
  ['TRUE AND NOT TRUE', none],
  ["name = 'Lützowstraße' OR FALSE", name((n) => n === 'Lützowstraße')],
  ['1 = 1', all],
  ["'a' = 'b'", none],
  ['(1 < 2) = (3 > 2)', all],
  // Texts
  ["key = '01100101'", (p) => p.key === '01100101'],
  ["'01100101' = key", (p) => p.key === '01100101'],
  ["key <> '01100101'", (p) => p.key !== '01100101'],
  ["key < '02'", (p) => p.key < '02'],
  ["key >= '12'", (p) => p.key >= '12'],
  ["key > '05' AND key <= '06'", (p) => p.key > '05' && p.key <= '06'],
  ["key BETWEEN '03' AND '04'", (p) => p.key >= '03' && p.key <= '04'],
  ["key NOT BETWEEN '03' AND '04'", (p) => p.key < '03' || p.key > '04'],
  ["key BETWEEN '04' AND '03'", none],
  ["parent = '011001'", (p) => p.parent === '011001'],
  ["parent <> '011001'", (p) => p.parent !== '011001'],
  ["parent IN ('011001', '011002', 'x')", (p) => p.parent === '011001' || p.parent === '011002'],
  ["parent NOT IN ('011001', '011002')", (p) => p.parent !== '011001' && p.parent !== '011002'],
  ['parent IS NULL', none],
  ['parent IS NOT NULL', all],
  ['name = key', none],
  ['name > key', (p) => p.name > p.key],
  ['key > parent', (p) => p.key > p.parent],
  ["name = 'lützowstraße'", none],
  ["name < 'B'", name((n) => n < 'B')],
  ["name > 'Z'", name((n) => n > 'Z')],
  ["name > 'Ä'", name((n) => n > 'Ä')],
  ["name IN ('Weißer See')", name((n) => n === 'Weißer See')],
  ["name = 'it''s'", none],
  // LIKE
  ["name LIKE 'A%'", name((n) => n.startsWith('A'))],
  ["name NOT LIKE 'A%'", name((n) => !n.startsWith('A'))],
  ["NOT name LIKE 'A%'", name((n) => !n.startsWith('A'))],
  ["name LIKE '%straße'", name((n) => n.endsWith('straße'))],
  ["name LIKE '%park%'", name((n) => n.includes('park'))],
  ["name LIKE '%Straße%' OR name LIKE '%straße%'", name((n) => /[Ss]traße/.test(n))],
  ["name LIKE '_e%'", name((n) => n[1] === 'e')],
  ["name LIKE '______'", name((n) => n.length === 6)],
  ["name LIKE '%-%-%'", name((n) => n.split('-').length >= 3)],
  ["name LIKE '%/%'", name((n) => n.includes('/'))],
  ["name LIKE ''", none],
  ["name LIKE '%'", all],
  ["name LIKE '\\%'", none],
  ["name LIKE '%.%'", name((n) => n.includes('.'))],
  ["name LIKE 'Weißer_See'", name((n) => n === 'Weißer See')],
  ["key LIKE '01%' AND key LIKE '%1'", (p) => p.key.startsWith('01') && p.key.endsWith('1')],
  ["key LIKE '__1_____'", (p) => p.key[2] === '1'],
  // Case and accents
  ["CASEI(name) = CASEI('LÜTZOWSTRASSE')", name((n) => n === 'Lützowstraße')],
  ["CASEI(name) = 'lützowstrasse'", name((n) => n === 'Lützowstraße')],
  ["CASEI(name) LIKE CASEI('%PARK%')", name((n) => n.toLowerCase().includes('park'))],
  ["CASEI(name) LIKE CASEI('%STRASSE')", name((n) => /stra(ß|ss)e$/i.test(n))],
  ["CASEI(name) IN (CASEI('weisser see'), CASEI('nichts'))", name((n) => n === 'Weißer See')],
  ["ACCENTI(name) = ACCENTI('Lutzowstraße')", name((n) => n === 'Lützowstraße')],
  ["ACCENTI(name) LIKE ACCENTI('Ko%')", name((n) => /^K[oö]/.test(n))],
  ["ACCENTI(name) LIKE ACCENTI('Kö%')", name((n) => /^K[oö]/.test(n))],
  ['ACCENTI(name) <> name', name((n) => /[^\x20-\x7e–]/.test(n))],
  ["ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%SÜD%'))", name((n) => /s[uü]d/i.test(n))],
  ["CASEI(ACCENTI(name)) = CASEI(ACCENTI('weisser SEE'))", name((n) => n === 'Weißer See')],
  ['NOT CASEI(name) = CASEI(name)', none],
  ["CASEI(mss_s1_reason) = 'x'", none],
  // Numbers of joined columns
  ['mss_s1 > 4', s1((v) => v > 4)],
  ['mss_s1 <= 4', s1((v) => v <= 4)],
  ['NOT mss_s1 > 4', s1((v) => v <= 4)],
  ['NOT (mss_s1 > 4)', s1((v) => v <= 4)],
  ['4 < mss_s1', s1((v) => v > 4)],
  ['mss_s1 = 4.22594', s1((v) => v === 4.22594)],
  ['mss_s1 <> 4.22594', s1((v) => v !== 4.22594)],
  ['mss_s1 BETWEEN 2 AND 3', s1((v) => v >= 2 && v <= 3)],
  ['mss_s1 NOT BETWEEN 2 AND 3', s1((v) => v < 2 || v > 3)],
  ['mss_s1 BETWEEN 3 AND 2', none],
  ['mss_s1 IN (4.22594, 1.15858)', s1((v) => v === 4.22594 || v === 1.15858)],
  ['mss_s1 NOT IN (4.22594, 1.15858)', s1((v) => v !== 4.22594 && v !== 1.15858)],
  ['mss_s1 IS NULL', (p) => p.mss_s1 === null],
  ['mss_s1 IS NOT NULL', (p) => p.mss_s1 !== null],
  ['mss_s1 > 0', s1((v) => v > 0)],
  ['mss_s1 > -1e3', s1(all as never)],
  ['mss_s1 = mss_s1', s1(() => true)],
  ['mss_s1 <> mss_s1', none],
  ['mss_s1_rank <= 10', (p) => p.mss_s1_rank !== null && p.mss_s1_rank <= 10],
  ['mss_s1_rank = 1', (p) => p.mss_s1_rank === 1],
  ['mss_s1_z > 1.5', (p) => p.mss_s1_z !== null && p.mss_s1_z > 1.5],
  [
    'mss_s1_z < 0 AND mss_s1_rank > 300',
    (p) => p.mss_s1_z !== null && p.mss_s1_z < 0 && (p.mss_s1_rank ?? 0) > 300,
  ],
  ['mss_d1 < 0', (p) => p.mss_d1 !== null && p.mss_d1 < 0],
  ['mss_d1 = -0.5 OR mss_d1 < -1', (p) => p.mss_d1 !== null && (p.mss_d1 === -0.5 || p.mss_d1 < -1)],
  // Status and reason
  ["mss_s1_status = 'ok'", (p) => p.mss_s1_status === 'ok'],
  ["mss_s1_status <> 'ok'", (p) => p.mss_s1_status !== 'ok'],
  [
    "mss_s1_status IN ('suppressed', 'not_assessed')",
    (p) => /^(suppressed|not_assessed)$/.test(p.mss_s1_status),
  ],
  ['mss_s1_reason IS NULL', (p) => p.mss_s1_reason === null],
  ['mss_s1_reason IS NOT NULL', (p) => p.mss_s1_reason !== null],
  ["mss_s1_reason LIKE 'p%'", (p) => p.mss_s1_reason?.startsWith('p') ?? false],
  ["mss_s1_status LIKE 'not\\_%'", (p) => p.mss_s1_status.startsWith('not_')],
  ['mss_s1_status = mss_s4_status', (p) => p.mss_s1_status === p.mss_s4_status],
  // Three-valued logic
  ['mss_s1 > 4 OR mss_s1 <= 4', s1(() => true)],
  ['mss_s1 > 4 OR NOT mss_s1 > 4', s1(() => true)],
  ['mss_s1 > 4 AND NOT mss_s1 > 4', none],
  ['mss_s1 > 4 OR mss_s1 IS NULL', (p) => p.mss_s1 === null || p.mss_s1 > 4],
  ['mss_s1 > 4 OR TRUE', all],
  ['mss_s1 > 4 AND FALSE', none],
  ['NOT (mss_s1 > 4 AND FALSE)', all],
  ['(mss_s1 > 4) IS NULL', (p) => p.mss_s1 === null],
  ['NOT (mss_s1 > 4) IS NULL', (p) => p.mss_s1 !== null],
  ['(mss_s1 > 4) = TRUE', s1((v) => v > 4)],
  ['(mss_s1 > 4) <> TRUE', s1((v) => v <= 4)],
  ['(mss_s1 > 4) = (mss_s4 > 30)', both((a, b) => a > 4 === b > 30)],
  ['NOT (mss_s1 > 4 OR mss_s4 > 30)', both((a, b) => !(a > 4 || b > 30))],
  ['NOT (mss_s1 > 4 AND mss_s4 > 30)', both((a, b) => !(a > 4 && b > 30))],
  ["NOT (mss_s1 > 4 AND key < '06')", (p) => (p.mss_s1 !== null && p.mss_s1 <= 4) || p.key >= '06'],
  ['NOT NOT mss_s1 > 4', s1((v) => v > 4)],
  // Arithmetic and properties on both sides
  ['mss_s1 > mss_s4', both((a, b) => a > b)],
  ['mss_s4 > 5 * mss_s1', both((a, b) => b > 5 * a)],
  ['mss_s1 + mss_s4 > 40', both((a, b) => a + b > 40)],
  ['mss_s4 - mss_s1 < 2', both((a, b) => b - a < 2)],
  ['mss_s1 * 2 = mss_s1 + mss_s1', s1(() => true)],
  ['mss_s4 / mss_s1 > 6', both((a, b) => b / a > 6)],
  ['mss_s1 / 0 > 1', none],
  ['(mss_s1 / 0) IS NULL', all],
  ['mss_s1 / (mss_s1 - mss_s1) IS NULL', all],
  ['mss_s1_rank % 2 = 0', (p) => p.mss_s1_rank !== null && p.mss_s1_rank % 2 === 0],
  ['mss_s1_rank DIV 100 = 3', (p) => p.mss_s1_rank !== null && Math.floor(p.mss_s1_rank / 100) === 3],
  ['mss_s1 ^ 2 > 50', s1((v) => v * v > 50)],
  ['mss_s1 ^ 0.5 > 2', s1((v) => Math.sqrt(v) > 2)],
  ['-mss_s1 < -5', s1((v) => v > 5)],
  ['2 + 3 * 4 = 14 AND (2 + 3) * 4 = 20 AND 10 - 4 - 3 = 3', all],
  ['mss_s4 BETWEEN mss_s1 AND 10 * mss_s1', both((a, b) => b >= a && b <= 10 * a)],
  ['mss_s1_rank IN (100 - 99, 2 ^ 3)', (p) => p.mss_s1_rank === 1 || p.mss_s1_rank === 8],
  ['mss_s1 + mss_d1 > mss_s4 - 3', both((a, b, d) => a + d > b - 3)],
  // Both kinds of property together
  ["mss_s1 > 4 AND parent = '011001'", (p) => p.parent === '011001' && p.mss_s1 !== null && p.mss_s1 > 4],
  [
    "mss_s1 > 8 OR name LIKE 'A%'",
    or(
      s1((v) => v > 8),
      name((n) => n.startsWith('A')),
    ),
  ],
  [
    "NOT (mss_s1 > 8 OR name LIKE 'A%')",
    and(
      s1((v) => v <= 8),
      name((n) => !n.startsWith('A')),
    ),
  ],
  ["(key < '02') = (mss_s4 > 30)", (p) => p.mss_s4 !== null && p.key < '02' === p.mss_s4 > 30],
  // Time of validity: 2021-01-01 to now
  ["valid_from = DATE('2021-01-01')", all],
  ["valid_from > DATE('2021-01-01')", none],
  ["valid_from IN ('2021-01-01')", all],
  ["valid_from = TIMESTAMP('2021-01-01T00:00:00Z')", all],
  ['valid_until IS NULL', all],
  ["T_AFTER(valid_from, DATE('2020-12-31'))", all],
  ["T_BEFORE(valid_from, TIMESTAMP('2021-01-01T00:00:00Z'))", none],
  ["T_INTERSECTS(valid_from, TIMESTAMP('2021-01-01T23:59:59.9Z'))", all],
  ["T_EQUALS(valid_from, DATE('2021-01-01'))", all],
  ["T_DURING(INTERVAL(valid_from, valid_from), INTERVAL('2020-01-01', '..'))", all],
  ["T_DISJOINT(valid_until, DATE('2021-01-01'))", none],
  ["mss_s1 > 8 AND T_INTERSECTS(valid_from, INTERVAL('..', '2021-06-01'))", s1((v) => v > 8)],
  // Shapes
  ['S_INTERSECTS(geometry, POINT(13.4 52.52))', inside(13.4, 52.52)],
  ['S_CONTAINS(geometry, POINT(13.4 52.52))', inside(13.4, 52.52)],
  ['S_WITHIN(POINT(13.4 52.52), geometry)', inside(13.4, 52.52)],
  [
    'S_INTERSECTS(geometry, MULTIPOINT((13.4 52.52), (13.3 52.5)))',
    or(inside(13.4, 52.52), inside(13.3, 52.5)),
  ],
  ['S_DISJOINT(geometry, POINT(13.4 52.52))', not(inside(13.4, 52.52))],
  ['S_INTERSECTS(geometry, BBOX(13.37, 52.5, 13.42, 52.53))', MITTE],
  ['S_INTERSECTS(BBOX(13.37, 52.5, 0, 13.42, 52.53, 100), geometry)', MITTE],
  ['S_DISJOINT(geometry, BBOX(13.37, 52.5, 13.42, 52.53))', not(MITTE)],
  ['S_WITHIN(geometry, BBOX(13.3, 52.45, 13.5, 52.6))', withinBox(13.3, 52.45, 13.5, 52.6)],
  ['S_CONTAINS(BBOX(13.3, 52.45, 13.5, 52.6), geometry)', withinBox(13.3, 52.45, 13.5, 52.6)],
  [
    'S_OVERLAPS(geometry, BBOX(13.37, 52.5, 13.42, 52.53))',
    and(MITTE, not(withinBox(13.37, 52.5, 13.42, 52.53))),
  ],
  [`S_INTERSECTS(geometry, ${WKT})`, meets(TRIANGLE)],
  [`NOT S_INTERSECTS(geometry, ${WKT})`, not(meets(TRIANGLE))],
  [
    `S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(13.2 52.6), ${WKT}))`,
    or(inside(13.2, 52.6), meets(TRIANGLE)),
  ],
  ['S_INTERSECTS(geometry, LINESTRING(13.2 52.4, 13.6 52.6))', DIAGONAL],
  ['S_CROSSES(LINESTRING(13.2 52.4, 13.6 52.6), geometry)', DIAGONAL],
  ['S_EQUALS(geometry, BBOX(13.37, 52.5, 13.42, 52.53))', none],
  ['S_TOUCHES(geometry, POINT(13.4 52.52))', none],
  ['S_INTERSECTS(POINT(1 1), BBOX(0, 0, 2, 2))', all],
  ['geometry IS NOT NULL', all],
  [
    'S_INTERSECTS(geometry, BBOX(13.37, 52.5, 13.42, 52.53)) AND mss_s1 > 4',
    and(
      MITTE,
      s1((v) => v > 4),
    ),
  ],
  [
    'NOT (S_INTERSECTS(geometry, BBOX(13.37, 52.5, 13.42, 52.53)) OR mss_s1 > 4)',
    and(
      not(MITTE),
      s1((v) => v <= 4),
    ),
  ],
  [
    'S_INTERSECTS(geometry, BBOX(13.37, 52.5, 13.42, 52.53)) = (mss_s4 > 20)',
    (p, shape) => p.mss_s4 !== null && MITTE(p, shape) === p.mss_s4 > 20,
  ],
  // Arrays
  ["A_CONTAINS(('a', key), ('01100101'))", (p) => p.key === '01100101'],
  ["A_CONTAINEDBY((parent), ('011001', '011002'))", (p) => p.parent === '011001' || p.parent === '011002'],
  [
    "A_OVERLAPS((key, name), ('Weißer See', '01100101'))",
    (p) => p.name === 'Weißer See' || p.key === '01100101',
  ],
  ['A_EQUALS((mss_s1_rank, mss_s4_rank), (1, 2))', (p) => p.mss_s1_rank === 1 && p.mss_s4_rank === 2],
  ['NOT A_EQUALS((mss_s4), (mss_s4))', (p) => !s4(() => true)(p, undefined as never)],
];
