import t from 'tap';

interface Indicator {
  polarity: -1 | 0 | 1;
  categories: { value: number; label: string }[];
}
interface Classes {
  classes: { colour: string; label: string | null; from: number; to: number; count: number }[];
  classOf(value: number): number;
}
type Classify = (values: number[], indicator: Indicator) => Classes;

// A module of the browser without types: its address is not static, so that the type check lets it pass.
const address = new URL('../../src/atlas/page/classify.js', import.meta.url).href;
const { classify } = (await import(address)) as { classify: Classify };

const context: Indicator = { polarity: 0, categories: [] };

t.test('five classes of the same size where values differ', async (t) => {
  const values = Array.from({ length: 100 }, (_, index) => (index * 37) % 100);
  const { classes, classOf } = classify(values, context);
  t.same(
    classes.map(({ from, to, count }) => [from, to, count]),
    [
      [0, 19, 20],
      [20, 39, 20],
      [40, 59, 20],
      [60, 79, 20],
      [80, 99, 20],
    ],
  );
  for (const value of values) t.equal(classOf(value), Math.floor(value / 20));
});

t.test('ties stay together, every value has a class, counts add up', async (t) => {
  const cases: [string, number[], number][] = [
    ['all equal', [3, 3, 3, 3, 3, 3], 1],
    ['mostly zero', [0, 0, 0, 0, 0, 0, 0, 1, 2, 9], 3],
    ['one value', [7], 1],
    ['three values', [1, 2, 3], 3],
    ['none', [], 0],
  ];
  for (const [name, values, count] of cases) {
    const { classes, classOf } = classify(values, context);
    t.equal(classes.length, count, name);
    t.equal(
      classes.reduce((sum, entry) => sum + entry.count, 0),
      values.length,
    );
    for (const value of values) {
      const entry = classes[classOf(value)]!;
      t.ok(entry.from <= value && value <= entry.to, `${name}: ${value}`);
    }
  }
});

t.test('categories are classes of their own, also empty ones', async (t) => {
  const categories = [
    { value: 3, label: 'niedrig' },
    { value: 1, label: 'hoch' },
    { value: 2, label: 'mittel' },
  ];
  const { classes, classOf } = classify([1, 1, 3], { polarity: -1, categories });
  t.same(
    classes.map(({ label, count }) => [label, count]),
    [
      ['hoch', 2],
      ['mittel', 0],
      ['niedrig', 1],
    ],
  );
  t.equal(classOf(2), 1);
});

t.test('every ramp darkens evenly, so that it works without colour vision', async (t) => {
  const values = [1, 2, 3, 4, 5];
  for (const polarity of [-1, 0, 1] as const) {
    const lightness = classify(values, { polarity, categories: [] }).classes.map(({ colour }) =>
      lightnessOf(colour),
    );
    for (let index = 1; index < lightness.length; index++) {
      t.ok(
        lightness[index - 1]! - lightness[index]! > 10,
        `polarity ${polarity}: ${lightness.map(Math.round)}`,
      );
    }
  }
});

/** CIE L* of an sRGB colour, 0 black to 100 white. */
function lightnessOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return luminance <= 0.008856 ? 903.3 * luminance : 116 * Math.cbrt(luminance) - 16;
}
