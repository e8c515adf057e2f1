import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

// Plain JavaScript, because it also runs before anything is installed: hence no types of its own.
const { removeLink } = (await import(new URL('../../../tools/bootstrap.mjs', import.meta.url).href)) as {
  removeLink(path: string): void;
};

test('packages that are linked from another clone are left alone when new ones are installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bootstrap-'));
  try {
    const theirs = join(folder, 'theirs');
    const [linked, own] = [join(folder, 'linked'), join(folder, 'own')];
    for (const path of [theirs, own]) {
      mkdirSync(path);
      writeFileSync(join(path, 'package'), '');
    }
    symlinkSync(theirs, linked);
    for (const path of [linked, own, join(folder, 'nothing')]) removeLink(path);
    assert.deepEqual(
      [existsSync(linked), existsSync(join(theirs, 'package')), existsSync(join(own, 'package'))],
      [false, true, true],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
