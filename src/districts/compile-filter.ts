/**
 * Compiles the stored part of a filter to SQL. Columns come from an allow-list, everything else is a parameter; the
 * meaning is that of src/filter/evaluate.ts, three-valued logic included.
 */
import { type RawBuilder, sql } from 'kysely';
import type { PropertyType } from '../filter/check.ts';
import {
  type Call,
  type Expression,
  type GeometryLiteral,
  isSpatial,
  isTemporal,
  type SpatialOperator,
  type TemporalOperator,
} from '../filter/expression.ts';
import { type End, type EndCondition, RELATIONS } from '../filter/temporal.ts';

/** A column that filters may use; geometries are in EPSG:4326. */
export interface FilterColumn {
  type: Exclude<PropertyType, 'array'>;
  sql: RawBuilder<unknown>;
}

/** Columns by the name of their property. */
export type FilterColumns = Readonly<Record<string, FilterColumn>>;

/**
 * Makes the condition of a filter that is checked, placed and planned for the database.
 * @param srid reference system of the geometry literals
 */
export function compileFilter(node: Expression, columns: FilterColumns, srid: number): RawBuilder<boolean> {
  return new FilterCompiler(columns, srid).compile(node) as RawBuilder<boolean>;
}

type Sql = RawBuilder<unknown>;
type Type = FilterColumn['type'];

const SPATIAL: Record<SpatialOperator, (a: Sql, b: Sql) => Sql> = {
  s_intersects: (a, b) => sql`st_intersects(${a}, ${b})`,
  s_equals: (a, b) => sql`st_equals(${a}, ${b})`,
  s_disjoint: (a, b) => sql`st_disjoint(${a}, ${b})`,
  s_touches: (a, b) => sql`st_touches(${a}, ${b})`,
  s_within: (a, b) => sql`st_within(${a}, ${b})`,
  s_overlaps: (a, b) => sql`st_overlaps(${a}, ${b})`,
  s_crosses: (a, b) => sql`st_crosses(${a}, ${b})`,
  s_contains: (a, b) => sql`st_contains(${a}, ${b})`,
};

const COMPARISON: Record<'=' | '<>' | '<' | '>' | '<=' | '>=', (a: Sql, b: Sql) => Sql> = {
  '=': (a, b) => sql`${a} = ${b}`,
  '<>': (a, b) => sql`${a} <> ${b}`,
  '<': (a, b) => sql`${a} < ${b}`,
  '>': (a, b) => sql`${a} > ${b}`,
  '<=': (a, b) => sql`${a} <= ${b}`,
  '>=': (a, b) => sql`${a} >= ${b}`,
};

type Comparison = keyof typeof COMPARISON;

/** Pieces of a projected box's side, so that its straight sides stay straight in degrees. */
const PIECES = 256;

class FilterCompiler {
  readonly #columns: FilterColumns;
  readonly #srid: number;

  constructor(columns: FilterColumns, srid: number) {
    this.#columns = columns;
    this.#srid = srid;
  }

  compile(node: Expression): Sql {
    switch (node.kind) {
      case 'literal':
        if (typeof node.value === 'string') return sql`${node.value}::text`;
        return typeof node.value === 'number' ? sql`${node.value}::float8` : sql`${node.value}::boolean`;
      case 'instant':
        // The wall clock of UTC: no session's time zone can move it.
        return node.type === 'date'
          ? sql`${node.value}::date`
          : sql`${node.value.slice(0, -1).replace('T', ' ')}::timestamp`;
      case 'property':
        return this.#column(node.name).sql;
      case 'geometry':
        return this.#geometry(node.geometry);
      case 'bbox':
        return this.#box(node.bbox);
      case 'call':
        return this.#call(node);
      case 'interval':
        // Only asked whether it is null, which an interval is not.
        return sql`true`;
      default:
        throw new Error(`No SQL for ${node.kind}.`);
    }
  }

  #column(name: string): FilterColumn {
    if (!Object.hasOwn(this.#columns, name)) throw new Error(`No column for ${name}.`);
    return this.#columns[name]!;
  }

  #call(node: Call): Sql {
    const { op, args } = node;
    if (isSpatial(op)) return SPATIAL[op](this.compile(args[0]!), this.compile(args[1]!));
    if (isTemporal(op)) return this.#temporal(op, args[0]!, args[1]!);
    switch (op) {
      case 'and':
        return sql`(${sql.join(
          args.map((arg) => this.compile(arg)),
          sql` and `,
        )})`;
      case 'or':
        return sql`(${sql.join(
          args.map((arg) => this.compile(arg)),
          sql` or `,
        )})`;
      case 'not':
        return sql`(not ${this.compile(args[0]!)})`;
      case 'isNull':
        return sql`(${this.compile(args[0]!)} is null)`;
      case 'like':
        return sql`((${this.compile(args[0]!)}) collate "C" like ${this.compile(args[1]!)} escape '\\')`;
      case 'between': {
        const [low, high] = [
          this.#compare('>=', args[0]!, args[1]!),
          this.#compare('<=', args[0]!, args[2]!),
        ];
        return sql`(${low} and ${high})`;
      }
      case 'in': {
        const items = (args[1] as { items: Expression[] }).items;
        return sql`(${sql.join(
          items.map((item) => this.#compare('=', args[0]!, item)),
          sql` or `,
        )})`;
      }
      case '=':
      case '<>':
      case '<':
      case '>':
      case '<=':
      case '>=':
        return this.#compare(op, args[0]!, args[1]!);
      default:
        throw new Error(`No SQL for ${op}.`);
    }
  }

