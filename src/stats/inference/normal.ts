/** The standard normal distribution. */

/** Below this the series converges fast and 1 - erf loses less than two digits; above it the fraction is exact. */
const SERIES_LIMIT = 1.75;
/** Depth of the continued fraction: converged to the last bit for every x from SERIES_LIMIT on. */
const FRACTION_DEPTH = 90;

/** Nodes of the table per deviation: never further than 1/256 away, where the first term left out is below 2e-16 of p. */
const NODES = 128;
/** Where the table ends; beyond, p is below 1e-22 and asked for rarely. */
const TABLE_LIMIT = 10;
/** Coefficients of a node. */
const TERMS = 8;
const TABLE = expandAtNodes();

/**
 * Two-sided p-value of a standard normal deviate: P(|Z| >= |z|) = erfc(|z| / sqrt 2), by Taylor's series around the nearest
 * node of a table, for a map asks for it once per unit.
 *
 * @param z deviate; NaN gives NaN
 * @returns probability in [0, 1], relative error below 1e-13 while |z| < 10
 */
export function twoSidedP(z: number): number {
  const distance = Math.abs(z);
  if (!(distance < TABLE_LIMIT)) return erfc(distance * Math.SQRT1_2);
  const node = (distance * NODES + 0.5) | 0;
  const h = distance - node / NODES;
  const start = TERMS * node;
  let p = TABLE[start + TERMS - 1]!;
  for (let k = start + TERMS - 2; k >= start; k--) p = p * h + TABLE[k]!;
  return p;
}

/**
 * Taylor coefficients of p at every node: p itself, and those of p' = -2 phi, which follow from phi' = -z phi:
 *
 *     phi(z + h) = sum b_k h^k        (k + 1) b_(k+1) = -z b_k - b_(k-1)
 */
function expandAtNodes(): Float64Array {
  const table = new Float64Array(TERMS * (NODES * TABLE_LIMIT + 1));
  for (let start = 0; start < table.length; start += TERMS) {
    const z = start / TERMS / NODES;
    table[start] = erfc(z * Math.SQRT1_2);
    let before = 0;
    let density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    for (let k = 1; k < TERMS; k++) {
      table[start + k] = (-2 * density) / k;
      [before, density] = [density, (-z * density - before) / k];
    }
  }
  return table;
}

/**
 * Complementary error function for x >= 0: the series of exp(-x^2) sum 2^k x^(2k+1) / (2k+1)!! (DLMF 7.6.2, all terms
 * positive) for small x, Laplace's continued fraction (DLMF 7.9.1, https://dlmf.nist.gov/7.9) beyond.
 */
function erfc(x: number): number {
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < SERIES_LIMIT) {
    let term = x;
    let sum = x;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return 1 - 2 * scale * sum;
  }
  let tail = x;
  for (let k = FRACTION_DEPTH; k >= 1; k--) tail = x + k / 2 / tail;
  return scale / tail;
}
