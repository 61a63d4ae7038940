import { readFileSync } from 'node:fs';
import t from 'tap';
import { generateSchema } from '../../src/db/generate-schema.ts';

t.test('src/db/schema.ts is what sql/ makes', async (t) => {
  t.equal(readFileSync(new URL('../../src/db/schema.ts', import.meta.url), 'utf8'), await generateSchema());
});
