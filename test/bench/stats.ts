/** Speed of the statistics engine: contiguity, local statistics, regions. The parts run one after the other. */
import type { Bench } from './main.ts';
import { measureContiguity } from './stats-contiguity.ts';
import { measureLisa } from './stats-lisa.ts';
import { measureRegions } from './stats-regions.ts';

const bench: Bench = async (say) => [
  ...(await measureContiguity(say)),
  ...(await measureLisa(say)),
  ...(await measureRegions(say)),
];
export default bench;