  #typeOf(node: Expression): Type {
    if (node.kind === 'property') return this.#column(node.name).type;
    if (node.kind === 'instant') return node.type;
    if (node.kind === 'literal') return typeof node.value as 'string' | 'number' | 'boolean';
    return 'boolean';
  }

  #compare(op: Comparison, a: Expression, b: Expression): Sql {
    const [left, right] = [this.compile(a), this.compile(b)];
    // By code point, whatever the database's collation.
    if (this.#typeOf(a) === 'string') return sql`(${COMPARISON[op](sql`(${left}) collate "C"`, right)})`;
    return sql`(${COMPARISON[op](left, right)})`;
  }

  #temporal(op: TemporalOperator, a: Expression, b: Expression): Sql {
    const ends: Record<End, [Sql, Type | 'open']> = {
      start1: this.#end(a, 'start'),
      end1: this.#end(a, 'end'),
      start2: this.#end(b, 'start'),
      end2: this.#end(b, 'end'),
    };
    const holds = ([x, sign, y]: EndCondition): Sql => {
      const [left, leftType] = ends[x];
      const [right, rightType] = ends[y];
      const mixed = leftType !== 'open' && rightType !== 'open' && leftType !== rightType;
      if (!mixed && leftType !== 'open' && rightType !== 'open') return COMPARISON[sign](left, right);
      return COMPARISON[sign](toMoment(left, leftType, x), toMoment(right, rightType, y));
    };
    const relation = RELATIONS[op];
    const lists = 'any' in relation ? relation.any : relation.none;
    const any = sql.join(
      lists.map((list) => sql`(${sql.join(list.map(holds), sql` and `)})`),
      sql` or `,
    );
    return 'any' in relation ? sql`(${any})` : sql`(not (${any}))`;
  }

  #end(node: Expression, end: 'start' | 'end'): [Sql, Type | 'open'] {
    const bound = node.kind === 'interval' ? node[end] : node;
    if (bound !== '..') return [this.compile(bound), this.#typeOf(bound)];
    return [end === 'start' ? sql`'-infinity'::timestamp` : sql`'infinity'::timestamp`, 'open'];
  }

  #geometry(geometry: GeometryLiteral): Sql {
    const literal = sql`st_setsrid(st_geomfromgeojson(${JSON.stringify(geometry)}::text), ${this.#srid}::int)`;
    // The parts of a collection may overlap; what they cover together counts.
    const whole = geometry.type === 'GeometryCollection' ? sql`st_unaryunion(${literal})` : literal;
    return this.#srid === 4326 ? whole : sql`st_transform(${whole}, 4326)`;
  }

  #box(bbox: readonly number[]): Sql {
    const [west, south, east, north] = bbox as [number, number, number, number];
    if (west > east) {
      return sql`st_collect(${this.#box([west, south, 180, north])}, ${this.#box([-180, south, east, north])})`;
    }
    if (west === east || south === north) return this.#geometry(flatBox(west, south, east, north));
    const box = sql`st_makeenvelope(${west}::float8, ${south}::float8, ${east}::float8, ${north}::float8, ${this.#srid}::int)`;
    if (this.#srid === 4326) return box;
    const longest = Math.max(east - west, north - south);
    return sql`st_transform(st_segmentize(${box}, ${longest / PIECES}::float8), 4326)`;
  }
}

/** A box without area is a line or a point. */
function flatBox(west: number, south: number, east: number, north: number): GeometryLiteral {
  if (west === east && south === north) return { type: 'Point', coordinates: [west, south] };
  return {
    type: 'LineString',
    coordinates: [
      [west, south],
      [east, north],
    ],
  };
}

/** A day that meets timestamps lasts from its first to its last microsecond. */
function toMoment(value: Sql, type: Type | 'open', end: End): Sql {
  if (type !== 'date') return value;
  const midnight = sql`(${value})::timestamp`;
  return end.startsWith('start')
    ? midnight
    : sql`(${midnight} + interval '1 day' - interval '1 microsecond')`;
}
