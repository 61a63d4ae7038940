import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readTar, writeTar } from '../../../src/db/embedded/tar.ts';
import { testFolder } from '../../support/database.ts';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

t.test('what is written can be read, at every size around a block', async (t) => {
  const entries = [0, 1, 511, 512, 513, 5000].map((size) => ({
    name: `share/of ${size}`,
    data: bytes(size),
  }));
  const read = readTar(writeTar(entries));
  t.strictSame(
    read.map(({ name, data }) => ({ name, data: Uint8Array.from(data) })),
    entries,
  );
});

t.test('an archive of the tar program can be read, and it reads ours', async (t) => {
  const folder = testFolder(t);
  mkdirSync(join(folder, 'share/deep'), { recursive: true });
  writeFileSync(join(folder, 'share/deep/a'), 'first');
  writeFileSync(join(folder, 'share/b'), bytes(700));
  const archive = execFileSync('tar', ['--format=ustar', '--sort=name', '-cf', '-', 'share'], {
    cwd: folder,
  });
  const entries = readTar(archive);
  t.strictSame(
    entries.map(({ name, data }) => [name, data.length]),
    [
      ['share/b', 700],
      ['share/deep/a', 5],
    ],
  );
  const listed = execFileSync('tar', ['-tvf', '-'], { input: writeTar(entries), encoding: 'utf8' });
  t.match(listed, /700 .* share\/b\n.* 5 .* share\/deep\/a\n$/);
});

t.test('a name that does not fit is refused', async (t) => {
  t.throws(() => writeTar([{ name: 'x'.repeat(100), data: bytes(1) }]), /Got a name of 100 characters/);
});
