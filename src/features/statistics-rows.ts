/** The rows of a wide table: the districts of each day one after another, with the figures of that day. */
import type { BoundaryVersion, Indicator } from '../catalog/catalog.ts';
import type { Statistics, StatisticsDay } from '../catalog/statistics.ts';
import type { DistrictTable } from '../districts/district-table.ts';
import { type JoinSlot, sourceOf } from '../indicators/join.ts';
import { cellAt, type JoinedColumn } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Measure } from '../indicators/measure.ts';
import type { Label } from '../label.ts';
import type { Reader } from '../reader.ts';
import { GEOMETRY, type Property, type RowName, type StoredName, type Values } from './property.ts';
import type { Rows } from './rows.ts';

/** The rows of one day. */
interface Block {
  day: StatisticsDay;
  table: DistrictTable;
  /** Position of its first row. */
  start: number;
  /** What was loaded, by name. */
  columns: Map<string, JoinedColumn>;
}

/** Length of an ISO date, with which ids begin. */
const DATE = 10;

/**
 * Opens the rows of some days. A feature's id is its day and the key of its district, e.g. `2021-12-31-01100101`.
 * @param days in their order
 * @param properties all that can be loaded
 * @param reasons labels of reasons by code
 */
export async function openStatisticsRows(
  reader: Reader,
  { geography }: Statistics,
  days: readonly StatisticsDay[],
  properties: readonly Property[],
  reasons: ReadonlyMap<string, Label>,
): Promise<Rows> {
  const blocks: Block[] = [];
  let n = 0;
  for (const day of days) {
    const table = await reader.districts(geography, day.version);
    blocks.push({ day, table, start: n, columns: new Map() });
    n += table.n;
  }
  const blockNumbers = new Uint16Array(n);
  for (const [b, { start, table }] of blocks.entries()) blockNumbers.fill(b, start, start + table.n);
  const blockOf = (i: number): Block => blocks[blockNumbers[i]!]!;
  const blocksOf = (positions: readonly number[]): Block[] =>
    [...new Set(positions.map((i) => blockNumbers[i]!))].map((b) => blocks[b]!);
  const versions = [...new Set(days.map(({ version }) => version))];

  const stored: Record<StoredName | RowName | typeof GEOMETRY | 'valid_until', Values> = {
    key: fromTable((table, k) => table.keys[k]!),
    name: fromTable((table, k) => table.names[k]!),
    // Districts of several boundary versions, or of one, may share a name: alone it would mix their figures.
    label: fromTable((table, k) => `${table.names[k]} (${table.keys[k]})`),
    parent: fromTable((table, k) => table.parents[k]!),
    date: (i) => blockOf(i).day.date,
    valid_from: (i) => blockOf(i).day.version.validFrom,
    valid_until: (i) => blockOf(i).day.version.validUntil,
    geometry: () => GEOMETRY,
  };

  function fromTable(read: (table: DistrictTable, k: number) => string | null): Values {
    return (i) => {
      const { table, start } = blockOf(i);
      return read(table, i - start);
    };
  }

  /** For each boundary version what was asked of it. */
  async function ofVersions<T>(ask: (version: BoundaryVersion) => Promise<T>): Promise<(i: number) => T> {
    const answers = new Map<BoundaryVersion, T>();
    for (const version of versions) answers.set(version, await ask(version));
    return (i) => answers.get(blockOf(i).day.version)!;
  }

  const districtIdOf = (i: number): number => {
    const { table, start } = blockOf(i);
    return table.ids[i - start]!;
  };

  function slotOf({ date, entries }: StatisticsDay, indicator: Indicator): JoinSlot {
    const entry = entries.get(indicator)!;
    return {
      indicator,
      source: sourceOf(indicator, geography),
      period: typeof entry === 'string' ? date : entry.period,
      entry,
      base: null,
      reasons,
      name: indicator.code,
    };
  }

  async function loadInto({ day, columns }: Block, wanted: readonly Property[]): Promise<void> {
    const missing = wanted.flatMap(({ name, column }) => (column && !columns.has(name) ? [column] : []));
    const indicators = new Set(missing.map(({ indicator }) => indicator));
    const measures = new Set<Measure>(missing.map(({ measure }) => measure));
    const slots = [...indicators].map((indicator) => slotOf(day, indicator));
    const plan = { slots, measures: [...measures], classes: null };
    for (const column of await loadJoin(reader, geography, day.version, plan))
      columns.set(column.name, column);
  }

  return {
    n,
    idOf(i) {
      const { day, table, start } = blockOf(i);
      return `${day.date}-${table.keys[i - start]}`;
    },
    positionOf(id) {
      const block = blocks.find(({ day }) => id.startsWith(`${day.date}-`));
      const k = block?.table.byKey.get(id.slice(DATE + 1));
      return block === undefined || k === undefined ? undefined : block.start + k;
    },
    async load(names, positions) {
      const wanted = properties.filter(({ name, column }) => column !== null && names.includes(name));
      if (wanted.length === 0) return;
      const where = positions === null ? blocks : blocksOf(positions);
      await Promise.all(where.map((block) => loadInto(block, wanted)));
    },
    values(name) {
      if (Object.hasOwn(stored, name)) return stored[name as keyof typeof stored];
      return (i) => {
        const { columns, start } = blockOf(i);
        return cellAt(columns.get(name)!, i - start);
      };
    },
    column: () => undefined,
    parts: (positions) =>
      blocksOf(positions).map(({ day, columns }) => ({
        version: day.version,
        // Where nothing was ever delivered there is nothing to describe: the cells themselves say why.
        columns: [...columns.values()].filter(({ slot }) => typeof slot.entry !== 'string'),
      })),
    async inBox(box, srid) {
      const foundOf = await ofVersions((version) => reader.inBox(version, box, srid));
      return (i) => foundOf(i).has(districtIdOf(i));
    },
    async matching(conditions, srid) {
      const setsOf = await ofVersions((version) => reader.matching(geography, version, conditions, srid));
      return (condition, i) => setsOf(i)[condition]!.has(districtIdOf(i));
    },
    async geometries(positions, crs) {
      const texts = new Array<Buffer>(positions.length);
      for (const [version, places] of Map.groupBy(
        positions.keys(),
        (p) => blockOf(positions[p]!).day.version,
      )) {
        const ids = places.map((p) => districtIdOf(positions[p]!));
        const found = await reader.geometries(version, crs, ids);
        for (const [k, p] of places.entries()) texts[p] = found[k]!;
      }
      return texts;
    },
  };
}
