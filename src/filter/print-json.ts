/** Writes a filter as CQL2 JSON. */
import type { Bound, Expression } from './expression.ts';

/** The JSON value of a filter. */
export function toFilterJson(node: Expression): unknown {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'instant':
      return { [node.type]: node.value };
    case 'interval':
      return { interval: [toBound(node.start), toBound(node.end)] };
    case 'geometry':
      return node.geometry;
    case 'bbox':
      return { bbox: node.bbox };
    case 'property':
      return { property: node.name };
    case 'array':
      return node.items.map(toFilterJson);
    case 'function':
      return { op: node.name, args: node.args.map(toFilterJson) };
    case 'call':
      return { op: node.op, args: node.args.map(toFilterJson) };
  }
}

function toBound(bound: Bound): unknown {
  if (bound === '..') return bound;
  return bound.kind === 'instant' ? bound.value : toFilterJson(bound);
}
