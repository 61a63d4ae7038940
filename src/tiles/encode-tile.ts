/**
 * Encodes one layer as Mapbox Vector Tile 2.1.
 *
 * Tile coordinates run right and down from the top left corner; outer rings are clockwise on the screen, holes the other
 * way round. Attributes without a value are left out, since the format knows no null.
 */
import { PbfWriter } from 'pbf';

/** Closed ring of [x, y] in tile units, in either direction. */
type Ring = readonly [number, number][];

/** The outer ring, then the holes. */
export type TilePolygon = readonly Ring[];

/** A district cut to a tile. */
export interface TileFeature {
  /** Stable numeric id. */
  id: number;
  polygons: readonly TilePolygon[];
  attributes: Iterable<readonly [name: string, value: string | number | null]>;
}

/** Tile units per side. */
export const EXTENT = 4096;

const POLYGON = 3;

/**
 * @param name name of the layer
 * @returns the bytes of a tile with this one layer
 */
export function encodeTile(name: string, features: readonly TileFeature[]): Uint8Array {
  const keys = new Dictionary<string>();
  const values = new Dictionary<string | number>();
  const tile = new PbfWriter();
  tile.writeMessage(
    3,
    (_, layer) => {
      layer.writeVarintField(15, 2);
      writeText(layer, 1, name);
      for (const feature of features) layer.writeMessage(2, writeFeature, { feature, keys, values });
      for (const key of keys.entries) writeText(layer, 3, key);
      for (const value of values.entries) layer.writeMessage(4, writeValue, value);
      layer.writeVarintField(5, EXTENT);
    },
    null,
  );
  return tile.finish();
}

/** Numbers each distinct entry in the order of its first use. */
class Dictionary<T> {
  readonly entries: T[] = [];
  readonly #indices = new Map<T, number>();

  indexOf(entry: T): number {
    const known = this.#indices.get(entry);
    if (known !== undefined) return known;
    this.#indices.set(entry, this.entries.length);
    return this.entries.push(entry) - 1;
  }
}

interface FeatureContext {
  feature: TileFeature;
  keys: Dictionary<string>;
  values: Dictionary<string | number>;
}

function writeFeature({ feature, keys, values }: FeatureContext, pbf: PbfWriter): void {
  const tags: number[] = [];
  for (const [name, value] of feature.attributes) {
    if (value !== null) tags.push(keys.indexOf(name), values.indexOf(value));
  }
  pbf.writeVarintField(1, feature.id);
  pbf.writePackedVarint(2, tags);
  pbf.writeVarintField(3, POLYGON);
  pbf.writePackedVarint(4, toCommands(visibleRings(feature.polygons)));
}

function writeValue(value: string | number, pbf: PbfWriter): void {
  if (typeof value === 'string') writeText(pbf, 1, value);
  else pbf.writeDoubleField(3, value);
}

const utf8 = new TextEncoder();

/** pbf 5.1.2 writes characters of the planes from 2 on (some Chinese names) as other characters. */
function writeText(pbf: PbfWriter, tag: number, text: string): void {
  pbf.writeBytesField(tag, utf8.encode(text));
}

const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE_PATH = 7;

function toCommands(rings: readonly Ring[]): number[] {
  const commands: number[] = [];
  let [x, y] = [0, 0];
  for (const ring of rings) {
    ring.forEach(([px, py], i) => {
      if (i === 0) commands.push((1 << 3) | MOVE_TO);
      if (i === 1) commands.push(((ring.length - 1) << 3) | LINE_TO);
      commands.push(zigzag(px - x), zigzag(py - y));
      [x, y] = [px, py];
    });
    commands.push((1 << 3) | CLOSE_PATH);
  }
  return commands;
}

function zigzag(n: number): number {
  return ((n << 1) ^ (n >> 31)) >>> 0;
}

/**
 * Rings without repeated points and without the closing one, each in its direction: rounding to tile units may have
 * turned a sliver round. Rings that it left without area go, an outer one with its holes; where none remains, the
 * district stays as one tile unit, so that nothing that touches a tile is missing from it.
 */
function visibleRings(polygons: readonly TilePolygon[]): Ring[] {
  const visible = polygons.flatMap(([outer, ...holes]) => {
    const around = directed(outer ?? [], 1);
    return around.length === 0 ? [] : [around, ...holes.map((hole) => directed(hole, -1))];
  });
  const rings = visible.filter((ring) => ring.length > 0);
  return rings.length > 0 ? rings : [unitAt(polygons[0]?.[0]?.[0] ?? [0, 0])];
}

/** The ring in the direction of the sign (1 is clockwise on the screen), or no points when it has no area. */
function directed(ring: Ring, sign: 1 | -1): Ring {
  const points = withoutRepeats(ring);
  const direction = Math.sign(area(points));
  if (direction === 0) return [];
  return direction === sign ? points : points.reverse();
}

function unitAt([x, y]: readonly [number, number]): Ring {
  return [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
  ];
}

function withoutRepeats(ring: Ring): [number, number][] {
  return ring.filter(([x, y], i) => {
    const [px, py] = ring[(i || ring.length) - 1]!;
    return x !== px || y !== py;
  });
}

/** Twice the signed area. */
function area(ring: Ring): number {
  let sum = 0;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    sum += x * ny - nx * y;
  });
  return sum;
}

/** TEMPORARY */
export function encodeGeometry(polygons: readonly TilePolygon[]): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(3, POLYGON);
  pbf.writePackedVarint(4, toCommands(visibleRings(polygons)));
  return pbf.finish();
}
