/**
 * The extension files that PGlite loads at every start: PostGIS without topology and raster, which are two
 * thirds of the published bundle (15 MB of WebAssembly each, linked at every start), and btree_gist.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readTar, type TarEntry, writeTar } from './tar.ts';

/** What is kept of PostGIS: the library, the script of this version (no upgrades), the projections. */
const KEPT = [
  /^lib\/postgresql\/postgis-3\.so$/,
  /^share\/postgresql\/extension\/postgis(--[0-9.]+)?\.(control|sql)$/,
  /^share\/proj\//,
];

const readBundle = (url: URL): TarEntry[] => readTar(gunzipSync(readFileSync(fileURLToPath(url))));

/** Writes the trimmed bundle to `file`. */
export function writeBundle(file: string): void {
  const postgis = readBundle(new URL('postgis.tar.gz', import.meta.resolve('@electric-sql/pglite-postgis')));
  const btreeGist = readBundle(new URL('btree_gist.tar.gz', import.meta.resolve('@electric-sql/pglite')));
  const kept = postgis.filter(({ name }) => KEPT.some((pattern) => pattern.test(name)));
  writeFileSync(file, gzipSync(writeTar([...kept, ...btreeGist]), { level: 1 }));
}
