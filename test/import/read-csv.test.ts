import fc from 'fast-check';
import t from 'tap';
import { collectFindings } from '../../src/import/findings.ts';
import { readCsv } from '../../src/import/read-csv.ts';

function read(text: string, delimiter = ',', commentChar?: string) {
  const findings = collectFindings();
  const dialect = { delimiter, ...(commentChar ? { commentChar } : {}) };
  const table = readCsv(text, dialect, ['a'], 'x.csv', findings);
  findings.finish();
  return { rows: table?.rows, lines: [...(table?.lines ?? [])] };
}

const CASES: [string, string, { rows: string[][]; lines: number[] }][] = [
  [
    'line feeds',
    'a,b\n1,2\n3,4\n',
    {
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      lines: [2, 3],
    },
  ],
  [
    'carriage returns and line feeds',
    'a,b\r\n1,2\r\n3,4',
    {
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      lines: [2, 3],
    },
  ],
  [
    'old line ends',
    'a,b\r1,2\r3,4\r',
    {
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      lines: [2, 3],
    },
  ],
  [
    'a newline in quotes',
    'a,b\r\n1,"x\r\ny\nz"\r\n3,4',
    {
      rows: [
        ['1', 'x\ny\nz'],
        ['3', '4'],
      ],
      lines: [2, 5],
    },
  ],
  ['a newline in the header', '"a","b\nc"\n1,2\n', { rows: [['1', '2']], lines: [3] }],
  [
    'empty lines',
    'a,b\n\n1,2\n\n\n3,4\n',
    {
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      lines: [3, 6],
    },
  ],
  ['doubled quotes', 'a\n"x ""y"""\n', { rows: [['x "y"']], lines: [2] }],
  ['padding', 'a, b\n 1 ,2\t\n', { rows: [['1', '2']], lines: [2] }],
];

for (const [name, text, expected] of CASES) {
  t.test(`${name} are read with true line numbers`, async (t) => t.strictSame(read(text), expected));
}

t.test('comments count as lines', async (t) => {
  t.strictSame(read('# made by hand\na;b\n# more\n1;2\n', ';', '#'), { rows: [['1', '2']], lines: [4] });
});

t.test('a row stands where its line number says, whatever is quoted before it', async () => {
  const cell = fc.stringMatching(/^[xy;,\n" ]{0,6}$/);
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 8 }), (cells) => {
      const text = `a,b\n${cells.map((value, index) => `r${index},"${value.replaceAll('"', '""')}"`).join('\n')}\n`;
      const source = text.split('\n');
      const { lines } = read(text);
      return (
        lines.length === cells.length &&
        lines.every((line, index) => source[line - 1]?.startsWith(`r${index},`))
      );
    }),
    { seed: 4 },
  );
});
