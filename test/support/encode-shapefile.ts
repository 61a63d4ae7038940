/** Writes small shapefiles for tests: polygons of one ring, attributes as text. */

/** One record: attributes and the corners of one outer ring, clockwise and closed as ESRI wants it. */
export interface ShapeRecord {
  attributes: Record<string, string>;
  /** Null makes a record without a shape. */
  ring: [number, number][] | null;
}

/** The .shp of polygons (shape type 5). */
export function encodeShp(records: readonly ShapeRecord[]): Uint8Array {
  const bodies = records.map(({ ring }) => {
    if (!ring) return Buffer.alloc(4);
    const body = Buffer.alloc(48 + ring.length * 16);
    const xs = ring.map(([x]) => x);
    const ys = ring.map(([, y]) => y);
    body.writeInt32LE(5, 0);
    for (const [index, bound] of [
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs),
      Math.max(...ys),
    ].entries()) {
      body.writeDoubleLE(bound, 4 + index * 8);
    }
    body.writeInt32LE(1, 36);
    body.writeInt32LE(ring.length, 40);
    for (const [index, [x, y]] of ring.entries()) {
      body.writeDoubleLE(x, 48 + index * 16);
      body.writeDoubleLE(y, 56 + index * 16);
    }
    return body;
  });
  const header = Buffer.alloc(100);
  const bytes = 100 + bodies.reduce((sum, body) => sum + 8 + body.length, 0);
  header.writeInt32BE(9994, 0);
  header.writeInt32BE(bytes / 2, 24);
  header.writeInt32LE(1000, 28);
  header.writeInt32LE(5, 32);
  const parts = bodies.flatMap((body, index) => {
    const head = Buffer.alloc(8);
    head.writeInt32BE(index + 1, 0);
    head.writeInt32BE(body.length / 2, 4);
    return [head, body];
  });
  return Buffer.concat([header, ...parts]);
}

/**
 * The .dbf of text columns of 20 bytes in ISO-8859-1.
 *
 * @param numeric columns that are declared as numbers (type N)
 */
export function encodeDbf(
  rows: readonly Record<string, string>[],
  numeric: readonly string[] = [],
): Uint8Array {
  const names = Object.keys(rows[0] ?? {});
  const width = 20;
  const header = Buffer.alloc(32 + names.length * 32 + 1);
  header[0] = 3;
  header.writeUInt32LE(rows.length, 4);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt16LE(1 + names.length * width, 10);
  for (const [index, name] of names.entries()) {
    const at = 32 + index * 32;
    header.write(name, at, 'latin1');
    header.write(numeric.includes(name) ? 'N' : 'C', at + 11, 'latin1');
    header[at + 16] = width;
  }
  header[header.length - 1] = 0x0d;
  const records = rows.map((row) => {
    const cells = names.map((name) => (row[name] ?? '').padEnd(width));
    return Buffer.from(` ${cells.join('')}`, 'latin1');
  });
  return Buffer.concat([header, ...records]);
}
