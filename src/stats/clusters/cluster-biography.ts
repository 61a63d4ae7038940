/**
 * What becomes of clusters over the periods.
 */

import { NO_GROUP } from '../graph/group-labels.ts';
import { UNASSIGNED } from './assignment.ts';
import { type ClusterMatching, countClusters, matchClusters } from './cluster-matching.ts';

/** What can happen to a cluster between two periods; see `traceBiographies` for the rules. */
export const CLUSTER_EVENTS = ['born', 'grown', 'shrunk', 'kept', 'merged', 'split', 'dissolved'] as const;
export type ClusterEventKind = (typeof CLUSTER_EVENTS)[number];

/** Something that happened to one cluster by a period. */
export interface ClusterEvent {
  /** Position of the period by which it happened, 1 or more; 0 for clusters there from the start. */
  period: number;
  kind: ClusterEventKind;
  /** The cluster it happened to. */
  id: number;
  /** Units of that cluster before and in this period; 0 where it did not exist. */
  before: number;
  after: number;
  /** `merged`: the cluster it went into. `split`: the cluster it came from. Otherwise null. */
  other: number | null;
}

/** Lives of all clusters. */
export interface Biographies {
  /** Count of clusters over all periods: ids are 0 to count - 1. */
  count: number;
  /** Id of each unit's cluster in each period; NO_GROUP (-1) for none. */
  ids: Int32Array[];
  /** By period, then id, then in the order of CLUSTER_EVENTS. */
  events: ClusterEvent[];
  /** First and last period of each id. */
  first: Uint32Array;
  last: Uint32Array;
}

/** A period's clusters by label: their ids and sizes. */
interface Period {
  ids: Int32Array;
  sizes: Uint32Array;
}

/**
 * Give clusters ids that stay the same over the periods, and tell what happened to them (events as in MONIC: Spiliopoulou,
 * Ntoutsi, Theodoridis & Schult 2006, doi:10.1145/1150402.1150491).
 *
 * 1. An id goes on to the cluster it is matched with, by greatest total overlap (`matchClusters`).
 * 2. A cluster without a match that shares units with clusters before has `split` from the one it shares most with (equal:
 *    the smallest id), and gets a new id; one that shares none is `born`.
 * 3. An id without a match whose cluster shares units with clusters now has `merged` into the one it shares most with
 *    (equal: the smallest id); one that shares none is `dissolved`. Its id is never used again.
 * 4. An id that went on has `grown`, `shrunk` or been `kept`, by its number of units. `kept` says nothing of which they are.
 *
 *     before   A A A . B B        A goes on and has grown by B, which merged into A
 *     after    A A A A A A
 *
 * New ids follow the order of labels. Clusters of period 0 are `born` in it.
 *
 * @param periods cluster of each unit in each period, the same units in the same order; NO_GROUP (-1) for none
 * @param weights how much each unit counts for overlap, 0 or more (population); default 1
 * @throws RangeError for unequal lengths, labels below -1, or a negative weight
 */
export function traceBiographies(periods: readonly Int32Array[], weights?: Float64Array): Biographies {
  const lives: { first: number; last: number }[] = [];
  const events: ClusterEvent[] = [];
  const ids: Int32Array[] = [];
  let former: Period | null = null;
  periods.forEach((labels, period) => {
    const now = openPeriod(labels);
    const happened: ClusterEvent[] = [];
    if (former !== null) {
      const matching = matchClusters(periods[period - 1]!, labels, weights);
      passIds(matching, former, now, period, happened);
      giveIds(now, lives, period);
      tellNewcomers(matching, former, now, period, happened);
      tellLeavers(matching, former, now, period, happened);
    } else {
      giveIds(now, lives, period);
      now.ids.forEach((id, label) => {
        if (id !== NO_GROUP) happened.push(tell(period, 'born', id, 0, now.sizes[label]!));
      });
    }
    for (const id of now.ids) if (id !== NO_GROUP) lives[id]!.last = period;
    ids.push(labels.map((label) => (label === NO_GROUP ? NO_GROUP : now.ids[label]!)));
    events.push(...happened.sort(byIdAndKind));
    former = now;
  });
  return {
    count: lives.length,
    ids,
    events,
    first: Uint32Array.from(lives, ({ first }) => first),
    last: Uint32Array.from(lives, ({ last }) => last),
  };
}

function openPeriod(labels: Int32Array): Period {
  const sizes = new Uint32Array(countClusters(labels));
  for (const label of labels) if (label !== NO_GROUP) sizes[label]!++;
  return { ids: new Int32Array(sizes.length).fill(NO_GROUP), sizes };
}

/** Rules 1 and 4. */
function passIds(
  { match }: ClusterMatching,
  former: Period,
  now: Period,
  period: number,
  events: ClusterEvent[],
): void {
  match.forEach((column, row) => {
    if (column === UNASSIGNED) return;
    const id = former.ids[row]!;
    now.ids[column] = id;
    const [before, after] = [former.sizes[row]!, now.sizes[column]!];
    const kind = after > before ? 'grown' : after < before ? 'shrunk' : 'kept';
    events.push(tell(period, kind, id, before, after));
  });
}

/** New ids for clusters that have none, in the order of labels; a label without units gets none. */
function giveIds(now: Period, lives: { first: number; last: number }[], period: number): void {
  now.ids.forEach((id, label) => {
    if (id !== NO_GROUP || now.sizes[label] === 0) return;
    now.ids[label] = lives.length;
    lives.push({ first: period, last: period });
  });
}

/** Rule 2. */
function tellNewcomers(
  matching: ClusterMatching,
  former: Period,
  now: Period,
  period: number,
  events: ClusterEvent[],
): void {
  const matched = new Set(matching.match);
  for (let column = 0; column < matching.columns; column++) {
    if (matched.has(column) || now.sizes[column] === 0) continue;
    const shares = former.ids.map((_, row) => row);
    const kin = findKin(shares, former.ids, (row) => matching.overlap[row * matching.columns + column]!);
    const kind = kin === null ? 'born' : 'split';
    events.push(tell(period, kind, now.ids[column]!, 0, now.sizes[column]!, kin));
  }
}

/** Rule 3. */
function tellLeavers(
  matching: ClusterMatching,
  former: Period,
  now: Period,
  period: number,
  events: ClusterEvent[],
): void {
  matching.match.forEach((match, row) => {
    if (match !== UNASSIGNED || former.sizes[row] === 0) return;
    const shares = now.ids.map((_, column) => column);
    const kin = findKin(shares, now.ids, (column) => matching.overlap[row * matching.columns + column]!);
    const kind = kin === null ? 'dissolved' : 'merged';
    events.push(tell(period, kind, former.ids[row]!, former.sizes[row]!, 0, kin));
  });
}

/** Id of the cluster that shares most, equal shares by the smallest id; null where none shares anything. */
function findKin(labels: Int32Array, ids: Int32Array, share: (label: number) => number): number | null {
  let kin: number | null = null;
  let most = 0;
  for (const label of labels) {
    const id = ids[label]!;
    if (share(label) > most || (share(label) === most && most > 0 && kin !== null && id < kin)) {
      most = share(label);
      kin = id;
    }
  }
  return kin;
}

function tell(
  period: number,
  kind: ClusterEventKind,
  id: number,
  before: number,
  after: number,
  other: number | null = null,
): ClusterEvent {
  return { period, kind, id, before, after, other };
}

function byIdAndKind(event: ClusterEvent, other: ClusterEvent): number {
  return event.id - other.id || CLUSTER_EVENTS.indexOf(event.kind) - CLUSTER_EVENTS.indexOf(other.kind);
}
