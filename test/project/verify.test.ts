import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { REPOSITORY } from '../support/processes/started.ts';

function run(...command: string[]) {
  return spawnSync(process.execPath, command, { cwd: REPOSITORY, encoding: 'utf8' });
}

test('a verification of a part that does not exist runs nothing and lists the parts', () => {
  const { status, stdout } = run('tools/verify.mjs', 'guards', 'gards');
  assert.equal(status, 2);
  for (const part of ['tests', 'node-24', 'temporal', 'fuzz', 'chaos', 'guards'])
    assert.match(stdout, new RegExp(`^ {2}${part} `, 'm'));
  assert.doesNotMatch(stdout, /^(ok|FAILED)/m);
});

test('tests are run on no version of Node that is not a version', () => {
  for (const version of ['latest', '../24', '24; true']) {
    const { status, stderr } = run('tools/test-node.mjs', version);
    assert.equal(status, 2);
    assert.match(stderr, /^Say which version of Node/);
  }
});
