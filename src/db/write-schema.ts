/** Writes the Kysely types of tables as TypeScript. Same tables, same bytes. */
import type { Column, Table } from './read-tables.ts';

/** TypeScript types of a column when it is read and when it is written. */
interface ValueType {
  readonly read: string;
  readonly write: string;
}

const same = (type: string): ValueType => ({ read: type, write: type });

/** What src/db/values.ts makes of each type, and what `pg` accepts for it. */
const TYPES: Readonly<Record<string, ValueType>> = {
  bool: same('boolean'),
  bytea: { read: 'Buffer', write: 'Uint8Array' },
  float4: same('number'),
  float8: same('number'),
  int2: same('number'),
  int4: same('number'),
  int8: same('number'),
  // As JSON text: `pg` would send a JavaScript array as a PostgreSQL array.
  json: { read: 'unknown', write: 'string' },
  jsonb: { read: 'unknown', write: 'string' },
  numeric: { read: 'string', write: 'number | string' },
  timestamp: { read: 'Date', write: 'Date | string' },
  timestamptz: { read: 'Date', write: 'Date | string' },
};

const HEADER = `/**
 * Types of the database's tables. Generated from sql/ by \`node src/db/generate-schema.ts\`: do not edit.
 * Geometries are read as hexadecimal EWKB and written by functions like ST_GeomFromGeoJSON; dates, ranges
 * and numerics are text.
 */
`;

/** The whole file. */
export function writeSchema(tables: readonly Table[]): string {
  const interfaces = tables.map(writeTable);
  const index = tables.map(({ name }) => `  ${name}: ${nameInterface(name)};\n`).join('');
  const body = [...interfaces, `/** All tables by name. */\nexport interface Tables {\n${index}}\n`].join(
    '\n',
  );
  const used = ['ColumnType', 'Generated', 'GeneratedAlways'].filter((name) => body.includes(`${name}<`));
  const imports = used.length > 0 ? `import type { ${used.join(', ')} } from 'kysely';\n\n` : '';
  return `${HEADER}${imports}${body}`;
}

function writeTable(table: Table): string {
  const columns = table.columns.map(
    (column) =>
      `${writeComment(column.comment, '  ')}  ${column.name}: ${writeType(column, table.isView)};\n`,
  );
  return `${writeComment(table.comment, '')}export interface ${nameInterface(table.name)} {\n${columns.join('')}}\n`;
}

function writeType(column: Column, isView: boolean): string {
  const { read, write } = findType(column);
  if (isView) return `ColumnType<${read}, never, never>`;
  if (column.generated === 'always') return `GeneratedAlways<${read}>`;
  if (column.generated === 'default') {
    return read === write ? `Generated<${read}>` : `ColumnType<${read}, ${write} | undefined, ${write}>`;
  }
  return read === write ? read : `ColumnType<${read}, ${write}, ${write}>`;
}

/** Types without an entry (text, date, geometry, ranges) are read and written as text. */
function findType({ type, values, isArray, nullable }: Column): ValueType {
  const single = values
    ? same(values.map((value) => `'${value}'`).join(' | '))
    : (TYPES[type] ?? same('string'));
  const wrap = (text: string): string => {
    const item = isArray ? `${text.includes('|') ? `(${text})` : text}[]` : text;
    return nullable && item !== 'unknown' ? `${item} | null` : item;
  };
  return { read: wrap(single.read), write: wrap(single.write) };
}

const writeComment = (comment: string | null, indent: string): string =>
  comment ? `${indent}/** ${comment.replaceAll('*/', '* /').replaceAll('\n', `\n${indent} * `)} */\n` : '';

/** `district_version` → `DistrictVersionTable`. */
const nameInterface = (table: string): string =>
  `${table
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Table`;
