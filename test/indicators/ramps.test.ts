import t from 'tap';
import { toHex } from '../../src/indicators/oklab.ts';
import { divergingRamp, sequentialRamp, statusDynamicsRamp } from '../../src/indicators/ramps.ts';
import { MISSING_COLOUR } from '../../src/styles/missing.ts';

type Triple = [number, number, number];

/**
 * Linear sRGB as people see it who lack one kind of cone: Machado, Oliveira & Fernandes 2009
 * (doi:10.1109/TVCG.2009.113), severity 1.0.
 */
const VISIONS: Record<string, readonly Triple[]> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Distances in OKLab: 0.02 is just noticeable side by side; on a map, apart and small, it takes more. */
const APART = 0.055;

for (const [vision, matrix] of Object.entries(VISIONS)) {
  t.test(`classes can be told apart with ${vision}`, async (t) => {
    for (const polarity of [-1, 0, 1] as const) {
      for (let classes = 2; classes <= 9; classes++) {
        check(t, `${polarity} ${classes}`, sequentialRamp(classes, polarity), matrix);
      }
      for (const [below, middle, above] of [
        [2, true, 2],
        [2, false, 2],
        [1, false, 1],
        [1, true, 3],
        [4, true, 4],
      ] as const) {
        const colours = divergingRamp(below, middle, above, polarity);
        t.equal(colours.length, below + above + (middle ? 1 : 0));
        check(t, `${polarity} ${below} ${above}`, colours, matrix);
      }
    }
    check(t, 'status and dynamics', statusDynamicsRamp(4), matrix);
  });
}

t.test('what is more of a problem is darker, and context is not warm', async (t) => {
  const lightness = (colours: string[]): number[] => colours.map((colour) => toLab(linear(colour))[0]);
  const falling = lightness(sequentialRamp(7, -1));
  t.strictSame(sequentialRamp(7, 1), sequentialRamp(7, -1).reverse());
  for (let i = 1; i < 7; i++) t.ok(Math.abs(falling[i - 1]! - falling[i]! - 0.1) < 0.01, 'even steps');
  for (const colour of sequentialRamp(7, 0)) t.ok(toLab(linear(colour))[2] < 0, `${colour} is bluish`);
  for (const colour of sequentialRamp(7, -1)) t.ok(toLab(linear(colour))[2] > 0, `${colour} is warm`);
});

t.test('the problem side of a middle is warm, whichever it is', async (t) => {
  const warmth = (colours: string[]): number[] =>
    colours.map((colour) => Math.sign(toLab(linear(colour))[2]));
  t.strictSame(warmth(divergingRamp(1, false, 1, -1)), [-1, 1]);
  t.strictSame(warmth(divergingRamp(1, false, 1, 1)), [1, -1]);
});

t.test('missing districts are grey, unlike every class of a ramp', async (t) => {
  const [lightness, a, b] = toLab(linear(MISSING_COLOUR));
  t.ok(Math.hypot(a, b) < 0.01 && lightness > 0.85);
  for (const polarity of [-1, 0, 1] as const) {
    for (const colour of [...sequentialRamp(5, polarity), ...divergingRamp(2, true, 2, polarity)]) {
      t.ok(distance(toLab(linear(colour)), [lightness, a, b]) > 0.05, `${colour} against ${MISSING_COLOUR}`);
    }
  }
});

/** Golden values: the corners of sRGB in OKLCH, as CSS Color 4 lists them. */
for (const [colour, want] of [
  [{ lightness: 1, chroma: 0, hue: 0 }, '#ffffff'],
  [{ lightness: 0, chroma: 0, hue: 0 }, '#000000'],
  [{ lightness: 0.627955, chroma: 0.257683, hue: 29.2339 }, '#ff0000'],
  [{ lightness: 0.86644, chroma: 0.294827, hue: 142.4953 }, '#00ff00'],
  [{ lightness: 0.452014, chroma: 0.313214, hue: 264.052 }, '#0000ff'],
] as const) {
  t.test(`${want} in OKLCH`, async (t) => {
    t.equal(toHex(colour), want);
  });
}

t.test('a colour that screens cannot show keeps its lightness and hue', async (t) => {
  const [lightness, a, b] = toLab(linear(toHex({ lightness: 0.6, chroma: 0.4, hue: 200 })));
  t.ok(Math.abs(lightness - 0.6) < 0.005, `${lightness}`);
  const hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  t.ok(Math.abs(hue - 200) < 2, `${hue}`);
});

interface Asserting {
  ok(condition: boolean, message: string): unknown;
}

/** Every two colours are far enough apart. */
function check(t: Asserting, name: string, colours: string[], matrix: readonly Triple[]): void {
  const seen = colours.map((colour) => toLab(through(matrix, linear(colour))));
  const distances = seen.flatMap((one, i) => seen.slice(i + 1).map((other) => distance(one, other)));
  const least = Math.min(...distances);
  t.ok(least >= APART, `${name}: ${colours.join(' ')}, ${least.toFixed(3)} apart`);
}

function linear(colour: string): Triple {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

function through(matrix: readonly Triple[], [r, g, b]: Triple): Triple {
  return matrix.map(([x, y, z]) => Math.min(1, Math.max(0, x * r + y * g + z * b))) as Triple;
}

/** Linear sRGB to OKLab, by Ottosson's matrices in the other direction. */
function toLab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(...one.map((value, i) => value - other[i]!));
}
