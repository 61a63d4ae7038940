/** Sets that only ever grow together (union-find), each known by its smallest member. */
export interface DisjointSets {
  /** Smallest member of the set of i. */
  find(i: number): number;
  /** Join the sets of i and j; false when they are one already. */
  join(i: number, j: number): boolean;
}

/** n sets of one member each. */
export function openSets(n: number): DisjointSets {
  const parent = new Uint32Array(n);
  for (let i = 0; i < n; i++) parent[i] = i;
  const size = new Uint32Array(n).fill(1);
  const least = parent.slice();
  const findRoot = (start: number): number => {
    let i = start;
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  return {
    find: (i) => least[findRoot(i)]!,
    join(i, j) {
      let a = findRoot(i);
      let b = findRoot(j);
      if (a === b) return false;
      if (size[a]! < size[b]!) [a, b] = [b, a];
      parent[b] = a;
      size[a]! += size[b]!;
      least[a] = Math.min(least[a]!, least[b]!);
      return true;
    },
  };
}
