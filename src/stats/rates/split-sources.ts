/** Which share of each source area goes to which target. */

/** How a source was divided, best to worst. */
export const SPLIT_METHODS = ['nested', 'given_weights', 'by_area'] as const;

/** Pairs of a source and a target with a weight each; a pair that occurs several times (pieces) adds up. */
export interface Crosswalk {
  sources: Uint32Array;
  targets: Uint32Array;
  /** Area of the intersection, or residents in it …; 0 or more. */
  weights: Float64Array;
}

/** Two sets of areas laid over each other. */
export interface Overlay {
  /** Area of each source and of each target, above 0, in one unit. */
  sourceAreas: Float64Array;
  targetAreas: Float64Array;
  /** Areas of intersections in the same unit. */
  intersections: Crosswalk;
  /**
   * What the area of a source is divided by: its `own`, so that what lies outside all targets is lost (sf), or the area that
   * targets have `covered`, so that everything is allocated (tobler).
   */
  denominator: 'own' | 'covered';
  /**
   * Share up to which a part is noise of digitising: it is left out when it is no more than this of its source and of its
   * target, a source that lies in one target but for such a share counts as nested, and areas may overlap by it. Default 1e-9,
   * the rounding of areas; maps of different surveys need 0.001 to 0.02.
   */
  sliver?: number;
}

/** Shares of sources, to be used for any number of columns. */
export interface Split {
  sourceCount: number;
  targetCount: number;
  /** Source of each share. */
  sources: Uint32Array;
  targets: Uint32Array;
  /** Share of the source that goes to the target, above 0. */
  shares: Float64Array;
  /** Position in SPLIT_METHODS of each share. */
  methods: Uint8Array;
  /** What the area of a source divided by area was divided by; null where no area was used. */
  denominator: Overlay['denominator'] | null;
  /** Share of each source that goes to no target. */
  outside: Float64Array;
  /** Share of each target's area that sources cover, 0 to 1; null where areas are not known. */
  coverage: Float64Array | null;
}

const DEFAULT_SLIVER = 1e-9;

/** Covered areas of an overlay. */
export interface Covered {
  sliver: number;
  /** Share of each target that sources cover, slivers included, 0 to 1. */
  coverage: Float64Array;
  /** By source the targets it meets and the areas, pieces added up, without slivers. */
  parts: (readonly [target: number, area: number])[][];
}

/**
 * Check an overlay, add up its pieces and leave out slivers.
 *
 * @throws RangeError for lists of unequal length, a source or target that does not exist, a weight that is negative or not
 *   finite, an area that is not positive and finite, a sliver outside 0 to 0.5, and areas that overlap among themselves: sources
 *   that together cover more than a target, targets that cover more than a source
 */
export function checkOverlay(overlay: Overlay): Covered {
  const { sourceAreas, targetAreas, intersections, sliver = DEFAULT_SLIVER } = overlay;
  if (!(sliver >= 0 && sliver < 0.5))
    throw new RangeError(`Got a sliver of ${sliver}, expected 0 or more, below 0.5.`);
  checkAreas(sourceAreas, 'source');
  checkAreas(targetAreas, 'target');
  const areas = sumPieces(intersections, sourceAreas.length, targetAreas.length);
  const covered = new Float64Array(targetAreas.length);
  areas.forEach((row, s) => {
    let sum = 0;
    for (const [t, area] of row) {
      sum += area;
      covered[t]! += area;
    }
    refuseOverlap(sum / sourceAreas[s]!, sliver, 'targets', `source ${s}`);
  });
  const coverage = covered.map((area, t) => {
    refuseOverlap(area / targetAreas[t]!, sliver, 'sources', `target ${t}`);
    return Math.min(1, area / targetAreas[t]!);
  });
  const parts = areas.map((row, s) =>
    [...row].filter(([t, area]) => area > sliver * sourceAreas[s]! || area > sliver * targetAreas[t]!),
  );
  return { sliver, coverage, parts };
}

/**
 * Divide every source among the targets it meets. One that lies in a single target goes there whole, which is exact (`nested`).
 * Of the others, those with given weights w_st are divided by them, share = w_st / sum_t w_st (`given_weights`); the rest by
 * area, share = A_st / A_s (`by_area`), which assumes that people are spread evenly and is a last resort.
 *
 * @param given weights of one kind for all, such as residents at addresses; sources without any are divided by area
 * @throws RangeError as `checkOverlay`, and for given weights that do not fit it
 */
