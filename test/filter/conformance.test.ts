import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testDatabase } from '../support/database.ts';
import { skipWithoutShared } from '../support/shared.ts';
import {
  filterRows,
  isMemoryFilter,
  isSpatialFilter,
  loadLayer,
  planRows,
  prepare,
  selectRows,
} from './natural-earth.ts';

const NAMES = {
  C: 'ne_110m_admin_0_countries',
  P: 'ne_110m_populated_places_simple',
  R: 'ne_110m_rivers_lake_centerlines',
};

t.test('expected numbers of the conformance tests', { skip: skipWithoutShared }, async (t) => {
  const { db } = await testDatabase(t);
  const layers = {
    C: await loadLayer(db, NAMES.C),
    P: await loadLayer(db, NAMES.P),
    R: await loadLayer(db, NAMES.R),
  };
  const sections = readFileSync(join(import.meta.dirname, 'conformance-counts.txt'), 'utf8')
    .split('\n## ')
    .slice(1);
  let expressions = 0;
  for (const section of sections) {
    const [name, ...lines] = section.trim().split('\n');
    await t.test(name!, async (t) => {
      for (const line of lines) {
        const [letter, text, count] = line.split('|') as [keyof typeof NAMES, string, string];
        const layer = layers[letter];
        const filter = prepare(layer, text);
        const results: string[] = [];
        if (!isSpatialFilter(filter)) results.push(`memory ${filterRows(layer, filter).size}`);
        if (!isMemoryFilter(filter)) results.push(`SQL ${(await selectRows(db, layer, filter)).size}`);
        results.push(
          `divided ${(await planRows(db, layer, filter, (property) => !/^pop/.test(property))).size}`,
        );
        t.strictSame(
          results,
          results.map((result) => result.replace(/\d+$/, count)),
          text,
        );
        expressions += 1;
      }
    });
  }
  t.equal(expressions, 270);

  // The suite forms (NOT p2 AND p1) OR (p3 AND p4) OR NOT (p1 OR p4) of predicates; three-valued logic decides.
  const { P: places } = layers;
  const start = "TIMESTAMP('2022-04-16T10:13:19Z')";
  for (const [p1, p2, p3, p4, count] of [
    ['pop_other<>1038288', "name<>'København'", 'pop_other IS NULL', "name<'København'", 1],
    ['pop_other<>1038288', "name>'København'", "name<='København'", 'boolean=true', 107],
    ['start IS NULL', 'pop_other IS NOT NULL', 'pop_other IS NOT NULL', 'pop_other>1038288', 124],
    ['pop_other<1038288', 'pop_other>1038288', 'pop_other IS NULL', `start<${start}`, 121],
    [`start=${start}`, 'pop_other<1038288', `start=${start}`, "name<>'København'", 2],
    [`start<=${start}`, "name<>'København'", 'boolean=true', "name<'København'", 2],
    ['pop_other=1038288', 'start IS NULL', `start<>${start}`, 'boolean IS NOT NULL', 242],
    [`start<${start}`, `start>=${start}`, 'pop_other=1038288', 'start IS NULL', 3],
    ["name<'København'", `start<>${start}`, `start>${start}`, `start=${start}`, 2],
    [`start<>${start}`, "name='København'", 'boolean IS NULL', 'pop_other<>1038288', 241],
    ["name='København'", 'pop_other<1038288', 'start IS NOT NULL', 'pop_other<>1038288', 3],
    ["name<'København'", 'pop_other>1038288', `start=${start}`, 'boolean=true', 44],
  ] as const) {
    const filter = prepare(places, `(NOT (${p2}) AND ${p1}) OR (${p3} and ${p4}) or not (${p1} OR ${p4})`);
    const sizes = [
      filterRows(places, filter).size,
      (await selectRows(db, places, filter)).size,
      (await planRows(db, places, filter, (name) => name === 'start')).size,
    ];
    t.strictSame(sizes, [count, count, count], `${p1}, ${p2}, ${p3}, ${p4}`);
  }
});
