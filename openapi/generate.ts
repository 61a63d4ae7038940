/**
 * Bundles the contract and writes its types: `node openapi/generate.ts`. With `--check` nothing is written, and the exit
 * code says whether openapi/generated is fresh.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const FOLDER = new URL('generated/', import.meta.url);

function bundle(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sozialraum-contract-'));
  try {
    const file = join(folder, 'openapi.json');
    execFileSync('redocly', ['bundle', 'main', '-o', file], { stdio: ['ignore', 'ignore', 'inherit'] });
    return `${JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), null, 1)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const contract = bundle();
const types =
  COMMENT_HEADER + astToString(await openapiTS(JSON.parse(contract), { defaultNonNullable: false }));
const files = { 'openapi.json': contract, 'types.ts': types };
const stale = Object.entries(files).filter(([name, text]) => {
  try {
    return readFileSync(new URL(name, FOLDER), 'utf8') !== text;
  } catch {
    return true;
  }
});
if (process.argv.includes('--check')) {
  for (const [name] of stale) process.stderr.write(`openapi/generated/${name} is stale: run npm run gen\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of stale) writeFileSync(new URL(name, FOLDER), text);
}
