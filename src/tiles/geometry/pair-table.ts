/** Open-addressing map from pairs of 32-bit integers to integers from 0 on. */
export class PairTable {
  readonly #mask: number;
  /** Three numbers per slot: the pair and its value plus one; 0 is a free slot. */
  readonly #slots: Int32Array;

  /** @param capacity pairs at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    this.#mask = size - 1;
    this.#slots = new Int32Array(3 * size);
  }

  /** The pair's value, or -1. */
  get(a: number, b: number): number {
    return this.#slots[this.#find(a, b) + 2]! - 1;
  }

  /** The value the pair already has; where it has none it gets this one, and -1 is returned. */
  add(a: number, b: number, value: number): number {
    const slots = this.#slots;
    const at = this.#find(a, b);
    const known = slots[at + 2]! - 1;
    if (known < 0) {
      slots[at] = a;
      slots[at + 1] = b;
      slots[at + 2] = value + 1;
    }
    return known;
  }

  #find(a: number, b: number): number {
    const slots = this.#slots;
    let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
    let slot = (hash ^ (hash >>> 13)) & this.#mask;
    for (;;) {
      const at = 3 * slot;
      if (slots[at + 2] === 0 || (slots[at] === a && slots[at + 1] === b)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }
}
