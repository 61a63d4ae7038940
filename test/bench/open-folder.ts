/**
 * The baseline of the start benchmark: opens a PGlite folder with the trimmed bundle (PostGIS and btree_gist)
 * and asks PostGIS one thing. With the published bundle, three times as large, it would take longer.
 */

import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { ensureTemplate, packageCache } from '../../src/db/embedded/template.ts';

const { bundle } = await ensureTemplate(packageCache(), () => {});
const pg = await PGlite.create(process.argv[2]!, {
  extensions: {
    postgis: {
      name: 'postgis',
      setup: async (_pg, emscriptenOpts) => {
        emscriptenOpts.PGLITE_ENV.PROJ_DATA = '/pglite/share/proj';
        return { emscriptenOpts, bundlePath: pathToFileURL(bundle) };
      },
    },
  },
});
await pg.query("select st_area(st_transform('srid=4326;polygon((9 53,10 53,10 54,9 53))'::geometry, 25832))");
process.stdout.write('answered\n');
await pg.close();
