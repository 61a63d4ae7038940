/** The sprite of all styles: the patterns of missing values side by side, drawn once. */
import { MISSING_STATUSES, type MissingStatus, PATTERN_COLOUR, PATTERNS } from './missing.ts';
import { encodePng } from './png.ts';

/** Where an image lies in the sprite. */
interface SpriteImage {
  x: number;
  y: number;
  width: number;
  height: number;
  pixelRatio: PixelRatio;
}

/** Pixels of the image for one of the screen. */
type PixelRatio = 1 | 2;

/** Side of a pattern in pixels of the screen. */
const SIDE = 16;

/** Points per pixel and direction whose share is its opacity. */
const SAMPLES = 4;

/** Name of a status' pattern in the sprite. */
export function patternOf(status: MissingStatus): string {
  return `missing-${status}`;
}

/** Where the patterns lie. */
export function spriteIndex(pixelRatio: PixelRatio): Record<string, SpriteImage> {
  const side = SIDE * pixelRatio;
  return Object.fromEntries(
    MISSING_STATUSES.map((status, i) => [
      patternOf(status),
      { x: i * side, y: 0, width: side, height: side, pixelRatio },
    ]),
  );
}

/** The image as PNG. */
export function spriteImage(pixelRatio: PixelRatio): Buffer {
  const side = SIDE * pixelRatio;
  const width = side * MISSING_STATUSES.length;
  const pixels = new Uint8Array(width * side * 4);
  const colour = [1, 3, 5].map((at) => Number.parseInt(PATTERN_COLOUR.slice(at, at + 2), 16));
  MISSING_STATUSES.forEach((status, i) => {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const opacity = Math.round(255 * shareOn(PATTERNS[status], x, y, side));
        pixels.set([...colour, opacity], 4 * (y * width + i * side + x));
      }
    }
  });
  return encodePng(width, side, pixels);
}

/** Share of a pixel's points that lie on the pattern. */
function shareOn(isOn: (x: number, y: number) => boolean, x: number, y: number, side: number): number {
  let on = 0;
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const [dx, dy] = [((i % SAMPLES) + 0.5) / SAMPLES, (Math.floor(i / SAMPLES) + 0.5) / SAMPLES];
    if (isOn((x + dx) / side, (y + dy) / side)) on++;
  }
  return on / SAMPLES ** 2;
}
