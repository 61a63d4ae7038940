/** Each pass of the radix sort orders by one digit: word (0 low, 1 high) and shift. 11 + 11 + 10 bits per word. */
const DIGITS = [
  [0, 0],
  [0, 11],
  [0, 22],
  [1, 0],
  [1, 11],
  [1, 22],
] as const;
const BUCKETS = 2048;

/** Which of the two 32-bit halves of a double in memory is the high one: 1 on little-endian machines. */
const HIGH = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/**
 * Order of costs, ascending, equal costs in the order they came. The bit patterns of non-negative doubles sort like the
 * numbers, so a radix sort does it in O(m), about ten times as fast as a comparing sort at m = 400,000.
 *
 * @param costs non-negative numbers
 * @returns positions in costs
 */
export function sortCosts(costs: Float64Array): Uint32Array {
  // A zero may be negative: 0 + -0 is 0.
  const words = new Uint32Array(costs.map((cost) => cost + 0).buffer);
  let order = new Uint32Array(costs.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  let sorted = new Uint32Array(costs.length);
  const starts = new Uint32Array(BUCKETS + 1);
  for (const [word, shift] of DIGITS) {
    const half = word === 1 ? HIGH : 1 - HIGH;
    starts.fill(0);
    for (let at = half; at < words.length; at += 2) {
      starts[((words[at]! >>> shift) & (BUCKETS - 1)) + 1]!++;
    }
    if (starts.includes(costs.length)) continue;
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1]! += starts[bucket]!;
    for (let at = 0; at < order.length; at++) {
      const position = order[at]!;
      const bucket = (words[2 * position + half]! >>> shift) & (BUCKETS - 1);
      sorted[starts[bucket]!++] = position;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
}
