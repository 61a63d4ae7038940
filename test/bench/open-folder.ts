/** The baseline of the start benchmark: opens a PGlite folder with the published extensions and asks PostGIS one thing. */

import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { ensureTemplate, packageCache } from '../../src/db/embedded/template.ts';

const { bundle } = await ensureTemplate(packageCache(), () => {});
const pg = await PGlite.create(process.argv[2]!, {
  extensions: {
    btree_gist,
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
