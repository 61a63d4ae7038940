/** Regions of a period, run in a worker thread. Plain typed arrays in, plain typed arrays out. */
import { type FoundRegions, findRegions, type RegionRequest } from '../analyses/find-regions.ts';
import { NO_GROUP } from '../stats/graph/group-labels.ts';
import { subsetWeights, type Weights } from '../stats/weights/weights.ts';

/** Input of a run. */
export interface RegionsTask {
  /** Neighbours of n districts. */
  weights: Weights;
  /** n values of each indicator; NaN for none. */
  columns: readonly Float64Array[];
  request: RegionRequest;
}

/** Regions of n districts. */
export interface RegionsOutcome extends Omit<FoundRegions, 'seedSensitive'> {
  /** Region of each district, 0 the largest; NO_GROUP (-1) for one without all values. */
  labels: Int32Array;
  /** Positions of the districts that the next seed puts into another region. */
  seedSensitive: Uint32Array;
}

/** Finds them among the districts that have all values. @throws RangeError for what these do not allow */
export default function findOfPeriod({ weights, columns, request }: RegionsTask): RegionsOutcome {
  const rated = Uint32Array.from(
    Array.from({ length: weights.n }, (_, i) => i).filter((i) =>
      columns.every((values) => !Number.isNaN(values[i]!)),
    ),
  );
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rated, (i) => values[i]!);
  const { populations } = request.minimum;
  const minimum = { ...request.minimum, ...(populations && { populations: pick(populations) }) };
  const found = findRegions(columns.map(pick), subsetWeights(weights, rated), { ...request, minimum });
  const labels = new Int32Array(weights.n).fill(NO_GROUP);
  rated.forEach((i, k) => {
    labels[i] = found.regions.labels[k]!;
  });
  return { ...found, labels, seedSensitive: found.seedSensitive.map((k) => rated[k]!) };
}
