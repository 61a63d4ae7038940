import t from 'tap';
import { type Told, tellIndex } from '../../src/indices/sentences.ts';

const PART = {
  indicator: 'pov_child',
  label: 'Kinderarmut',
  unit: 'percent',
  polarity: -1,
  weight: 1,
  value: 25.04,
  mean: 18,
  score: 1.5,
  contribution: 1.004,
  share: 1,
  rank: 3,
  status: 'ok',
  period: '2024',
  periodValue: 25.04,
  earlierPeriod: null,
  earlierValue: null,
  numerator: null,
  denominator: null,
} as const;

function told(rated: Partial<NonNullable<Told['rated']>> | null, reason: string | null = null): Told {
  const base = {
    value: 1.004,
    classLabel: 'niedrig',
    standsOut: true,
    rank: 3,
    of: 60,
    contributions: [PART],
    border: null,
  };
  return {
    district: 'Nordstadt',
    key: '01',
    index: 'Status',
    period: '2024',
    reason,
    rated: rated && { ...base, ...rated },
  };
}

const border = { classLabel: 'mittel', side: 'below' as const, distance: 0.004, borderline: true };

for (const [name, given, german, english] of [
  [
    'what stands out',
    told({}),
    'Nordstadt (01) hat im Index „Status“ 2024 den Wert 1,00, Klasse „niedrig“, und ist damit auffällig (Rang 3 von 60, Rang 1 ist der höchste Wert). Der Wert setzt sich zusammen aus Kinderarmut +1,00 (25,04; Mittel 18,00).',
    'Nordstadt (01) has the value 1.00 in the index “Status” 2024, class “niedrig”, and stands out (rank 3 of 60, rank 1 is the highest value). The value is made of Kinderarmut +1.00 (25.04; mean 18.00).',
  ],
  [
    'the edge of a class',
    told({ border }),
    /Bis zur Klasse „mittel“ fehlen 0,0040 nach unten: das ist weniger, als zwei Nachkommastellen zeigen; die Klasse steht auf der Kante\.$/,
    /The class “mittel” is 0\.0040 below: less than two decimals show; the class is on the edge\.$/,
  ],
  [
    'a distance of some size',
    told({ standsOut: false, border: { ...border, distance: 0.3, borderline: false, side: 'above' } }),
    /nicht auffällig .*fehlen 0,30 nach oben\.$/,
    /does not stand out .*is 0\.30 above\.$/,
  ],
  [
    'a value exactly at a limit',
    told({ border: { ...border, distance: 0 } }),
    /fehlen 0,00 /,
    /is 0\.00 below/,
  ],
  [
    'a tiny distance',
    told({ border: { ...border, distance: 1.3e-7 } }),
    /fehlen 0,00000013 /,
    /is 0\.00000013 /,
  ],
  ['a negative value', told({ value: -1.5 }), /den Wert −1,50/, /the value −1\.50/],
  ['no negative zero', told({ value: -0.001 }), /den Wert 0,00/, /the value 0\.00/],
  [
    'a gap',
    told({ contributions: [{ ...PART, value: null, contribution: null, score: null }] }),
    /aus Kinderarmut \(keine Angabe\)/,
    /of Kinderarmut \(no value\)/,
  ],
  [
    'a district that is not rated',
    told(null, 'zu klein'),
    'Nordstadt (01) ist im Index „Status“ 2024 nicht bewertet: zu klein.',
    'Nordstadt (01) is not assessed in the index “Status” 2024: zu klein.',
  ],
] as [string, Told, string | RegExp, string | RegExp][]) {
  t.test(`sentences tell ${name}`, async (t) => {
    t.match(tellIndex(given, 'de'), german);
    t.match(tellIndex(given, 'en'), english);
  });
}
