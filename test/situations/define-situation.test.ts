/** Problem situations that data packages define. */
import t from 'tap';
import type { components } from '../../openapi/generated/types.ts';
import type { SituationDefinition } from '../../src/situations/situation.ts';
import { importTown } from '../import/imported.ts';
import { collectItems } from '../support/collect-items.ts';
import { testDatabase } from '../support/database.ts';
import { serviceOn } from '../support/service.ts';
import type { SmallPackage } from '../support/small-package.ts';

t.setTimeout(120_000);

type Found = components['schemas']['SituationResults'];

/** More than five percent unemployed. */
function define(changes: Partial<SituationDefinition> = {}): SituationDefinition {
  return {
    id: 'own-situation',
    version: '1.0.0',
    label: { de: 'Viele Arbeitslose', en: 'Many unemployed' },
    targetGroups: ['unemployed'],
    actionFields: ['labour_market'],
    need: 'all',
    conditions: [{ kind: 'indicator', indicators: ['unemployed_share'], measure: 'value', limit: 4 }],
    ...changes,
  };
}

const withSituations = (changes: Partial<SituationDefinition> = {}) => ({
  package: (pkg: SmallPackage) => {
    pkg.sozialraum.situations = [define(changes)];
  },
});

t.test('a package defines situations, and a version never changes', async (t) => {
  const database = await testDatabase(t);
  t.equal((await importTown(t, database.db, withSituations())).changed, true);
  t.equal(
    (await importTown(t, database.db, withSituations())).changed,
    false,
    'the same again is nothing new',
  );

  const context = { kind: 'indicator', indicators: ['residents'], measure: 'value', limit: 4 } as const;
  for (const [name, changes, code, field] of [
    ['another rule of the same version', { need: 'any' }, 'situation_changed', 'version'],
    ['the id of a built-in one', { id: 'child-poverty' }, 'situation_reserved', 'id'],
    ['an id that is an address', { id: 'districts' }, 'situation_reserved', 'id'],
    [
      'context',
      { version: '2.0.0', conditions: [context] },
      'indicator_is_context',
      'conditions/0/indicators/0',
    ],
    [
      'members of another kind',
      { version: '2.0.0', conditions: [{ kind: 'index', indices: ['mss'], limit: 1 }] },
      'situation_invalid',
      'conditions/0/limit',
    ],
    [
      'members that are missing',
      { version: '2.0.0', conditions: [{ kind: 'index' }] },
      'situation_invalid',
      'conditions/0/indices',
    ],
    ['a form that is none', { need: 'some' as 'any' }, 'descriptor_invalid', 'need'],
  ] as [string, Partial<SituationDefinition>, string, string][]) {
    const items = await collectItems(() => importTown(t, database.db, withSituations(changes)));
    t.match(items, [{ code, file: 'datapackage.json', field: `/sozialraum/situations/0/${field}` }], name);
    for (const { got, expected } of items) t.ok(got && expected, name);
  }

  t.equal(
    (await importTown(t, database.db, withSituations({ version: '1.0.1', need: 'any' }))).definitions,
    1,
  );
  const { get } = await serviceOn(t, database);
  t.match((await get('/problem-situations/own-situation')).json(), {
    version: '1.0.1',
    definition: { need: 'any' },
  });
  const { districts, statement } = (
    await get('/problem-situations/districts?situations=own-situation&period=2022')
  ).json() as Found;
  t.match(statement, {
    collection: 'klein-quarter',
    situations: [{ version: '1.0.1', sources: ['unemployed_share'] }],
  });
  const states = new Map(districts.map((row) => [row.district, row.findings[0]!.state]));
  // 60 of 1,200 are 5 percent, 20 of 800 are 2.5.
  t.same([states.get('0101'), states.get('0102')], ['present', 'absent']);
  t.ok([...states.values()].includes('not_assessed'), 'the town has gaps');
});
