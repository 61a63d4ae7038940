/**
 * Merging adjacent clusters, the nearest pair first.
 */

import { type ContiguityGraph, listEdges } from '../graph/contiguity-graph.ts';
import { type DataMatrix, measureDistance } from './data-matrix.ts';
import { type LinkHeap, openLinkHeap } from './link-heap.ts';

/** How far two clusters A, B are apart, from the distances of their units; `ward`: what merging adds to the within SS. */
export const LINKAGES = ['single', 'complete', 'average', 'ward'] as const;
export type Linkage = (typeof LINKAGES)[number];

/** `full`: the distances of all pairs of units. `first`: those of pairs that touch. */
export const ORDERS = ['first', 'full'] as const;
export type LinkOrder = (typeof ORDERS)[number];

/** Contact of two clusters, known by their smallest units a < b. */
export interface ClusterLink {
  a: number;
  b: number;
  distance: number;
  /** Smallest, greatest, and sum of the distances in question, and their count; sum of squares for `ward`, `first`. */
  least: number;
  most: number;
  sum: number;
  count: number;
  /** Shortest edge between the two, i < j. */
  cost: number;
  i: number;
  j: number;
  /** False once one of the clusters has changed. */
  alive: boolean;
}

/** Clusters so far. */
interface Clusters {
  data: DataMatrix;
  linkage: Linkage;
  order: LinkOrder;
  /** Contacts of each cluster by the other's smallest unit. */
  links: Map<number, ClusterLink>[];
  members: number[][];
  /** Sums of rows, for `ward`. */
  sums: Float64Array;
  heap: LinkHeap<ClusterLink>;
}

/**
 * Merge clusters until only connected parts are left; always the two adjacent clusters at the smallest distance, ties by
 * the smallest units of the two.
 *
 *     single    least distance         complete   greatest
 *     average   mean                   ward       nA nB / (nA + nB) |meanA - meanB|^2
 *
 * Over all pairs (`full`) these are what the recurrence of Lance & Williams (1967, doi:10.1093/comjnl/9.4.373) gives, but no
 * n x n matrix is kept: distances to a cluster that has just become adjacent are computed then, each pair of units at most
 * once. Memory O(links); time O(n^2 d) at worst, for `ward` and `first` O(links log links) on maps. Over edges only
 * (`first`, Guo 2008), `ward` is nA nB / (nA + nB) times the mean squared length of the edges between A and B, our own
 * reading since Guo has none; for single units both wards are half the squared distance.
 *
 * @returns edges i < j, flat: the shortest one between the two clusters of each merge, in the order of merging. All of
 *   them are a spanning forest; the first n - k leave k clusters as connected parts.
 */
export function mergeClusters(
  data: DataMatrix,
  graph: ContiguityGraph,
  linkage: Linkage,
  order: LinkOrder,
): Uint32Array {
  const clusters = openClusters(data, graph, linkage, order);
  const edges: number[] = [];
  for (let link = clusters.heap.pop(); link; link = clusters.heap.pop()) {
    edges.push(link.i, link.j);
    mergePair(clusters, link);
  }
  return Uint32Array.from(edges);
}

function openClusters(
  data: DataMatrix,
  graph: ContiguityGraph,
  linkage: Linkage,
  order: LinkOrder,
): Clusters {
  const clusters: Clusters = {
    data,
    linkage,
    order,
    links: Array.from({ length: data.n }, () => new Map()),
    members: Array.from({ length: data.n }, (_, i) => [i]),
    sums: Float64Array.from(data.values),
    heap: openLinkHeap(isNearer, (link) => !link.alive),
  };
  const edges = listEdges(graph);
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    const cost = measureDistance(data, a, b);
    const sum = squaresAreSummed(clusters) ? cost * cost : cost;
    addLink(clusters, { a, b, least: cost, most: cost, sum, count: 1, cost, i: a, j: b });
  }
  return clusters;
}

