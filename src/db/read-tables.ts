/** Reads from PostgreSQL's catalogue what the generated types need. */
import { type Kysely, sql } from 'kysely';
import { SCHEMA } from './namespace.ts';

/** One column of a table or view. */
export interface Column {
  readonly name: string;
  /** Name of the type, of an array's elements, or of what a domain is made of: `int4`, `timestamptz` … */
  readonly type: string;
  readonly isArray: boolean;
  /** Values of an enum type in their order, else null. */
  readonly values: readonly string[] | null;
  readonly nullable: boolean;
  /** `always`: the database sets it; `default`: it may be left out. */
  readonly generated: 'always' | 'default' | 'never';
  readonly comment: string | null;
}

/** A table or view with its columns in their order. */
export interface Table {
  readonly name: string;
  readonly isView: boolean;
  readonly comment: string | null;
  readonly columns: readonly Column[];
}

/** Tables and views of our schema by name; partitions are left out, they are parts of their table. */
export async function readTables<T>(db: Kysely<T>): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select
      class.relname as name,
      class.relkind in ('v', 'm') as "isView",
      obj_description(class.oid, 'pg_class') as comment,
      json_agg(json_build_object(
        'name', attribute.attname,
        'type', element.typname,
        'isArray', base.typelem <> 0 and base.typcategory = 'A',
        'values', (
          select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = element.oid
        ),
        'nullable', not (attribute.attnotnull or declared.typnotnull),
        'generated', case
          when attribute.attidentity = 'a' or attribute.attgenerated <> '' then 'always'
          when attribute.attidentity = 'd' or attribute.atthasdef then 'default'
          else 'never'
        end,
        'comment', col_description(class.oid, attribute.attnum)
      ) order by attribute.attnum) as columns
    from pg_class class
    join pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum > 0
      and not attribute.attisdropped
    join pg_type declared on declared.oid = attribute.atttypid
    join pg_type base on base.oid = case when declared.typtype = 'd' then declared.typbasetype else declared.oid end
    join pg_type element on element.oid = case when base.typcategory = 'A' then base.typelem else base.oid end
    where class.relnamespace = ${SCHEMA}::regnamespace
      and class.relkind in ('r', 'p', 'v', 'm')
      and not class.relispartition
    group by class.oid
    order by class.relname collate "C"`.execute(db);
  return rows;
}