export function splitByOverlay(overlay: Overlay, given?: Crosswalk): Split {
  const { sourceAreas, targetAreas } = overlay;
  const { sliver, coverage, parts: partsOf } = checkOverlay(overlay);
  const weights = given && sumPieces(given, sourceAreas.length, targetAreas.length);
  const divisions = partsOf.map((parts, s) => {
    const own = sourceAreas[s]!;
    const covered = sumWeights(parts);
    const inside = covered >= (1 - sliver) * own;
    if (parts.length === 1 && inside) return { parts, whole: covered, method: 'nested' } as const;
    const weighted = divideByWeights(weights?.[s] ?? new Map());
    if (weighted.parts.length > 0) return weighted;
    const whole = overlay.denominator === 'covered' || inside ? covered : own;
    return { parts, whole, method: 'by_area' } as const;
  });
  return { ...packDivisions(divisions, targetAreas.length), denominator: overlay.denominator, coverage };
}

/**
 * Divide every source by given weights alone, such as an official key: share = w_st / sum_t w_st. A source with one target is
 * `nested`. Without areas nobody can tell whether sources overlap or cover a target, so the key must be complete.
 *
 * @throws RangeError as for the lists of `checkOverlay`
 */
export function splitByWeights(sourceCount: number, targetCount: number, given: Crosswalk): Split {
  const divisions = sumPieces(given, sourceCount, targetCount).map((row) => {
    const division = divideByWeights(row);
    return division.parts.length === 1 ? ({ ...division, method: 'nested' } as const) : division;
  });
  return { ...packDivisions(divisions, targetCount), denominator: null, coverage: null };
}

/** One source: weights by target, what they are shares of, and how they were found. */
interface Division {
  parts: readonly (readonly [target: number, weight: number])[];
  whole: number;
  method: (typeof SPLIT_METHODS)[number];
}

function divideByWeights(row: ReadonlyMap<number, number>): Division {
  const parts = [...row].filter(([, weight]) => weight > 0);
  return { parts, whole: sumWeights(parts), method: 'given_weights' };
}

function sumWeights(parts: Division['parts']): number {
  return parts.reduce((sum, [, weight]) => sum + weight, 0);
}

function packDivisions(
  divisions: readonly Division[],
  targetCount: number,
): Omit<Split, 'denominator' | 'coverage'> {
  const links = divisions.flatMap(({ parts, whole, method }, source) =>
    parts.map(([target, weight]) => ({ source, target, share: weight / whole, method })),
  );
  return {
    sourceCount: divisions.length,
    targetCount,
    sources: Uint32Array.from(links, ({ source }) => source),
    targets: Uint32Array.from(links, ({ target }) => target),
    shares: Float64Array.from(links, ({ share }) => share),
    methods: Uint8Array.from(links, ({ method }) => SPLIT_METHODS.indexOf(method)),
    outside: Float64Array.from(divisions, ({ parts, whole }) =>
      parts.length === 0 ? 1 : Math.max(0, 1 - sumWeights(parts) / whole),
    ),
  };
}

function sumPieces(
  { sources, targets, weights }: Crosswalk,
  sourceCount: number,
  targetCount: number,
): Map<number, number>[] {
  if (sources.length !== targets.length || sources.length !== weights.length) {
    throw new RangeError(
      `Got ${sources.length} sources, ${targets.length} targets and ${weights.length} weights, expected as many of each.`,
    );
  }
  const rows: Map<number, number>[] = Array.from({ length: sourceCount }, () => new Map());
  for (let part = 0; part < sources.length; part++) {
    const [s, t, weight] = [sources[part]!, targets[part]!, weights[part]!];
    if (s >= sourceCount) throw new RangeError(`Got source ${s} of ${sourceCount}.`);
    if (t >= targetCount) throw new RangeError(`Got target ${t} of ${targetCount}.`);
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new RangeError(`Got the weight ${weight} from ${s} to ${t}, expected a number of 0 or more.`);
    }
    rows[s]!.set(t, (rows[s]!.get(t) ?? 0) + weight);
  }
  return rows;
}

function checkAreas(areas: Float64Array, kind: string): void {
  areas.forEach((area, unit) => {
    if (!(area > 0 && Number.isFinite(area))) {
      throw new RangeError(`Got the area ${area} for ${kind} ${unit}, expected a number above 0.`);
    }
  });
}

function refuseOverlap(share: number, sliver: number, covering: string, unit: string): void {
  if (share > 1 + Math.max(sliver, DEFAULT_SLIVER)) {
    throw new RangeError(
      `Got ${covering} that cover ${share} of ${unit}, expected at most 1: ${covering} overlap.`,
    );
  }
}
