import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseFilterJson } from '../../src/filter/parse-json.ts';
import { parseFilterText } from '../../src/filter/parse-text.ts';
import { toFilterJson } from '../../src/filter/print-json.ts';
import { toFilterText } from '../../src/filter/print-text.ts';
import { SHARED_DATA, skipWithoutShared } from '../support/shared.ts';

t.test("the standard's examples", { skip: skipWithoutShared }, async (t) => {
  const folder = join(SHARED_DATA, 'cql2/examples');
  const files = (kind: string, ending: string): Map<string, string> =>
    new Map(
      readdirSync(join(folder, kind))
        .filter((name) => name.endsWith(ending))
        .map((name) => [name.slice(0, -ending.length), readFileSync(join(folder, kind, name), 'utf8')]),
    );
  const texts = files('text', '.txt');
  const jsons = files('json', '.json');
  // The reference counts 230 files; one of them is the shell script that validates the others.
  t.strictSame([texts.size, jsons.size], [120, 109]);

  for (const [name, json] of jsons) {
    const { expression } = parseFilterJson(json);
    t.strictSame(
      parseFilterText(toFilterText(expression)).expression,
      expression,
      `${name} from JSON to text and back`,
    );
    t.strictSame(
      parseFilterJson(JSON.stringify(toFilterJson(expression))).expression,
      expression,
      `${name} from JSON to JSON`,
    );
  }
  for (const [name, text] of texts) {
    const { expression } = parseFilterText(text);
    const json = jsons.get(name.replace(/-alt\d+$/, ''));
    t.ok(json, `${name} has a JSON form`);
    t.strictSame(expression, parseFilterJson(json!).expression, `${name}: text and JSON are the same tree`);
    t.strictSame(
      parseFilterText(toFilterText(expression)).expression,
      expression,
      `${name} from text to text`,
    );
  }
});
