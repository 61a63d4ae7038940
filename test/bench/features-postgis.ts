/**
 * What a database does for the same answers: figures in long form pivoted and joined by index, texts made by ST_AsGeoJSON and
 * json_agg, handed on by a bare Fastify route.
 */
import type { FastifyInstance } from 'fastify';
import { type Client, Pool } from 'pg';
import { SCHEMA } from '../../src/db/namespace.ts';

/** Connections of the pool: more than there are cores to use. */
const CONNECTIONS = 4;

/** Formats by the first step of the route's path, with their media types. */
const TYPES = { geojson: 'application/geo+json', columns: 'application/json', csv: 'text/csv' };

/** One of them. */
export type BaselineFormat = keyof typeof TYPES;

/**
 * Makes the baseline's tables from an imported database: districts as of today, and the figures of one period.
 * @param client connected to the database that the service has
 */
export async function prepareBaseline(client: Client, collection: string, period: string): Promise<void> {
  await client.query('create schema baseline');
  await client.query(
    `create table baseline.district as
     select d.id, d.key, v.name, v.geom from ${SCHEMA}.district_version v
     join ${SCHEMA}.district d on d.id = v.district_id join ${SCHEMA}.geography g on g.id = d.geography_id
     join ${SCHEMA}.boundary_version b on b.id = v.boundary_version_id
     where g.collection = $1 and upper_inf(b.valid) and upper_inf(v.known)`,
    [collection],
  );
  await client.query(
    `create table baseline.figure as
     select distinct on (i.code, o.district_id) i.code as indicator, o.district_id as district, o.value, o.status::text as status
     from ${SCHEMA}.observation o join ${SCHEMA}.indicator i on i.id = o.indicator_id
     where o.period = $1 and o.district_id in (select id from baseline.district)
     order by i.code, o.district_id, o.release desc`,
    [period],
  );
  await client.query('alter table baseline.district add primary key (id)');
  await client.query(
    'alter table baseline.figure add primary key (indicator, district) include (value, status)',
  );
  await client.query('vacuum analyze baseline.district');
  await client.query('vacuum analyze baseline.figure');
}

/** Adds `/{format}?indicators=a,b` for every format. @param url the prepared database */
export function addBaseline(server: FastifyInstance, url: string): void {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  server.addHook('onClose', () => pool.end());
  for (const [format, type] of Object.entries(TYPES)) {
    server.get(`/${format}`, async (request, reply) => {
      const indicators = (request.query as { indicators: string }).indicators.split(',');
      const text = QUERIES[format as BaselineFormat](indicators);
      const { rows } = await pool.query<{ answer: string }>({
        // PostgreSQL keeps 63 characters of a statement's name.
        name: `${format} ${indicators[0]}`,
        text,
        values: [indicators],
      });
      return reply.type(type).send(rows[0]!.answer);
    });
  }
}

/** Queries by format; names of indicators are the benchmark's own. */
const QUERIES: Record<BaselineFormat, (indicators: readonly string[]) => string> = {
  geojson: (indicators) => `${rowsOf(indicators)}
    select json_build_object('type', 'FeatureCollection', 'numberMatched', count(*), 'features', json_agg(
      json_build_object('type', 'Feature', 'id', key, 'geometry', ST_AsGeoJSON(geom, 7)::json, 'properties',
        json_build_object('key', key, 'name', name, ${namesOf(indicators)
          .map((name) => `'${name}', ${name}`)
          .join()})) order by key))::text as answer
    from row`,
  columns: (indicators) => `${rowsOf(indicators)}
    select json_build_object('ids', json_agg(id order by key), 'keys', json_agg(key order by key), 'names', json_agg(name order by key),
      'values', json_build_object(${namesOf(indicators)
        .map((name) => `'${name}', json_agg(${name} order by key)`)
        .join()}))::text as answer
    from row`,
  csv: (indicators) => `${rowsOf(indicators)}
    select 'key,name,${namesOf(indicators).join()}' || E'\\r\\n' || string_agg(concat_ws(',', key,
      '"' || replace(name, '"', '""') || '"', ${namesOf(indicators)
        .map((name) => `coalesce(${name}::text, '')`)
        .join()}) || E'\\r\\n', '' order by key) as answer
    from row`,
};

/** Districts with a column for each figure. */
function rowsOf(indicators: readonly string[]): string {
  const columns = indicators.flatMap((name) =>
    (['value', 'status'] as const).map(
      (measure) => `max(${measure}) filter (where indicator = '${name}') as ${nameOf(name, measure)}`,
    ),
  );
  return `
    with wide as (
      select district, ${columns.join()} from baseline.figure where indicator = any ($1) group by district),
    row as (select d.*, w.* from baseline.district d left join wide w on w.district = d.id)`;
}

function namesOf(indicators: readonly string[]): string[] {
  return indicators.flatMap((name) => [nameOf(name, 'value'), nameOf(name, 'status')]);
}

function nameOf(indicator: string, measure: 'value' | 'status'): string {
  return measure === 'value' ? indicator : `${indicator}_status`;
}
