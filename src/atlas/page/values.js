// The values of an indicator in all periods, for comparing periods and for playing them.

let last = { key: '', frames: null };

/**
 * All districts in all periods on one boundary version, oldest first; kept until another indicator is asked for.
 * @param {object} source api.js or an archive
 * @param {{ collection: string, indicator: string, boundary: string }} at
 * @returns {Promise<{ period: string, observations: object[] }[]>}
 */
export async function readFrames(source, { collection, indicator, boundary }, signal) {
  const key = [collection, indicator, boundary].join(' ');
  if (last.key === key) return last.frames;
  const rows = await source.readObservations({ collection, indicators: indicator }, signal);
  const byPeriod = Map.groupBy(
    rows.filter((row) => row.boundaryVersion === boundary),
    ({ period }) => period,
  );
  const frames = [...byPeriod].map(([period, observations]) => ({ period, observations }));
  frames.sort((a, b) => (a.period < b.period ? -1 : 1));
  last = { key, frames };
  return frames;
}
