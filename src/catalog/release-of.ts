/** Which state of the data a request asks for. */
import { Problem } from '../problem.ts';
import type { Catalog } from './catalog.ts';

/** Parameters of a request. */
export interface StateParameters {
  release?: number | undefined;
  /** ISO date. */
  asOf?: string | undefined;
}

/**
 * The release that is named, or the newest that was published up to the end of a day (UTC), as a council knew it then.
 * @returns undefined where the newest is meant
 * @throws Problem invalid_request for both at once, and for a day before the first release
 */
export function releaseOf(catalog: Catalog, { release, asOf }: StateParameters): number | undefined {
  if (asOf === undefined) return release;
  if (release !== undefined) {
    throw refuse('release and asOf name a state each.', {
      code: 'parameter_conflict',
      got: `release=${release} and asOf=${asOf}`,
      expected: 'one of them',
    });
  }
  const known = [...catalog.published].filter(([, at]) => at.slice(0, 10) <= asOf);
  if (known.length > 0) return Math.max(...known.map(([number]) => number));
  const days = [...catalog.published.values()].map((at) => at.slice(0, 10)).sort();
  throw refuse('Nothing was published then.', {
    code: 'unknown_release',
    got: asOf,
    expected: days[0] ? `a date from ${days[0]} on` : 'nothing is there yet',
  });
}

function refuse(detail: string, item: { code: string; got: string; expected: string }): Problem {
  return new Problem('invalid_request', detail, [{ ...item, field: 'asOf' }]);
}
