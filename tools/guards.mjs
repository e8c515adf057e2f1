import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { prepare, requireNode } from './bootstrap.mjs';
import { guards } from './guards-table.mjs';

// `npm run guards`: takes each guard out of a copy of the sources, runs the test that claims to need it, and wants to see it fail.
// `npm run guards -- 3 7` tries only those. Some 20 s a guard.

const ENTRIES = [
  'src',
  'packages',
  'test',
  'examples',
  'bench',
  'tools',
  'drizzle',
  'deploy',
  'package.json',
  'package-lock.json',
];
const CONFIGS = [
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.workflows.json',
  'tsconfig.node.json',
  'tsconfig.board.json',
  'tsconfig.client.json',
  'tsconfig.test.json',
  'tsconfig.bench.json',
];

const root = resolve(import.meta.dirname ?? '.', '..');
const chosen = process.argv.slice(2).map(Number);
const unknown = process.argv.slice(2).filter((_, i) => !(chosen[i] >= 1 && chosen[i] <= guards.length));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: give numbers of guards, 1 to ${guards.length}, or nothing for all`);
  process.exit(2);
}
requireNode();
// In the copy compiled files look newer than their sources, so it must be up to date before.
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: true });
const copy = mkdtempSync(join(tmpdir(), 'sluice-guards-'));
let unproven = 0;
try {
  for (const entry of [...ENTRIES, ...CONFIGS])
    cpSync(join(root, entry), join(copy, entry), { recursive: true, filter: isOurs });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  const wanted = guards
    .map((guard, index) => ({ ...guard, number: index + 1 }))
    .filter((g) => chosen.length === 0 || chosen.includes(g.number));
  for (const guard of wanted) {
    const { verdict, seconds } = await tryWithout(guard);
    if (verdict !== 'proven') unproven++;
    console.log(
      `${String(guard.number).padStart(3)}/${guards.length}  ${verdict.padEnd(10)} ${String(seconds).padStart(3)} s  ${guard.guard}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  unproven === 0
    ? 'Every guard tried has a test that fails without it.'
    : `${unproven} guards are not proven.`,
);
process.exitCode = unproven === 0 ? 0 : 1;

/** Packages are linked, not copied. */
function isOurs(path) {
  return basename(path) !== 'node_modules';
}

/** `proven`: the named test fails without the guard. `unneeded`: it passes. `gone`: the guard's text is not in its file any more. */
async function tryWithout({ file, find, replace, testFile, test }) {
  const begun = Date.now();
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2) return { verdict: 'gone', seconds: 0 };
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    const output = await run(process.execPath, ['tools/test.mjs', testFile]);
    const failed = output.split('\n').some((line) => line.startsWith('✖') && line.includes(test));
    const ran = failed || output.includes(`✔ ${test}`);
    return {
      verdict: failed ? 'proven' : ran ? 'unneeded' : 'not run',
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  } finally {
    writeFileSync(path, source);
  }
}

function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', () => done(output));
  });
}
