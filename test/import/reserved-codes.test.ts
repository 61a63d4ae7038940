import { readFile } from 'node:fs/promises';
import t from 'tap';
import contract from '../../openapi/generated/openapi.json' with { type: 'json' };
import schema from '../../src/import/descriptor.schema.json' with { type: 'json' };
import { explainReserved } from '../../src/import/reserved-codes.ts';

const CODES = new Set(['income', 'a', 'a_b']);

t.test('an indicator may not be called like what every feature has', async (t) => {
  for (const code of [
    'key',
    'name',
    'parent',
    'id',
    'geometry',
    'label',
    'date',
    'valid_from',
    'valid_until',
  ]) {
    t.equal(explainReserved(code, CODES), `"${code}", which every feature has`);
  }
});

t.test('nor like a joined column of another indicator', async (t) => {
  for (const [code, owner] of [
    ['income_rank', 'income'],
    ['income_percentile', 'income'],
    ['income_2023_rank', 'income'],
    ['a_2019', 'a'],
    ['a_2023_s1', 'a'],
    ['a_2023_q4_z', 'a'],
    ['a_2023_06', 'a'],
    ['a_b_2023_12_31', 'a_b'],
  ] as const) {
    t.equal(explainReserved(code, CODES), `"${code}", which a joined column of ${owner} has`);
  }
});

t.test('whatever else looks alike is free', async (t) => {
  for (const code of [
    'mss_status',
    'mss_s1',
    'rank',
    'status',
    'wealth_rank',
    'b_2019',
    'income_per_head',
    'income_rank_top',
    'incomes_rank',
    'a_202',
    'a_20190',
    'a_2023_s3',
    'a_2023_02_30',
  ]) {
    t.equal(explainReserved(code, CODES), null, code);
  }
});

t.test('every measure of the contract is reserved', async (t) => {
  const measures = contract.components.parameters.measures.schema.items.enum;
  t.ok(measures.length > 0);
  for (const measure of measures) t.ok(explainReserved(`income_${measure}`, CODES), measure);
});

t.test('ids and codes of a package are those that the tables accept', async (t) => {
  const tables = await readFile('sql/0001_core.sql', 'utf8');
  const patterns = [...tables.matchAll(/(\w+) +text [^,]*check \(\1 ~ '(\^\[a-z\][^']*)'\)/g)];
  const { id, code } = schema.definitions;
  t.strictSame(
    patterns.map(([, column, pattern]) => [column, pattern]),
    [
      ['id', id.pattern],
      ['collection', id.pattern],
      ['code', code.pattern],
      ['code', code.pattern],
    ],
  );
});
