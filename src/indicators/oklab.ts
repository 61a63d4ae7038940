/** Colours in OKLCH, the polar form of OKLab (Ottosson 2020, https://bottosson.github.io/posts/oklab/), and in sRGB. */

/** A colour. */
export interface Oklch {
  /** Perceived lightness, 0 to 1. */
  lightness: number;
  /** Distance from grey, 0 to some 0.3. */
  chroma: number;
  /** Degrees: 30 red, 90 yellow, 145 green, 265 blue, 310 violet. */
  hue: number;
}

/** Steps of halving in the search for a chroma that screens can show: exact to 1 in 65,536. */
const HALVINGS = 16;

/** Less than what 8 bits can tell apart; the matrices are rounded. */
const TOLERANCE = 1e-4;

/**
 * The colour as `#rrggbb`. A chroma that sRGB can't show is lowered until it can, which keeps lightness and hue.
 */
export function toHex(colour: Oklch): string {
  return `#${toLinear(intoGamut(colour))
    .map((part) =>
      Math.round(255 * compand(Math.min(1, Math.max(0, part))))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function intoGamut(colour: Oklch): Oklch {
  if (isShown(colour)) return colour;
  let [low, high] = [0, colour.chroma];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (isShown({ ...colour, chroma: middle })) low = middle;
    else high = middle;
  }
  return { ...colour, chroma: low };
}

function isShown(colour: Oklch): boolean {
  return toLinear(colour).every((part) => part >= -TOLERANCE && part <= 1 + TOLERANCE);
}

/** Linear red, green and blue; below 0 or above 1 outside of sRGB. */
function toLinear({ lightness, chroma, hue }: Oklch): [number, number, number] {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Linear light to the stored value of sRGB (IEC 61966-2-1). */
function compand(part: number): number {
  return part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055;
}
