/** The box of a `bbox` parameter. */
import type { Crs } from '../districts/crs.ts';
import { Problem } from '../problem.ts';

/** Least x, least y, greatest x, greatest y. */
export type Box = [number, number, number, number];

/** Boxes whose union is wanted, in one system. */
export interface Area {
  srid: number;
  boxes: Box[];
}

/**
 * Reads a box in a reference system and its axis order. In degrees west > east crosses the antimeridian and gives two
 * boxes; a projected box is cut to where its system can be computed with, and gives none outside of that.
 *
 * @param bbox four numbers, or six with heights, which no district has
 * @throws Problem invalid_request for numbers that are no box
 */
export function toArea(bbox: readonly number[], crs: Crs): Area {
  const flat = bbox.length === 6 ? [bbox[0]!, bbox[1]!, bbox[3]!, bbox[4]!] : bbox;
  if (flat.length !== 4 || (bbox.length === 6 && bbox[2]! > bbox[5]!)) throw refuseBox(bbox, crs);
  const [a, b, c, d] = flat as Box;
  const box: Box = crs.latitudeFirst ? [b, a, d, c] : [a, b, c, d];
  const boxes = crs.decimals === 7 ? degreeBoxes(box, crs) : projectedBoxes(box, crs);
  if (boxes === null) throw refuseBox(bbox, crs);
  return { srid: crs.srid, boxes };
}

function degreeBoxes([west, south, east, north]: Box, crs: Crs): Box[] | null {
  const [least, bottom, greatest, top] = crs.domain;
  const inDomain = [west, east].every((x) => x >= least && x <= greatest) && south >= bottom && north <= top;
  if (!inDomain || south > north) return null;
  if (west <= east) return [[west, south, east, north]];
  return [
    [west, south, greatest, north],
    [least, south, east, north],
  ];
}

function projectedBoxes([minX, minY, maxX, maxY]: Box, { domain }: Crs): Box[] | null {
  if (minX > maxX || minY > maxY) return null;
  const cut: Box = [
    Math.max(minX, domain[0]),
    Math.max(minY, domain[1]),
    Math.min(maxX, domain[2]),
    Math.min(maxY, domain[3]),
  ];
  return cut[0] > cut[2] || cut[1] > cut[3] ? [] : [cut];
}

function refuseBox(bbox: readonly number[], crs: Crs): Problem {
  const order = crs.latitudeFirst ? 'south,west,north,east' : 'west,south,east,north';
  const unit = crs.decimals === 7 ? 'degrees' : 'metres';
  const crossing = crs.decimals === 7 ? 'south <= north' : 'west <= east and south <= north';
  return new Problem('invalid_request', 'bbox is no box.', [
    {
      code: 'invalid_value',
      field: 'bbox',
      got: bbox.join(','),
      expected: `${order} in ${unit} of ${crs.uri} with ${crossing} (six numbers with heights, the lower first)`,
    },
  ]);
}
