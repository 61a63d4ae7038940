/**
 * Who goes with whom, so that the sum is greatest.
 */

/** Column of a row that got none. */
export const UNASSIGNED = -1;

/**
 * Assign rows to columns, each at most once, with the greatest sum of gains: the Hungarian method with potentials (Kuhn 1955,
 * doi:10.1002/nav.3800020109; Jonker & Volgenant 1987, doi:10.1007/BF02278710). Rectangular: min(rows, columns) rows are
 * assigned, also at a gain of 0. Among assignments of equal sum the choice is fixed by the order of rows and columns.
 * O(s^2 l) for the shorter side s and the longer side l.
 *
 * @param gains rows x columns, row-major, all finite
 * @returns column of each row, UNASSIGNED (-1) for none
 * @throws RangeError for a length other than rows x columns, or a gain that is not finite
 */
export function assignRows(gains: Float64Array, rows: number, columns: number): Int32Array {
  if (gains.length !== rows * columns) {
    throw new RangeError(`Got ${gains.length} gains, expected ${rows} x ${columns} = ${rows * columns}.`);
  }
  const bad = gains.find((gain) => !Number.isFinite(gain));
  if (bad !== undefined) throw new RangeError(`Got a gain of ${bad}, expected a finite number.`);
  if (rows <= columns) return assignShorter((i, j) => -gains[i * columns + j]!, rows, columns);
  const rowOf = assignShorter((j, i) => -gains[i * columns + j]!, columns, rows);
  const columnOf = new Int32Array(rows).fill(UNASSIGNED);
  rowOf.forEach((row, column) => {
    columnOf[row] = column;
  });
  return columnOf;
}

/** Least-cost assignment of every row, rows <= columns: one shortest augmenting path per row. */
function assignShorter(cost: (i: number, j: number) => number, rows: number, columns: number): Int32Array {
  // Column `columns` is where the row to be placed starts from.
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1).fill(UNASSIGNED);
  for (let row = 0; row < rows; row++) {
    rowOf[columns] = row;
    const distance = new Float64Array(columns).fill(Infinity);
    const before = new Int32Array(columns).fill(columns);
    const settled = new Uint8Array(columns + 1);
    let at = columns;
    while (rowOf[at] !== UNASSIGNED) {
      settled[at] = 1;
      const i = rowOf[at]!;
      let step = Infinity;
      let next = UNASSIGNED;
      for (let j = 0; j < columns; j++) {
        if (settled[j]) continue;
        const reduced = cost(i, j) - rowPrice[i]! - columnPrice[j]!;
        if (reduced < distance[j]!) {
          distance[j] = reduced;
          before[j] = at;
        }
        if (distance[j]! < step) {
          step = distance[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (settled[j]) {
          rowPrice[rowOf[j]!]! += step;
          columnPrice[j]! -= step;
        } else if (j < columns) distance[j]! -= step;
      }
      at = next;
    }
    while (at !== columns) {
      const previous = before[at]!;
      rowOf[at] = rowOf[previous]!;
      at = previous;
    }
  }
  const columnOf = new Int32Array(rows).fill(UNASSIGNED);
  for (let j = 0; j < columns; j++) if (rowOf[j] !== UNASSIGNED) columnOf[rowOf[j]!] = j;
  return columnOf;
}
