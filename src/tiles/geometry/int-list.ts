/** A growing list of 32-bit integers, kept for the next use once it has grown. */
export class IntList {
  items: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.items = new Int32Array(capacity);
  }

  push(item: number): void {
    if (this.length === this.items.length) this.#grow(1);
    this.items[this.length++] = item;
  }

  pushPoint(x: number, y: number): void {
    if (this.length + 2 > this.items.length) this.#grow(2);
    this.items[this.length++] = x;
    this.items[this.length++] = y;
  }

  #grow(by: number): void {
    const grown = new Int32Array(Math.max(2 * this.items.length, this.length + by));
    grown.set(this.items);
    this.items = grown;
  }
}
