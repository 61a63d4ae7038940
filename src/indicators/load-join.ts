/** Loads what a join plan names, and says which state of the data that is. */
import { type BoundaryVersion, type Catalog, type Geography, stampOf } from '../catalog/catalog.ts';
import type { Reader } from '../reader.ts';
import type { JoinPlan } from './join.ts';
import { type JoinedColumn, joinColumns } from './joined-column.ts';

/** Loads the columns of a plan. */
export async function loadJoin(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
): Promise<JoinedColumn[]> {
  const columns = await Promise.all(
    plan.slots.map(({ entry }) =>
      typeof entry === 'string'
        ? reader.noColumn(geography, version, entry)
        : reader.column(geography, version, entry),
    ),
  );
  return joinColumns(plan, columns);
}

/** All that a joined answer depends on beside its address. @param version null where none is valid then */
export function joinVersion(
  catalog: Catalog,
  geography: Geography,
  version: BoundaryVersion | null,
  plan: JoinPlan,
  language: string,
): (string | number)[] {
  const base = version?.release ?? geography.release;
  const entries = plan.slots.map(({ entry }) => (typeof entry === 'string' ? 0 : entry.release));
  const definitions = plan.slots.map((slot) => slot.indicator.release);
  const stamp = stampOf(catalog, [base, geography.definitionRelease, ...entries, ...definitions]);
  const columns = plan.slots.map(({ name, period, entry, indicator }) => {
    const release = typeof entry === 'string' ? entry : entry.release;
    return `${name}/${period}@${release}:${indicator.release}`;
  });
  return [stamp, version?.id ?? 0, base, geography.definitionRelease, language, ...columns];
}
