/** The districts of a boundary version as rows, joined with indicators. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { attributeAt } from '../districts/attribute.ts';
import type { JoinPlan } from '../indicators/join.ts';
import { cellAt, type JoinedColumn } from '../indicators/joined-column.ts';
import { loadJoin } from '../indicators/load-join.ts';
import type { Reader } from '../reader.ts';
import { GEOMETRY, type StoredName, type Values } from './property.ts';
import type { Rows } from './rows.ts';

/** Opens the rows; a feature's id is the key of its district. */
export async function openDistrictRows(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
): Promise<Rows> {
  const table = await reader.districts(geography, version);
  let columns: JoinedColumn[] = [];
  let loading: Promise<void> | null = null;
  const column = (name: string): JoinedColumn | undefined => columns.find((each) => each.name === name);
  const stored: Record<StoredName | typeof GEOMETRY | 'valid_from' | 'valid_until', Values> = {
    key: (i) => table.keys[i]!,
    name: (i) => table.names[i]!,
    parent: (i) => table.parents[i]!,
    // Every district has a shape: only that counts where it is not compared with another.
    geometry: () => GEOMETRY,
    valid_from: () => version.validFrom,
    valid_until: () => version.validUntil,
  };
  const idsAt = (positions: readonly number[]): number[] => positions.map((i) => table.ids[i]!);
  return {
    n: table.n,
    idOf: (i) => table.keys[i]!,
    positionOf: (id) => table.byKey.get(id),
    async load() {
      // All at once: classes and changes of one column may need another.
      loading ??= loadJoin(reader, geography, version, plan).then((loaded) => {
        columns = loaded;
      });
      await loading;
    },
    values(name) {
      const joined = column(name);
      if (joined) return (i) => cellAt(joined, i);
      const attribute = table.attributes.find((each) => each.name === name);
      return attribute ? (i) => attributeAt(attribute, i) : stored[name as keyof typeof stored];
    },
    column,
    parts: () => [{ version, columns }],
    async inBox(box, srid) {
      const found = await reader.inBox(version, box, srid);
      return (i) => found.has(table.ids[i]!);
    },
    async matching(conditions, srid) {
      const sets = await reader.matching(geography, version, conditions, srid);
      return (condition, i) => sets[condition]!.has(table.ids[i]!);
    },
    geometries: async (positions, crs) => await reader.geometries(version, crs, idsAt(positions)),
  };
}
