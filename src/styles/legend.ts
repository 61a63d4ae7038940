/** The legend of a choropleth: classes with limits, colours, words and counts, and each kind of missing value. */
import { classColours, coloursAround } from '../indicators/class-colours.ts';
import type { CategoryEntry, Polarity } from '../indicators/indicator.ts';
import type { NumberColumn, TextColumn } from '../indicators/joined-column.ts';
import { sequentialRamp } from '../indicators/ramps.ts';
import type { Label } from '../label.ts';
import { type Breaks, findBreaks } from '../stats/classes/breaks.ts';
import { MISSING_COLOUR, MISSING_LABELS, MISSING_STATUSES, type MissingStatus } from './missing.ts';
import { patternOf } from './sprite.ts';

/** A class: above `lower`, up to `upper`; the lowest class has its lower limit in it. */
export interface LegendClass {
  lower: number;
  upper: number;
  colour: string;
  label: Label;
  /** Districts in it. */
  count: number;
}

/** Districts without a value. */
export interface LegendGap {
  /** Null where both values of a change are there in other districts only. */
  status: MissingStatus | null;
  colour: string;
  /** Image of the sprite drawn over the colour. */
  pattern: string | null;
  label: Label;
  count: number;
}

/** A legend. */
export interface Legend {
  /** As in the parameter `classification`; `categories` for the indicator's own classes, `symmetric` for changes. */
  method: string;
  /** From the lowest; empty where no district has a value. */
  classes: LegendClass[];
  missing: LegendGap[];
}

/** What is shown of an indicator. */
export interface Shown {
  /** Its values, or their changes. */
  numbers: NumberColumn;
  status: TextColumn;
  polarity: Polarity;
  decimals: number;
}

/** The indicator's own classes. @param categories with whole numbers as values */
export function categoryLegend(shown: Shown, categories: readonly CategoryEntry[]): Legend {
  const sorted = [...categories].sort((a, b) => a.value - b.value);
  const colours = sequentialRamp(sorted.length, shown.polarity);
  const classes = sorted.map(
    ({ value, label }, i): LegendClass => ({
      lower: value,
      upper: value,
      colour: colours[i]!,
      label,
      count: shown.numbers.values.reduce((count, each) => count + (each === value ? 1 : 0), 0),
    }),
  );
  return { method: 'categories', classes, missing: findGaps(shown) };
}

/** Classes that were found from the values. @param classified the indicator's column of the measure class */
export function breakLegend(shown: Shown, classified: NumberColumn): Legend {
  const { classification, breaks, counts } = classified.classes!;
  const colours = classColours(classified.classes!, shown.polarity);
  return {
    method: classification.text,
    classes: makeClasses(shown, breaks, counts, colours),
    missing: findGaps(shown),
  };
}

/** Thirds of the changes by size, downwards and upwards: five classes, the middle one across no change. */
const SIZES = 3;

/** Classes of changes, symmetric around no change. */
export function changeLegend(shown: Shown): Legend {
  const changes = shown.numbers.values;
  const sizes = findBreaks(changes.map(Math.abs), { kind: 'quantile', classes: SIZES });
  const outwards = sizes.status === 'no_values' ? [] : [...sizes.limits].filter((limit) => limit > 0);
  const limits = [...outwards.map((limit) => -limit).reverse(), ...outwards];
  const breaks = findBreaks(changes, { kind: 'fixed', limits });
  const counts = Array.from({ length: limits.length + 1 }, (_, i) =>
    changes.reduce(
      (count, change) =>
        count + (change > (limits[i - 1] ?? -Infinity) && change <= (limits[i] ?? Infinity) ? 1 : 0),
      0,
    ),
  );
  const colours = coloursAround(limits, 0, shown.polarity);
  return {
    method: 'symmetric',
    classes: makeClasses(shown, breaks, counts, colours),
    missing: findGaps(shown),
  };
}

function makeClasses(
  shown: Shown,
  breaks: Breaks,
  counts: readonly number[],
  colours: readonly string[],
): LegendClass[] {
  if (breaks.status === 'no_values') return [];
  const limits = [...breaks.limits];
  // Fixed limits may lie beyond the values.
  const edges = [Math.min(breaks.minimum, ...limits), ...limits, Math.max(breaks.maximum, ...limits)];
  const words = wordsFor(edges, shown.decimals);
  return colours.map((colour, i) => ({
    lower: edges[i]!,
    upper: edges[i + 1]!,
    colour,
    label: {
      de: i === 0 ? `${words.de[0]} bis ${words.de[1]}` : `über ${words.de[i]} bis ${words.de[i + 1]}`,
      en: i === 0 ? `${words.en[0]} to ${words.en[1]}` : `over ${words.en[i]} to ${words.en[i + 1]}`,
    },
    count: counts[i]!,
  }));
}

/** Most digits behind the comma that keep limits apart. */
const MOST_DIGITS = 6;

/** Limits as people read them: rounded to the indicator's digits, and more where two would look the same. */
function wordsFor(edges: readonly number[], decimals: number): { de: string[]; en: string[] } {
  const print = (locale: string, digits: number): string[] => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    // Adding 0 turns -0 into 0.
    return edges.map((edge) => format.format(edge + 0));
  };
  let digits = decimals;
  const different = new Set(edges).size;
  while (digits < MOST_DIGITS && new Set(print('en', digits)).size < different) digits++;
  return { de: print('de', digits), en: print('en', digits) };
}

/** What is missing and how often. All statuses are there, since other periods may have them. */
function findGaps({ numbers, status }: Shown): LegendGap[] {
  const count = (wanted: string | null): number =>
    numbers.values.reduce((sum, value, i) => {
      const text = status.texts[status.codes[i]!];
      const own = MISSING_STATUSES.find((each) => each === text) ?? null;
      return sum + (Number.isNaN(value) && own === wanted ? 1 : 0);
    }, 0);
  const gaps = MISSING_STATUSES.map(
    (each): LegendGap => ({
      status: each,
      colour: MISSING_COLOUR,
      pattern: patternOf(each),
      label: MISSING_LABELS[each],
      count: count(each),
    }),
  );
  const uncompared = count(null);
  if (uncompared === 0) return gaps;
  const label = { de: 'ohne Vergleichswert', en: 'nothing to compare with' };
  return [...gaps, { status: null, colour: MISSING_COLOUR, pattern: null, label, count: uncompared }];
}
