import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readBoard } from '../../src/board/board-files.ts';
import { ROOT } from './copied-project.ts';

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

test('what npm start builds in a clean clone has every file of the board', () => {
  const clone = mkdtempSync(join(tmpdir(), 'sluice-clone-'));
  try {
    const configs = readdirSync(ROOT).filter((name) => /^tsconfig.*\.json$/.test(name));
    for (const path of [
      'src',
      'examples',
      'packages/client/src',
      'package.json',
      'packages/client/package.json',
      ...configs,
    ])
      cpSync(join(ROOT, path), join(clone, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    // As tools/start.mjs says.
    const args = ['-b', 'tsconfig.node.json'];
    const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, {
      cwd: clone,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
    const served = readBoard().files.keys();
    const modules = [...served].filter((name) => name.includes('/'));
    assert.ok(modules.length > 10);
    const missing = modules.filter((name) => !existsSync(join(clone, 'dist/src', name)));
    assert.deepEqual(missing, []);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});
