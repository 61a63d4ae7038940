import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CONFORMANCE } from '../src/capabilities/conformance.ts';
import { SETTINGS } from '../src/config.ts';
import { readContract } from '../src/http/contract.ts';
import { COMMANDS } from '../src/main.ts';

const ROOT = join(import.meta.dirname, '..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Rows of the README's tables, cells trimmed. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

t.test('the README has every setting with its default and meaning', async (t) => {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const value = setting.default === '' ? '' : `\`${setting.default}\``;
    t.has(
      rows.find(([cell]) => cell === `\`${name}\``),
      [`\`${name}\``, value, setting.meaning],
      name,
    );
  }
});

t.test('the README has every command with its usage and meaning', async (t) => {
  for (const { usage, meaning } of Object.values(COMMANDS)) {
    t.strictSame(
      rows.find(([cell]) => cell === `\`${usage}\``),
      [`\`${usage}\``, meaning],
      usage,
    );
  }
});

t.test('the README has every path of the contract', async (t) => {
  const listed = rows.map(([cell]) => cell);
  for (const path of Object.keys(readContract().paths)) t.ok(listed.includes(`\`${path}\``), path);
});

t.test('the README gives a reason for every dependency', async (t) => {
  const named = new Set(rows.flatMap(([cell]) => cell!.split(', ')));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    if (!name.startsWith('@types/')) t.ok(named.has(name), name);
  }
});

t.test('the README has a line for every folder of src', async (t) => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders)
    t.ok(
      rows.some(([cell]) => cell!.includes(`\`src/${name}\``)),
      name,
    );
});

t.test(
  'the README names a test for every conformance class, and no class that is not declared',
  async (t) => {
    const standards = rows.filter(([cell]) => /^`(ogcapi|cql2|tms)/.test(cell!));
    const classes = standards.flatMap(([standard, names]) =>
      names!
        .split(', ')
        .map((name) => `http://www.opengis.net/spec/${standard!.replaceAll('`', '')}/conf/${name}`),
    );
    t.strictSame(classes.toSorted(), CONFORMANCE.toSorted());
    for (const [, , tests] of standards) {
      for (const file of tests!.split(', ')) t.ok(existsSync(join(ROOT, file.replaceAll('`', ''))), file);
    }
  },
);
