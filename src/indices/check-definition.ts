/** Checks what the contract's schema cannot: that the parts of a definition fit together and to each other. */
import type { ProblemItem } from '../problem.ts';
import { countClasses, type IndexDefinition, nameOf } from './index-method.ts';

type Note = (field: string, got: string, expected: string) => void;

/**
 * Looks at a definition by itself.
 * @param definition one that the schema accepts
 * @param pointer where it stands, in front of every field
 * @returns what is wrong with it; nothing where it can be used
 */
export function checkDefinition(definition: IndexDefinition, pointer: string): ProblemItem[] {
  const items: ProblemItem[] = [];
  const note: Note = (field, got, expected) =>
    items.push({ code: 'index_invalid', field: `${pointer}${field}`, got, expected });
  checkMethod(definition, note);
  checkParts(definition, note);
  checkClasses(definition, note);
  return items;
}

function checkMethod({ method, indicators, leastIndicators }: IndexDefinition, note: Note): void {
  const { scoring, spread, points, minimumPresent } = method;
  if (points !== undefined && scoring !== 'points')
    note('/method/points', `points with ${scoring}`, 'scoring points, or no points');
  if (spread !== undefined && scoring !== 'z' && scoring !== 'pca')
    note('/method/spread', `a spread with ${scoring}`, 'scoring z or pca, or no spread');
  if (minimumPresent !== undefined && scoring === 'pca')
    note('/method/minimumPresent', 'gaps with pca', 'every indicator required: leave it out');
  const most = indicators.length;
  if (minimumPresent !== undefined && minimumPresent > most)
    note('/method/minimumPresent', String(minimumPresent), `1 to ${most} indicators`);
  if (leastIndicators !== undefined && leastIndicators > most)
    note('/leastIndicators', String(leastIndicators), `1 to ${most} indicators`);
}

function checkParts({ indicators, method, reference }: IndexDefinition, note: Note): void {
  const seen = new Set<string>();
  for (const [j, part] of indicators.entries()) {
    const at = `/indicators/${j}`;
    if (seen.has(nameOf(part))) note(`${at}/indicator`, `${nameOf(part)} twice`, 'each indicator once');
    seen.add(nameOf(part));
    if (method.scoring === 'pca' && part.weight !== undefined && part.weight !== 1)
      note(`${at}/weight`, String(part.weight), 'no weight: pca finds the weights');
    if (part.from !== undefined && part.until !== undefined && part.from > part.until)
      note(`${at}/from`, `${part.from} after ${part.until}`, 'a year up to `until`');
  }
  if (!reference) return;
  if (['rank', 'points', 'exponential'].includes(method.scoring))
    note(
      '/reference',
      `a frozen reference with ${method.scoring}`,
      'none: ranks are those of the districts at hand',
    );
}

function checkClasses(definition: IndexDefinition, note: Note): void {
  const { kind, limits, count, closed, labels } = definition.classes;
  const given = kind === 'limits';
  if (given !== (limits !== undefined))
    note('/classes/limits', limits ? `limits with ${kind}` : 'nothing', given ? 'limits' : 'no limits');
  if (given === (count !== undefined))
    note(
      '/classes/count',
      count ? `count with ${kind}` : 'nothing',
      given ? 'no count' : 'a number of classes',
    );
  if (given && closed !== undefined) note('/classes/closed', closed, 'nothing: each limit has its tie');
  for (const [j, limit] of (limits ?? []).entries()) {
    const before = limits![j - 1];
    if (before && before.value >= limit.value)
      note(`/classes/limits/${j}/value`, String(limit.value), `more than ${before.value}`);
  }
  if (!labels || given !== (limits !== undefined) || given === (count !== undefined)) return;
  const classes = countClasses(definition);
  if (labels.length !== classes)
    note('/classes/labels', `${labels.length} labels`, `one for each of the ${classes} classes`);
  const codes = labels.map(({ code }) => code);
  const twice = codes.find((code, k) => codes.indexOf(code) !== k);
  if (twice !== undefined) note('/classes/labels', `${twice} twice`, 'each code once');
}