/** Join cluster b to a, and renew the contacts of both. */
function mergePair(clusters: Clusters, { a, b }: ClusterLink): void {
  const { links, members, sums, data } = clusters;
  const ofA = links[a]!;
  const ofB = links[b]!;
  for (const link of [...ofA.values(), ...ofB.values()]) link.alive = false;
  ofA.delete(b);
  ofB.delete(a);
  const around = new Set([...ofA.keys(), ...ofB.keys()]);
  const joined = [...around].map((c) => joinLinks(clusters, a, b, c));
  for (const c of around) {
    links[c]!.delete(a);
    links[c]!.delete(b);
  }
  const [more, fewer] = members[a]!.length < members[b]!.length ? [b, a] : [a, b];
  for (const unit of members[fewer]!) members[more]!.push(unit);
  members[a] = members[more]!;
  members[b] = [];
  for (let v = 0; v < data.d; v++) sums[a * data.d + v]! += sums[b * data.d + v]!;
  links[a] = new Map();
  links[b] = new Map();
  for (const link of joined) addLink(clusters, link);
}

type OpenLink = Omit<ClusterLink, 'distance' | 'alive'>;

/** Contact of c with a and b as one. */
function joinLinks(clusters: Clusters, a: number, b: number, c: number): OpenLink {
  const { links, linkage, order } = clusters;
  const first = links[a]!.get(c);
  const second = links[b]!.get(c);
  const near = first && second ? (isShorter(second, first) ? second : first) : (first ?? second)!;
  const ends = { a: Math.min(a, c), b: Math.max(a, c), cost: near.cost, i: near.i, j: near.j };
  const all = order === 'full' && linkage !== 'ward';
  const ofA = first ?? (all ? measurePairs(clusters, a, c) : undefined);
  const ofB = second ?? (all ? measurePairs(clusters, b, c) : undefined);
  const [some, other] = ofA && ofB ? [ofA, ofB] : [(ofA ?? ofB)!, undefined];
  if (!other) return { ...ends, least: some.least, most: some.most, sum: some.sum, count: some.count };
  return {
    ...ends,
    least: Math.min(some.least, other.least),
    most: Math.max(some.most, other.most),
    sum: some.sum + other.sum,
    count: some.count + other.count,
  };
}

function measurePairs(
  { data, members }: Clusters,
  a: number,
  c: number,
): Pick<ClusterLink, 'least' | 'most' | 'sum' | 'count'> {
  let least = Infinity;
  let most = 0;
  let sum = 0;
  for (const i of members[a]!) {
    for (const j of members[c]!) {
      const distance = measureDistance(data, i, j);
      if (distance < least) least = distance;
      if (distance > most) most = distance;
      sum += distance;
    }
  }
  return { least, most, sum, count: members[a]!.length * members[c]!.length };
}

function addLink(clusters: Clusters, open: OpenLink): void {
  const link = { ...open, distance: measureLinkage(clusters, open), alive: true };
  clusters.links[link.a]!.set(link.b, link);
  clusters.links[link.b]!.set(link.a, link);
  clusters.heap.push(link);
}

function measureLinkage(clusters: Clusters, link: OpenLink): number {
  if (clusters.linkage === 'single') return link.least;
  if (clusters.linkage === 'complete') return link.most;
  if (clusters.linkage === 'average') return link.sum / link.count;
  const { members, sums, data } = clusters;
  const sizeA = members[link.a]!.length;
  const sizeB = members[link.b]!.length;
  let squares = 0;
  if (squaresAreSummed(clusters)) squares = link.sum / link.count;
  else {
    for (let v = 0; v < data.d; v++) {
      squares += (sums[link.a * data.d + v]! / sizeA - sums[link.b * data.d + v]! / sizeB) ** 2;
    }
  }
  return (squares * sizeA * sizeB) / (sizeA + sizeB);
}

function squaresAreSummed({ linkage, order }: Clusters): boolean {
  return linkage === 'ward' && order === 'first';
}

function isNearer(link: ClusterLink, other: ClusterLink): boolean {
  if (link.distance !== other.distance) return link.distance < other.distance;
  return link.a !== other.a ? link.a < other.a : link.b < other.b;
}

function isShorter(link: ClusterLink, other: ClusterLink): boolean {
  if (link.cost !== other.cost) return link.cost < other.cost;
  return link.i !== other.i ? link.i < other.i : link.j < other.j;
}
