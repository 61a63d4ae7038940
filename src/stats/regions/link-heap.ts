/** Below this many items stale ones are not worth sweeping out. */
const LEAST_SWEEP = 1024;

/** A priority queue: the item before all others comes first, stale ones never. */
export interface LinkHeap<Item> {
  push(item: Item): void;
  /** Take the first item that is not stale; undefined when there is none. */
  pop(): Item | undefined;
}

/**
 * Open an empty binary heap (Williams 1964, doi:10.1145/512274.512284); push and pop are O(log items). Stale items are swept
 * out whenever the heap has doubled, so they never outnumber the others by much.
 *
 * @param isBefore a strict total order
 * @param isStale whether an item no longer counts; an item that has become stale stays so
 */
export function openLinkHeap<Item>(
  isBefore: (item: Item, other: Item) => boolean,
  isStale: (item: Item) => boolean,
): LinkHeap<Item> {
  let items: Item[] = [];
  let sweepAt = LEAST_SWEEP;

  function sink(item: Item, from: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1]!, items[child]!)) child++;
      if (!isBefore(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }

  function sweep(): void {
    items = items.filter((item) => !isStale(item));
    for (let at = (items.length >> 1) - 1; at >= 0; at--) sink(items[at]!, at);
    sweepAt = Math.max(LEAST_SWEEP, 2 * items.length);
  }

  function takeFirst(): Item | undefined {
    const first = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) sink(last, 0);
    return first;
  }

  return {
    push(item) {
      if (items.length >= sweepAt) sweep();
      let at = items.length;
      items.push(item);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(item, items[parent]!)) break;
        items[at] = items[parent]!;
        at = parent;
      }
      items[at] = item;
    },
    pop() {
      let first = takeFirst();
      while (first !== undefined && isStale(first)) first = takeFirst();
      return first;
    },
  };
}
