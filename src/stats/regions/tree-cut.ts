/**
 * Cutting a spanning forest into regions.
 *
 *     0 ─ 1 ─ 2 ─ 3      every edge cut makes one region more;
 *         │     ╳        the edge whose loss makes the two sides most unlike goes first
 *         4 ─ 5   6
 */

import type { FullMinimum } from '../graph/group-minimum.ts';
import {
  isBefore,
  type JudgedTree,
  type JudgeTree,
  measureLoss,
  openCutJudge,
  sumExplained,
} from './cut-gain.ts'; // what a cut is worth
import type { DataMatrix } from './data-matrix.ts';
import { measureTotal } from './sum-of-squares.ts';
import { layOutForest, type TreeLayout } from './tree-layout.ts'; // subtrees as runs

/** An exchange of cuts must gain more than this share of what it gives up ... */
const LEAST_GAIN = 1e-9;
/** ... plus this share of the total sum of squares: where it gives up nothing, any rounding would seem a gain. */
const ROUNDING = 1e-12;

/** A cut tried backwards: its loss, and the best cut of the two pieces as one. */
interface Undoing {
  upper: JudgedTree;
  lower: JudgedTree;
  loss: number;
  joined: JudgedTree;
}

/** Forest, cuts so far, and what is left of the trees. */
interface Cutting {
  layout: TreeLayout;
  judge: JudgeTree;
  /** Pieces by the place of their root. */
  pieces: Map<number, JudgedTree>;
  /** Root of the piece of each place. */
  owners: Uint32Array;
  /** Places cut so far, in the order of their cutting. */
  cuts: number[];
  /** What an exchange must gain at least. */
  floor: number;
}

/**
 * Cut trees until there are k, in two steps.
 *
 * 1. Assuncao, Neves, Camara & Freitas (2006, doi:10.1080/13658810600665111): of all edges whose two sides both keep the
 *    minimum, always the one that reduces the within sum of squares most.
 * 2. Exchange: an early cut is seldom the best in the company of the later ones. While undoing one cut and making another
 *    lowers the sum, do the exchange that lowers it most. It never gets worse, and the tree stays the same. It ends: see
 *    `exchangeCuts`.
 *
 * A cut costs O(d) times the size of the piece that was cut and O(k) for finding it: O(n d k) at worst, usually far less. An
 * exchange costs O(d) times the pieces next to the two it changed, and O(k).
 *
 * @param edges forest, flat pairs
 * @returns region of each unit, 0 to count - 1, and their count, below k where the minimum allows no more cuts
 */
export function cutForest(
  data: DataMatrix,
  edges: Uint32Array,
  k: number,
  minimum: FullMinimum,
): { labels: Uint32Array; count: number } {
  const cutting = openCutting(data, edges, minimum);
  makeCuts(cutting, k);
  while (exchangeCuts(cutting)) makeCuts(cutting, k);
  const labels = new Uint32Array(data.n);
  [...cutting.pieces.values()].forEach(({ places }, label) => {
    for (const place of places) labels[cutting.layout.units[place]!] = label;
  });
  return { labels, count: cutting.pieces.size };
}

function openCutting(data: DataMatrix, edges: Uint32Array, minimum: FullMinimum): Cutting {
  const layout = layOutForest(data.n, edges);
  const judge = openCutJudge(data, layout, minimum);
  const cutting: Cutting = {
    layout,
    judge,
    pieces: new Map(),
    owners: new Uint32Array(data.n),
    cuts: [],
    floor: ROUNDING * measureTotal(data),
  };
  for (const root of layout.roots) {
    const places = new Uint32Array(layout.ends[root]! - root);
    for (let p = 0; p < places.length; p++) places[p] = root + p;
    addPiece(cutting, cutting.judge(places));
  }
  return cutting;
}

/** Make the best cut of all pieces until there are k, or none is allowed. */
function makeCuts(cutting: Cutting, k: number): void {
  while (cutting.pieces.size < k) {
    const [best] = findBestPieces(cutting, 1);
    if (!best) return;
    splitPiece(cutting, best);
  }
}

/**
 * Do the best exchanges until none helps; false when there was none, or the last one gained only rounding.
 *
 * Gains are differences and so inexact, but what a piece explains depends on nothing but its places. So the sum of that
 * over all pieces grows by more than the floor with every exchange but the last, no set of cuts comes twice, and there
 * are finitely many.
 */
