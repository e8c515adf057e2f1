import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/command-line.ts';
import { sluice } from '../support/processes/sluice-command.ts';

const scriptFor = async (shell: string) => {
  const { code, stdout, stderr } = await sluice(['completion', shell]);
  assert.equal(code, 0, stderr);
  return stdout;
};

/** What bash offers for the last of these words. */
function offered(script: string, ...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const { status, stdout, stderr } = spawnSync(
    'bash',
    [
      '-c',
      `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((one) => one !== '');
}

test('bash completes commands, what they do, and their options', async () => {
  const script = await scriptFor('bash');
  assert.deepEqual(offered(script, 'sluice', 'work'), ['workspaces', 'worker']);
  assert.deepEqual(offered(script, 'sluice', 'workspaces', 'p'), ['put', 'pause']);
  assert.deepEqual(offered(script, 'sluice', 'keys', 'ro'), ['rotate']);
  assert.deepEqual(offered(script, 'sluice', 'workspaces', 'pause', 'acme', '--un'), ['--until']);
  assert.deepEqual(offered(script, 'sluice', 'resume', '--a'), ['--after-restore']);
  assert.deepEqual(offered(script, 'sluice', '').length, Object.keys(COMMANDS).length + 1);
});

test('zsh and fish know every command, and what it does', async () => {
  for (const shell of ['zsh', 'fish']) {
    const script = await scriptFor(shell);
    for (const name of Object.keys(COMMANDS))
      assert.match(script, new RegExp(`\\b${name}\\b`), `${shell}: ${name}`);
    assert.match(script, /\bresize\b/);
    assert.match(script, /\bend-work\b/);
  }
});

test('another shell is refused', async () => {
  const { code, stderr } = await sluice(['completion', 'tcsh']);
  assert.equal(code, 2);
  assert.match(stderr, /^UsageError: Which shell: bash, zsh, fish\?/);
});
