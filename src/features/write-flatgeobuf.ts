/**
 * Features as FlatGeobuf 3.0 with a packed R-tree, so that clients fetch the districts of a box by byte ranges.
 *
 *   magic │ header │ tree: root … leaves, one per feature │ feature │ feature │ …
 *
 * The library writes files without a tree, so header and tree are made here from its parts. Features stay in the order
 * of the request instead of along a Hilbert curve: keys of districts run through the town anyway, and an order that was
 * asked for is kept. Format: https://flatgeobuf.org/
 */
import { Builder } from 'flatbuffers';
import { magicbytes } from 'flatgeobuf/lib/mjs/constants.js';
import { Column } from 'flatgeobuf/lib/mjs/flat-geobuf/column.js';
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { Crs } from 'flatgeobuf/lib/mjs/flat-geobuf/crs.js';
import { GeometryType } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js';
import { Header } from 'flatgeobuf/lib/mjs/flat-geobuf/header.js';
import { buildFeature } from 'flatgeobuf/lib/mjs/generic/feature.js';
import { parseGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
import type { HeaderMeta } from 'flatgeobuf/lib/mjs/header-meta.js';
import {
  DEFAULT_NODE_SIZE,
  generateLevelBounds,
  NODE_ITEM_BYTE_LEN,
} from 'flatgeobuf/lib/mjs/packedrtree.js';
import { boundsOf, type FileColumn, type FileContent, rowOf, shapesOf, unionOf } from './tabular.ts';

type Bounds = [number, number, number, number];

const TYPES: Record<FileColumn['type'], ColumnType> = {
  string: ColumnType.String,
  number: ColumnType.Double,
  integer: ColumnType.Int,
};

/** Writes a whole file. */
export async function writeFlatGeobuf(content: FileContent): Promise<Buffer> {
  const meta = describe(content);
  const features: Uint8Array[] = [];
  const bounds: Bounds[] = [];
  for await (const batch of content.batches) {
    for (const { i, shape } of shapesOf(batch)) {
      features.push(buildFeature(parseGeometry(shape), rowOf(content.columns, i), meta));
      bounds.push(boundsOf(shape));
    }
  }
  const header = buildHeader(content, meta, bounds);
  return Buffer.concat([magicbytes, header, buildTree(bounds, features), ...features]);
}

function describe({ columns, count, title }: FileContent): HeaderMeta {
  return {
    geometryType: GeometryType.MultiPolygon,
    columns: columns.map(({ name, type }) => ({
      name,
      type: TYPES[type],
      title: null,
      description: null,
      width: -1,
      precision: -1,
      scale: -1,
      nullable: true,
      unique: false,
      primary_key: false,
    })),
    envelope: null,
    featuresCount: count,
    // A tree over nothing has no form.
    indexNodeSize: count === 0 ? 0 : DEFAULT_NODE_SIZE,
    crs: null,
    title,
    description: null,
    metadata: null,
  };
}

function buildHeader({ name, crs }: FileContent, meta: HeaderMeta, bounds: readonly Bounds[]): Uint8Array {
  const builder = new Builder();
  const columns = Header.createColumnsVector(
    builder,
    meta.columns!.map((column) => {
      const columnName = builder.createString(column.name);
      Column.startColumn(builder);
      Column.addName(builder, columnName);
      Column.addType(builder, column.type);
      return Column.endColumn(builder);
    }),
  );
  const [layer, title, org] = [name, meta.title!, 'EPSG'].map((text) => builder.createString(text));
  const envelope = bounds.length > 0 ? Header.createEnvelopeVector(builder, unionOf(bounds)) : null;
  Crs.startCrs(builder);
  Crs.addOrg(builder, org!);
  Crs.addCode(builder, crs.epsg);
  const system = Crs.endCrs(builder);
  Header.startHeader(builder);
  Header.addName(builder, layer!);
  Header.addTitle(builder, title!);
  if (envelope !== null) Header.addEnvelope(builder, envelope);
  Header.addGeometryType(builder, meta.geometryType);
  Header.addColumns(builder, columns);
  Header.addFeaturesCount(builder, BigInt(meta.featuresCount));
  Header.addIndexNodeSize(builder, meta.indexNodeSize);
  Header.addCrs(builder, system);
  builder.finishSizePrefixed(Header.endHeader(builder));
  return builder.asUint8Array();
}

/**
 * The tree, level by level from the root: per node the box and, in a leaf, where its feature begins, else the number of
 * its first child.
 */
function buildTree(bounds: readonly Bounds[], features: readonly Uint8Array[]): Uint8Array {
  if (bounds.length === 0) return new Uint8Array();
  const levels = generateLevelBounds(bounds.length, DEFAULT_NODE_SIZE) as [number, number][];
  const view = new DataView(new ArrayBuffer(levels[0]![1] * NODE_ITEM_BYTE_LEN));
  const boxes: Bounds[] = [];
  const put = (node: number, box: Bounds, offset: number): void => {
    boxes[node] = box;
    const at = node * NODE_ITEM_BYTE_LEN;
    for (const [k, number] of box.entries()) view.setFloat64(at + 8 * k, number, true);
    view.setBigUint64(at + 32, BigInt(offset), true);
  };
  let offset = 0;
  for (const [k, box] of bounds.entries()) {
    put(levels[0]![0] + k, box, offset);
    offset += features[k]!.length;
  }
  for (const [l, [start, end]] of levels.slice(1).entries()) {
    const [firstChild, lastChild] = levels[l]!;
    for (let node = start; node < end; node++) {
      const child = firstChild + (node - start) * DEFAULT_NODE_SIZE;
      put(node, unionOf(boxes.slice(child, Math.min(child + DEFAULT_NODE_SIZE, lastChild))), child);
    }
  }
  return new Uint8Array(view.buffer);
}
