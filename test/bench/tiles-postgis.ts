/** What a database does for the same tiles: tables simplified for each zoom, a join by covering index, ST_AsMVT. */
import { Client } from 'pg';
import { type City, INDICATORS, keyOf, PERIODS } from './tiles-city.ts';

/** A database prepared for one city. */
export interface Baseline {
  /** Milliseconds for making the tables of all zooms. */
  prepareMs: number;
  /** The joined tile. */
  tile(address: City['tiles'][number], indicator: number, period: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Borders may leave their line by two tile units, as ours do. */
const TOLERANCE_UNITS = 2;
const WORLD_METRES = 40_075_016.685578488;
const UNITS = 4096;

/**
 * Loads a city into a database of its own.
 * @param columns figures by indicator and period, NaN where there is none
 */
export async function prepareBaseline(
  url: string,
  city: City,
  columns: readonly (readonly Float64Array[])[],
): Promise<Baseline> {
  const database = `baseline_${city.name.replaceAll('-', '_')}`;
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.end();
  const address = new URL(url);
  address.pathname = `/${database}`;
  const client = new Client({ connectionString: address.href });
  await client.connect();
  await client.query('create extension postgis');
  await load(client, city, columns);
  const begun = performance.now();
  await prepare(client, city);
  const prepareMs = performance.now() - begun;
  await client.query('vacuum analyze');
  return {
    prepareMs,
    async tile({ z, x, y }, indicator, period) {
      const { rows } = await client.query<{ tile: Buffer }>({
        name: `tile-${z}`,
        text: `
          with cut as (
            select d.id, d.key, d.name, v.value as mss, v.status as mss_status,
              ST_AsMVTGeom(d.geom, ST_TileEnvelope($1, $2, $3), ${UNITS}, 64, true) as geom
            from district_${z} d left join value v on v.indicator = $4 and v.period = $5 and v.district = d.id
            where d.geom && ST_TileEnvelope($1, $2, $3, margin => ${64 / UNITS}))
          select ST_AsMVT(cut, 'city', ${UNITS}, 'geom', 'id') as tile from cut where geom is not null`,
        values: [z, x, y, indicator, period],
      });
      return rows[0]!.tile;
    },
    close: () => client.end(),
  };
}

/** Rows in one statement. */
const BATCH = 5000;

async function load(
  client: Client,
  { shapes }: City,
  columns: readonly (readonly Float64Array[])[],
): Promise<void> {
  await client.query(
    'create table source (id int primary key, key text, name text, geom geometry(multipolygon, 4326))',
  );
  for (let start = 0; start < shapes.length; start += BATCH) {
    const part = shapes.slice(start, start + BATCH);
    await client.query(
      `insert into source
       select id, key, name, ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_SetSRID(ST_GeomFromGeoJSON(shape), 4326)), 3))
       from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as r (id, key, name, shape)`,
      [
        part.map((_, i) => start + i + 1),
        part.map((_, i) => keyOf(start + i)),
        part.map((_, i) => `Bezirk ${start + i}`),
        part.map((shape) => JSON.stringify(shape)),
      ],
    );
  }
  await client.query(`create table value (indicator smallint, period smallint, district int, value float8, status text,
    primary key (indicator, period, district) include (value, status))`);
  for (let indicator = 0; indicator < INDICATORS.length; indicator++) {
    for (let period = 0; period < PERIODS.length; period++) {
      await client.query(
        `insert into value select $1, $2, place, value, case when value is null then 'not_assessed' else 'ok' end
         from unnest($3::float8[]) with ordinality as r (value, place)`,
        [
          indicator,
          period,
          Array.from(columns[indicator]![period]!, (value) => (Number.isNaN(value) ? null : value)),
        ],
      );
    }
  }
  await client.query('vacuum analyze');
}

/** Geometry in the CRS of the tiles, simplified for each zoom, with an index. */
async function prepare(client: Client, { tiles }: City): Promise<void> {
  await client.query(
    'create table projected as select id, key, name, ST_Transform(geom, 3857) as geom from source',
  );
  for (const { z } of tiles) {
    const tolerance = (TOLERANCE_UNITS * WORLD_METRES) / 2 ** z / UNITS;
    await client.query(
      `create table district_${z} as
       select id, key, name, ST_SimplifyPreserveTopology(geom, ${tolerance}) as geom from projected order by geom`,
    );
    await client.query(`create index on district_${z} using gist (geom)`);
  }
}
