/** Loads what a join plan names, and says which state of the data that is. */
import { type BoundaryVersion, type Catalog, type Geography, stampOf } from '../catalog/catalog.ts';
import type { Reader } from '../reader.ts';
import type { JoinPlan } from './join.ts';
import { type JoinedColumn, joinColumns, type LoadedSlot } from './joined-column.ts';

/** Loads the columns of a plan. */
export async function loadJoin(
  reader: Reader,
  geography: Geography,
  version: BoundaryVersion,
  plan: JoinPlan,
): Promise<JoinedColumn[]> {
  const loaded = await Promise.all(
    plan.slots.map(async (slot): Promise<LoadedSlot> => {
      const { entry, base } = slot;
      const column =
        typeof entry === 'string'
          ? await reader.noColumn(geography, version, entry)
          : await reader.column(geography, version, entry);
      if (base === null) return { slot, column, base };
      return { slot, column, base: { entry: base, column: await reader.column(geography, version, base) } };
    }),
  );
  return joinColumns(plan, loaded);
}

/** Newest release that touched what a joined answer shows: at this release it reads the same as now. */
export function joinRelease(geography: Geography, version: BoundaryVersion | null, plan: JoinPlan): number {
  const slots = plan.slots.flatMap(({ entry, base, indicator }) => [
    typeof entry === 'string' ? 0 : entry.release,
    base?.release ?? 0,
    indicator.release,
  ]);
  return Math.max(version?.release ?? geography.release, geography.definitionRelease, ...slots);
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
  const stamp = stampOf(catalog, [joinRelease(geography, version, plan)]);
  const columns = plan.slots.map(({ name, period, entry, base: from, indicator }) => {
    const release = typeof entry === 'string' ? entry : entry.release;
    const change = from ? `-${from.period}@${from.release}` : '';
    return `${name}/${period}@${release}${change}:${indicator.release}`;
  });
  const classes = plan.classes ? [plan.classes.classification.text, plan.classes.periods] : [];
  // Other words for a reason touch no column.
  const words = plan.measures.includes('reason') ? [JSON.stringify([...catalog.reasons])] : [];
  return [
    stamp,
    version?.id ?? 0,
    base,
    geography.definitionRelease,
    language,
    ...classes,
    ...words,
    ...columns,
  ];
}
