/** What an index computes, in words: scores, weights, gaps, which districts are rated, classes with their ties, reference. */
import { type IndexDefinition, nameOf, type VersionedIndex } from './index-method.ts';

/** The computation of one version in one sentence. */
export function wordMethod({ kind, definition }: VersionedIndex): string {
  if (kind === 'composite') return wordComposite(definition);
  return `Classes of ${definition.status} and ${definition.dynamics} side by side; value is the number of the class`;
}

function wordComposite(definition: IndexDefinition): string {
  const { method, indicators, reference } = definition;
  const { scoring, rescale, minimumPresent } = method;
  return [
    wordScores(method),
    scoring === 'pca' ? 'summed' : wordWeights(indicators),
    rescale
      ? `sums brought to mean ${rescale.mean} and ${rescale.spread ?? 'population'} deviation ${rescale.deviation}`
      : 'sums used as they are',
    minimumPresent === undefined
      ? 'rated where every indicator is present'
      : `rated with ${minimumPresent} of ${indicators.length} indicators or more, a gap counts as the mean of the others`,
    ...wordAreas(definition),
    wordClasses(definition),
    reference ? `against ${reference.period} (frozen)` : 'relative to the districts of the same period',
  ].join('; ');
}

function wordScores({ scoring, spread = 'population', points = 5 }: IndexDefinition['method']): string {
  const scores: Record<typeof scoring, string> = {
    z: `z-scores with the ${spread} deviation over the rated districts, unweighted`,
    'min-max': 'values scaled from 0 (least) to 1 (most) over the rated districts',
    rank: 'mean ranks divided by the number of rated districts',
    points: `1 to ${points} points by quantiles (type 7, right-closed)`,
    exponential: 'ranks R transformed by -23 ln(1 - R (1 - exp(-100 / 23)))',
    pca: `z-scores with the ${spread} deviation, weighted by the first principal component (its sign so that the loadings sum to a positive number)`,
  };
  return scores[scoring];
}

function wordWeights(indicators: IndexDefinition['indicators']): string {
  const weights = indicators.map(({ weight = 1 }) => weight);
  if (new Set(weights).size === 1) return 'summed with equal weights';
  return `summed with the weights ${indicators.map((part, j) => `${nameOf(part)} ${weights[j]}`).join(', ')}`;
}

/** Which districts are left out, and why. */
function wordAreas({ areas }: IndexDefinition): string[] {
  const { minimum, exclusions = [] } = areas ?? {};
  return [
    ...(minimum ? [`rated from ${minimum.least} of ${minimum.indicator} on (${minimum.reason.code})`] : []),
    ...exclusions.map(
      ({ collection, districts, reason }) =>
        `${collection} ${districts.join(', ')} left out (${reason.code})`,
    ),
  ];
}

/** A value at a limit belongs to one of its sides. */
function wordClasses({ classes: { kind, limits = [], count, closed = 'right' } }: IndexDefinition): string {
  if (kind !== 'limits') return `${count} classes by ${kind}, ${closed}-closed`;
  const sides = limits.map(({ value, tie }) => `${value} (itself ${tie})`);
  return `classes by the limits ${sides.join(', ')}`;
}
