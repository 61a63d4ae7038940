/** Chains of states: from counts of moves to probabilities and where they lead in the long run. */

/**
 * Row probabilities of moves.
 *
 * @param counts states x states, row = from
 * @returns one row per state; null where a state was never left: nothing is known about it
 */
export function estimateProbabilities(counts: readonly (readonly number[])[]): (number[] | null)[] {
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? null : row.map((count) => count / total);
  });
}

/**
 * Stationary distribution pi = pi P by elimination without subtraction (Grassmann, Taksar & Heyman 1985,
 * doi:10.1287/opre.33.5.1107), on the one set of states that is never left.
 *
 * @param rows row probabilities; null where unknown
 * @returns one share per state, sum 1, 0 for states that are left for good; null where there is none: two sets of states
 *   that are never left, a state that is entered but of which no move is known, or no states
 */
export function findStationary(rows: readonly (readonly number[] | null)[]): number[] | null {
  const size = rows.length;
  const states = Array.from({ length: size }, (_, state) => state);
  const entered = states.filter((to) => rows.some((row) => row !== null && row[to]! > 0));
  if (entered.some((state) => rows[state] === null)) return null;

  const reach = states.map((state) => findReach(rows, state));
  const known = states.filter((state) => rows[state] !== null);
  const lasting = known.filter((state) => [...reach[state]!].every((other) => reach[other]!.has(state)));
  const first = lasting[0];
  if (first === undefined || lasting.some((state) => !reach[first]!.has(state))) return null;

  const matrix = lasting.map((from) => lasting.map((to) => rows[from]![to]!));
  const shares = eliminate(matrix);
  return states.map((state) => shares[lasting.indexOf(state)] ?? 0);
}

/** States that can follow a state, in any number of moves. */
function findReach(rows: readonly (readonly number[] | null)[], start: number): Set<number> {
  const reached = new Set<number>();
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    rows[state]?.forEach((probability, to) => {
      if (probability > 0 && !reached.has(to)) {
        reached.add(to);
        open.push(to);
      }
    });
  }
  return reached;
}

/** Stationary shares of states that all reach each other; changes the matrix. */
function eliminate(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let last = size - 1; last > 0; last--) {
    let leaving = 0;
    for (let j = 0; j < last; j++) leaving += matrix[last]![j]!;
    for (let i = 0; i < last; i++) {
      matrix[i]![last]! /= leaving;
      for (let j = 0; j < last; j++) matrix[i]![j]! += matrix[i]![last]! * matrix[last]![j]!;
    }
  }
  const shares = [1];
  for (let j = 1; j < size; j++) {
    let share = 0;
    for (let i = 0; i < j; i++) share += shares[i]! * matrix[i]![j]!;
    shares.push(share);
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
