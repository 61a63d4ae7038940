/**
 * Reads TAP files, prints what failed and what was skipped, and closes with `N passed, N failed`. Exits 1 when something
 * failed, nothing ran, or something was skipped for another reason than an absent ../shared.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const sharedIsAbsent = !existsSync(new URL('../../shared', import.meta.url));
let passed = 0;
let failed = 0;
let allowed = 0;
for (const file of process.argv.slice(2)) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const name = basename(file, '.tap');
  const counts = lines.findLast((line) => line.startsWith('# { total:')) ?? '';
  const count = (kind: string): number => Number(new RegExp(`\\b${kind}: (\\d+)`).exec(counts)?.[1] ?? 0);
  const skips = lines.filter((line) => /# SKIP/i.test(line)).map((line) => line.trim());
  const refused = skips.filter((line) => !(sharedIsAbsent && line.includes('../shared is absent')));
  passed += count('pass');
  failed += count('fail') + refused.length;
  allowed += skips.length - refused.length;
  if (count('pass') === 0) failed++;
  for (const line of lines.filter((text) => /^\s*not ok/.test(text)))
    process.stdout.write(`${name}: ${line.trim()}\n`);
  for (const line of refused) process.stdout.write(`${name}: must not be skipped: ${line}\n`);
  if (count('fail') > 0 || count('pass') === 0) process.stdout.write(`${lines.join('\n')}\n`);
  process.stdout.write(`${name}: ${counts.replace(/^# /, '')}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed${allowed > 0 ? `, ${allowed} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;
