// The values of an indicator in all periods, for comparing periods and for playing them.

let last = { key: '', frames: null };

/**
 * All districts in all periods on one boundary version, oldest first; kept until another indicator is asked for.
 * @param {object} source api.js or an archive
 * @param {{ collection: string, indicator: string, boundary: string }} at
 * @returns {Promise<{ period: string, observations: object[] }[]>}
 */
export async function readFrames(source, at, signal) {
  const key = [at.collection, at.indicator, at.boundary].join(' ');
  if (last.key === key) return last.frames;
  const frames = toFrames(await source.readValues(at, signal));
  last = { key, frames };
  return frames;
}

/** Columns as observations by period. */
function toFrames({ keys, names, columns, values, reasonLabels }) {
  return columns
    .filter(({ measure }) => measure === 'value')
    .map(({ name, period, boundaryVersion, provisional }) => ({
      period,
      observations: keys.map((district, i) => ({
        district,
        districtName: names[i],
        period,
        boundaryVersion,
        provisional,
        value: values[name][i],
        status: values[`${name}_status`][i],
        reasonLabel: reasonLabels.get(values[`${name}_reason`]?.[i]) ?? null,
        numerator: values[`${name}_numerator`]?.[i] ?? null,
        denominator: values[`${name}_denominator`]?.[i] ?? null,
      })),
    }))
    .sort((a, b) => (a.period < b.period ? -1 : 1));
}
