/**
 * Runs a benchmark: `npm run -s bench -- NAME` prints a table, with `--json` one line per figure; `tiles` takes
 * `--peer NAME=ADDRESS` of another tile server, and `--city NAME` for some cities only. A ratio above 1 means better than the
 * baseline. Exits non-zero only when it could not measure.
 */
import { parseArgs } from 'node:util';

/** One measured figure against its baseline, taken in the same run. */
export interface Figure {
  figure: string;
  /** Size of the input. */
  n: number;
  ours: number;
  baseline: number;
  unit: string;
  /** Above 1: better than the baseline. */
  ratio: number;
}

/** Another running server that is measured in the same run. */
export interface Peer {
  name: string;
  /** Address of its tiles with {z}, {x}, {y}, {indicator} and {period}. */
  template: string;
}

/** Measures and returns the figures; `say` tells progress. */
export type Bench = (
  say: (message: string) => void,
  options: { peers: readonly Peer[]; cities: readonly string[] },
) => Promise<Figure[]>;

const BENCHES: Record<string, () => Promise<{ default: Bench }>> = {
  features: () => import('./features.ts'),
  jobs: () => import('./jobs.ts'),
  start: () => import('./start.ts'),
  stats: () => import('./stats.ts'),
  tiles: () => import('./tiles.ts'),
};

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    peer: { type: 'string', multiple: true, default: [] },
    city: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const load = BENCHES[positionals[0] ?? ''];
if (positionals.length !== 1 || !load) {
  process.stderr.write(
    `Got ${positionals.join(' ') || 'no name'}, expected one of ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(2);
}
const peers = values.peer.map((text): Peer => {
  const [name = '', ...template] = text.split('=');
  return { name, template: template.join('=') };
});
const { default: bench } = await load();
const figures = await bench((message) => process.stderr.write(`${message}\n`), {
  peers,
  cities: values.city,
});
if (values.json) {
  for (const figure of figures) process.stdout.write(`${JSON.stringify(figure)}\n`);
} else {
  process.stdout.write(
    '| figure | n | ours | baseline | unit | ratio |\n| --- | ---: | ---: | ---: | --- | ---: |\n',
  );
  for (const { figure, n, ours, baseline, unit, ratio } of figures) {
    const cells = [figure, n, ours.toFixed(1), baseline.toFixed(1), unit, ratio.toFixed(2)];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