function exchangeCuts(cutting: Cutting): boolean {
  const tried = new Map<number, Undoing>();
  for (let exchanges = 0; ; exchanges++) {
    // An undone cut takes two pieces away, so the best of the others is among the best three.
    const leaders = findBestPieces(cutting, 3);
    let most = 0;
    let chosen: { at: number; undoing: Undoing; next: JudgedTree } | null = null;
    for (const at of cutting.cuts) {
      const undoing = undoCut(cutting, at, tried.get(at));
      tried.set(at, undoing);
      const { upper, lower, joined, loss } = undoing;
      const other = leaders.find((piece) => piece !== upper && piece !== lower);
      const next = other && comesFirst(cutting, other, joined) ? other : joined;
      const gain = next.gain - loss;
      if (gain > most && gain > LEAST_GAIN * loss + cutting.floor) {
        most = gain;
        chosen = { at, undoing, next };
      }
    }
    if (!chosen) return exchanges > 0;
    const { at, undoing, next } = chosen;
    const { upper, lower, joined } = undoing;
    cutting.cuts = cutting.cuts.filter((cut) => cut !== at);
    cutting.pieces.delete(at);
    addPiece(cutting, joined);
    const halves = splitPiece(cutting, next);
    tried.delete(at);
    const [former, present] = [[upper, lower], [...halves]];
    if (next !== joined) {
      former.push(next);
      present.push(joined);
    }
    if (!(sumExplained(present) - sumExplained(former) > cutting.floor)) return false;
  }
}

/** The pieces with the best cuts, best first. */
function findBestPieces(cutting: Cutting, count: number): JudgedTree[] {
  const best: JudgedTree[] = [];
  for (const piece of cutting.pieces.values()) {
    if (piece.gain < 0) continue;
    let rank = best.length;
    while (rank > 0 && comesFirst(cutting, piece, best[rank - 1]!)) rank--;
    if (rank >= count) continue;
    best.splice(rank, 0, piece);
    if (best.length > count) best.pop();
  }
  return best;
}

/** Whether the cut of one piece is made before that of another. */
function comesFirst({ layout }: Cutting, piece: JudgedTree, other: JudgedTree): boolean {
  if (piece.gain !== other.gain) return piece.gain > other.gain;
  return isBefore(layout, piece.at, other.at);
}

/** What undoing a cut would cost and give; the former answer where both its pieces are still the same. */
function undoCut(cutting: Cutting, at: number, former: Undoing | undefined): Undoing {
  const { layout, owners, pieces } = cutting;
  const upper = pieces.get(owners[layout.parents[at]!]!)!;
  const lower = pieces.get(at)!;
  if (former?.upper === upper && former.lower === lower) return former;
  const joined = cutting.judge(insertRun(upper.places, lower.places));
  return { upper, lower, loss: measureLoss(upper, lower), joined };
}

function addPiece(cutting: Cutting, piece: JudgedTree): void {
  const root = piece.places[0]!;
  cutting.pieces.set(root, piece);
  for (const place of piece.places) cutting.owners[place] = root;
}

/** Make the best cut of a piece: the branch below becomes a piece of its own. Returns the rest and the branch. */
function splitPiece(cutting: Cutting, piece: JudgedTree): [JudgedTree, JudgedTree] {
  const { layout } = cutting;
  const { places, at } = piece;
  const start = findPlace(places, at);
  const end = findPlace(places, layout.ends[at]!);
  const rest = new Uint32Array(places.length - (end - start));
  rest.set(places.subarray(0, start));
  rest.set(places.subarray(end), start);
  cutting.cuts.push(at);
  const halves: [JudgedTree, JudgedTree] = [cutting.judge(rest), cutting.judge(places.slice(start, end))];
  for (const half of halves) addPiece(cutting, half);
  return halves;
}

/** Put a branch back where it was; nothing of the upper piece lies within its run. */
function insertRun(upper: Uint32Array, branch: Uint32Array): Uint32Array {
  const start = findPlace(upper, branch[0]!);
  const joined = new Uint32Array(upper.length + branch.length);
  joined.set(upper.subarray(0, start));
  joined.set(branch, start);
  joined.set(upper.subarray(start), start + branch.length);
  return joined;
}

/** Position of the first place not below a given one. */
function findPlace(places: Uint32Array, least: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
