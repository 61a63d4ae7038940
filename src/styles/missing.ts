/** How districts without a value are drawn: grey, with a pattern that says why. */
import type { Label } from '../label.ts';

/** Statuses without a value. */
export const MISSING_STATUSES = ['suppressed', 'not_assessed', 'not_available', 'not_applicable'] as const;

/** One of them. */
export type MissingStatus = (typeof MISSING_STATUSES)[number];

/** Ground of every district without a value. */
export const MISSING_COLOUR = '#dcdcd9';

/** Colour of the patterns on it. */
export const PATTERN_COLOUR = '#8d8d88';

/** What a legend calls them. */
export const MISSING_LABELS: Record<MissingStatus, Label> = {
  suppressed: { de: 'geheim gehalten', en: 'suppressed' },
  not_assessed: { de: 'nicht bewertet', en: 'not assessed' },
  not_available: { de: 'nicht verfügbar', en: 'not available' },
  not_applicable: { de: 'nicht anwendbar', en: 'not applicable' },
};

/**
 * Whether a point lies on a status' pattern, which repeats in both directions.
 * @param x 0 to 1 through the pattern from the left, y from the top
 */
export const PATTERNS: Record<MissingStatus, (x: number, y: number) => boolean> = {
  // ╱ ╱
  suppressed: (x, y) => fraction(2 * (x + y)) < 0.24,
  // ╲ ╲
  not_assessed: (x, y) => fraction(2 * (x - y)) < 0.24,
  // · ·
  not_available: (x, y) => Math.hypot(fraction(2 * x) - 0.5, fraction(2 * y) - 0.5) < 0.22,
  // ── ──
  not_applicable: (_, y) => fraction(2 * y) < 0.2,
};

function fraction(number: number): number {
  return number - Math.floor(number);
}
