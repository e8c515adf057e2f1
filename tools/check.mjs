import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare, requireNode } from './bootstrap.mjs';
import { missingFromLockfile } from './lockfile.mjs';

// `npm run check`: the one gate. Runs every step even when one fails, and exits with 1 if any did. `--no-tests` leaves the tests out.

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Each has a name and a check, which gives the faults as text; an empty text is none. */
const steps = [
  { name: 'lockfiles hold every platform', check: lockfile },
  {
    name: 'types',
    check: () =>
      tool('tsc', ['-b', '--pretty', 'false']) ||
      tool('tsc', ['-p', 'examples/starter', '--pretty', 'false']),
  },
  {
    name: 'lint, and the walls between the folders of src',
    check: () => tool('oxlint', ['--type-aware', '--deny-warnings']),
  },
  { name: 'format', check: () => tool('prettier', ['--check', '--log-level', 'warn', ...formatted()]) },
  { name: 'dead code', check: () => tool('knip', ['--no-progress']) },
  { name: 'migrations in step with the schema', check: migrations },
  {
    name: 'docs/configuration.md in step with src/config/config.ts',
    check: () => node(['tools/configuration-table.mjs', '--check']),
  },
  {
    name: 'docs/performance.md in step with bench/results.json',
    check: () => node(['dist/bench/main.js', '--check']),
  },
  { name: "the OpenAPI document keeps Redocly's recommended rules", check: openApi },
  {
    name: 'the types of packages/client in step with the OpenAPI document',
    check: () => node(['tools/client-types.mjs', '--check']),
  },
  { name: 'no path outside the repository in a text', check: paths },
];
if (!process.argv.includes('--no-tests'))
  steps.push({ name: 'tests', check: () => node(['tools/test.mjs'], { stdio: 'inherit' }) });

requireNode();
process.chdir(ROOT);
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: false });

const failed = [];
for (const { name, check } of steps) {
  const begun = performance.now();
  const problem = outcomeOf(check);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${problem === '' ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (problem !== '') {
    failed.push(name);
    console.log(problem.trimEnd().replaceAll(/^/gm, '       '));
  }
}
console.log(
  failed.length === 0
    ? `all ${steps.length} steps passed`
    : `${failed.length} of ${steps.length} failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function outcomeOf(check) {
  try {
    return check();
  } catch (error) {
    return String(error instanceof Error ? error.stack : error);
  }
}

function lockfile() {
  const missing = [
    'package-lock.json',
    'bench/package-lock.json',
    'test/callers/prisma/package-lock.json',
  ].flatMap((file) =>
    missingFromLockfile(JSON.parse(readFileSync(file, 'utf8'))).map((name) => `${file}: ${name}`),
  );
  if (missing.length === 0) return '';
  return `these are named by a lockfile and not held by it; pin the package to a version whose bindings are all there:\n${missing.join('\n')}`;
}

/** The folders and files that Prettier owns. Markdown is written by hand. */
function formatted() {
  const folders = ['src', 'packages', 'test', 'examples', 'tools', 'bench', 'docker', 'deploy'].filter(
    (folder) => existsSync(folder),
  );
  return [
    ...folders,
    ...readdirSync('.').filter((name) => /\.(json|yml|ts)$/.test(name) && name !== 'package-lock.json'),
  ];
}

/** Generates into a copy: a schema that the migrations have not caught up with makes a new file there. */
function migrations() {
  // drizzle-kit takes a folder inside the project only.
  const copy = 'dist/migrations-check';
  rmSync(copy, { recursive: true, force: true });
  cpSync('drizzle', copy, { recursive: true });
  try {
    const before = readdirSync(copy).length;
    const generated = tool('drizzle-kit', [
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      './src/db/schema.ts',
      '--out',
      copy,
    ]);
    if (generated !== '') return generated;
    const added = readdirSync(copy).filter((name) => !existsSync(join('drizzle', name)));
    if (readdirSync(copy).length !== before)
      return `src/db/schema.ts has changed: run \`npm run db:generate\` and read what it writes.\n${added
        .map((name) => readFileSync(join(copy, name), 'utf8'))
        .join('\n')}`;
    return tool('drizzle-kit', ['check', '--dialect', 'postgresql', '--out', copy]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The rules are in redocly.yaml. It calls nobody: it would report each use and ask for newer versions. */
function openApi() {
  const file = 'dist/openapi.json';
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return (
    node(['tools/openapi-document.mjs', file]) ||
    tool('redocly', ['lint', file, '--config', 'redocly.yaml', '--lint-config', 'error'], { env })
  );
}

/** A path on somebody's machine means nothing to a reader of the repository. */
function paths() {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  if (listed.status !== 0) return `git ls-files: ${listed.error ?? listed.stderr}`;
  // `[d]`, so that this line is not what it looks for.
  const outside = /(^|[\s"'`(=])\/(work|root|home|Users)\/[\w.]|\.\.\/share[d]\//;
  const ours = listed.stdout
    .split('\n')
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && !/\.(png|jpg|gif)$/.test(file));
  return ours
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line, index) => ({ place: `${file}:${index + 1}`, line })),
    )
    .filter(({ line }) => outside.test(line))
    .map(({ place, line }) => `${place}: ${line.trim().slice(0, 120)}`)
    .join('\n');
}

function tool(name, args, options = {}) {
  return finish(spawnSync(join('node_modules/.bin', name), args, { encoding: 'utf8', ...options }), name);
}

function node(args, options = {}) {
  return finish(spawnSync(process.execPath, args, { encoding: 'utf8', ...options }), args[0]);
}

function finish({ status, signal, error, stdout, stderr }, name) {
  if (status === 0) return '';
  return [stdout, stderr, `${name} ended with ${error ?? signal ?? `code ${status}`}`]
    .filter(Boolean)
    .join('\n');
}
