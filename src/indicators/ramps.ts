/**
 * Colours of classes. Steps of lightness are even, so that classes can be told apart without colour vision, in print and on bad
 * projectors; hues lie where red-green blindness leaves them different (warm against blue).
 *
 *     polarity −1   light ────────▶ dark      more is more of a problem
 *     polarity +1   dark  ────────▶ light     less is more of a problem
 *     polarity  0   light ────────▶ dark      in a neutral hue: context is never a problem
 */
import type { Polarity } from './indicator.ts';
import { toHex } from './oklab.ts';

/** Warm, from yellow to a dark red, for what may be a problem. */
const PROBLEM = { from: 88, to: 28, chroma: 0.15 };
/** A bluish violet for what is neither good nor bad. */
const CONTEXT = { from: 290, to: 280, chroma: 0.1 };

/** Lightness of the first and the last class of a ramp. */
const LIGHT = 0.94;
const DARK = 0.34;

/** Hues of both sides of a middle, the problem's and the other; and those of context, below and above the middle. */
const SIDES = { problem: 45, relief: 250, below: 225, above: 105 };
/** Neither side; yellowish, since grey means that there is no value. */
const MIDDLE = { lightness: 0.965, chroma: 0.03, hue: 95 };
const SIDE_CHROMA = 0.14;
const SIDE_DARK = 0.44;

/**
 * Colours of classes from the lowest to the highest, where one end is more of a problem or just more.
 * @param classes 1 or more
 */
export function sequentialRamp(classes: number, polarity: Polarity): string[] {
  const { from, to, chroma } = polarity === 0 ? CONTEXT : PROBLEM;
  const colours = Array.from({ length: classes }, (_, i) => {
    const place = classes === 1 ? 0.5 : i / (classes - 1);
    return toHex({
      lightness: LIGHT + place * (DARK - LIGHT),
      // Least at both ends, since very light and very dark colours have little of it.
      chroma: chroma * Math.sin(Math.PI * (0.12 + 0.68 * place)),
      hue: from + place * (to - from),
    });
  });
  return polarity === 1 ? colours.reverse() : colours;
}

/**
 * Colours of classes on both sides of a middle: darker is farther from it.
 * @param below classes below the middle
 * @param middle whether a class lies across it
 * @param above classes above the middle
 */
export function divergingRamp(below: number, middle: boolean, above: number, polarity: Polarity): string[] {
  const [under, over] =
    polarity === 0
      ? [SIDES.below, SIDES.above]
      : polarity === -1
        ? [SIDES.relief, SIDES.problem]
        : [SIDES.problem, SIDES.relief];
  const steps = Math.max(below, above);
  const shade = (hue: number, step: number): string => {
    // Without a class across the middle, the first ones beside it must differ from each other.
    const part = middle ? step / steps : (step - 0.5) / (steps - 0.5 || 0.5);
    return toHex({
      lightness: LIGHT + part * (SIDE_DARK - LIGHT),
      chroma: SIDE_CHROMA * Math.min(1, 1.6 * part),
      hue,
    });
  };
  return [
    ...Array.from({ length: below }, (_, i) => shade(under, below - i)),
    ...(middle ? [toHex(MIDDLE)] : []),
    ...Array.from({ length: above }, (_, i) => shade(over, i + 1)),
  ];
}

/**
 * Colours of two scales side by side, row by row: the hue says how the second moved (relief, neither, problem), the lightness falls
 * through all classes, so that neither print nor colour blindness takes the order away.
 *
 *     row 1   blue ○  yellowish ○  warm ○      light
 *     row 4   blue ●  yellowish ●  warm ●      dark
 *
 * @param rows steps of the first scale, least of a problem first; each has three columns
 */
export function statusDynamicsRamp(rows: number): string[] {
  const last = 3 * rows - 1;
  const hues = [SIDES.relief, MIDDLE.hue, SIDES.problem];
  return Array.from({ length: last + 1 }, (_, i) =>
    toHex({
      lightness: LIGHT + (i / last) * (DARK - LIGHT),
      chroma: i % 3 === 1 ? 1.5 * MIDDLE.chroma : SIDE_CHROMA,
      hue: hues[i % 3]!,
    }),
  );
}
