// Plain JavaScript without packages: it runs in a clone that has no node_modules yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const NODE_MIN = [20, 12];

/** What the compiler reads. */
const SOURCE_FOLDERS = ['src', 'packages/client/src', 'test', 'examples', 'bench'];
const PACKAGES_FOLDER = 'node_modules';
/** What a project in `examples` has after it was tried in its place. */
const NOT_COMPILED = [PACKAGES_FOLDER, '.sluice'];

/** What the gate's workflow code is made of. */
const GATE_BUNDLE = join(DIST, 'gate-workflows.bundle.js');
const GATE_FOLDERS = ['src/workflows', 'src/domain'];

/** Ends the process with a clear line when Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  console.error(
    `Sluice needs Node ${NODE_MIN.join('.')} or newer, and this is ${process.versions.node}. See https://nodejs.org.`,
  );
  process.exit(1);
}

/** Installs packages, compiles and bundles; each only when what it is made of has changed. */
export async function prepare({ project, typeErrorsAreFatal }) {
  process.chdir(ROOT);
  await installPackages();
  await compile(project, typeErrorsAreFatal);
  await bundleGateWorkflows();
}

/** Runs a script to its end, passing signals on, and gives its exit code. `node` is the program of another version. */
export async function runNode(script, args = [], node = process.execPath) {
  return (await runToEnd(node, ['--enable-source-maps', script, ...args])).code;
}

/** Runs npm to its end, and ends this process with a clear line when that fails. */
export async function runNpm(args) {
  // npm names itself when it started us.
  const npm = process.env.npm_execpath;
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const { code } = npm?.endsWith('.js')
    ? await runToEnd(process.execPath, [npm, ...quiet])
    : await runToEnd('npm', quiet);
  if (code !== 0)
    stop(
      `\`npm ${args[0]}\` failed, see above. It needs the npm registry: check the network and \`npm config get registry\`.`,
    );
}

/** The packages that only benchmarks need have a lockfile of their own, so that nobody else waits for them. */
export async function installBenchPackages() {
  await installPackages('bench', 'installing the packages of the benchmarks');
}

async function installPackages(folder = '.', line = 'installing packages (about a minute)') {
  if (packagesAreAsLocked(folder)) return;
  console.log(line);
  removeLink(join(folder, PACKAGES_FOLDER));
  await runNpm(['ci', '--prefix', folder]);
}

/** `npm ci` through a link empties the folder that it leads to, which is another clone's. */
export function removeLink(path) {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(path);
}

/** By content: a checkout touches package-lock.json without a change in it. What npm installed, it noted in node_modules. */
function packagesAreAsLocked(folder) {
  const note = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(([path, wanted]) => {
    const has = installed[path];
    // Bindings for other platforms are optional and not there.
    return path === '' || (has ? has.version === wanted.version : wanted.optional);
  });
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

async function compile(project, typeErrorsAreFatal) {
  const stampFile = join(DIST, `${project}.stamp`);
  const stamp = stampOf(['package-lock.json', ...tsconfigs(), ...SOURCE_FOLDERS.flatMap(filesIn)]);
  if (isStamped(stampFile, stamp)) return;
  removeOrphans();
  console.log('compiling');
  const { code, output } = await runToEnd(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-b', project, '--pretty', 'false'],
    {
      capture: true,
    },
  );
  if (code === 0) return writeStamp(stampFile, stamp);
  if (typeErrorsAreFatal) stop(`${output}The code does not compile, see above.`);
  console.log(`${output}There are type errors, see above.`);
}

async function bundleGateWorkflows() {
  if (!existsSync(join(DIST, 'src/workflows/index.js'))) {
    console.log('src/workflows/index.ts is missing: the gate is not bundled');
    return;
  }
  const files = GATE_FOLDERS.flatMap((folder) => filesIn(join('dist', folder))).filter((file) =>
    file.endsWith('.js'),
  );
  const stamp = stampOf(['package-lock.json', ...files]);
  if (existsSync(GATE_BUNDLE) && isStamped(`${GATE_BUNDLE}.stamp`, stamp)) return;
  console.log('bundling the gate');
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { GATE_BUNDLE_PARTS } = await import(join(DIST, 'src/worker/code/gate-bundle.js'));
  const { code } = await bundleWorkflowCode({
    ...GATE_BUNDLE_PARTS,
    logger: new DefaultLogger('WARN'),
  });
  writeWhole(GATE_BUNDLE, code);
  writeStamp(`${GATE_BUNDLE}.stamp`, stamp);
}

/** A compiled test whose source is gone would still be run. */
function removeOrphans() {
  for (const folder of SOURCE_FOLDERS) {
    for (const file of filesIn(join('dist', folder))) {
      const source = relative('dist', file).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
      if (source.endsWith('.ts') && !existsSync(source) && !existsSync(`${source}x`)) rmSync(file);
    }
  }
}

function tsconfigs() {
  return readdirSync(ROOT).filter((name) => /^tsconfig.*\.json$/.test(name));
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.split(sep).some((part) => NOT_COMPILED.includes(part)))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .sort();
}

/** Changes when a file is added, removed or written. */
function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const stat = statSync(file, { throwIfNoEntry: false });
    hash.update(`${file} ${stat?.size} ${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function isStamped(file, stamp) {
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

function writeStamp(file, stamp) {
  writeWhole(file, stamp);
}

/** Others may read it, or write the same, at this moment. */
function writeWhole(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

async function runToEnd(command, args, { capture = false } = {}) {
  const child = spawn(command, args, { stdio: ['inherit', capture ? 'pipe' : 'inherit', 'inherit'] });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  const passOn = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, passOn);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, passOn);
  if (signal !== null) process.exit(130);
  return { code, output };
}

function stop(line) {
  console.error(line);
  process.exit(1);
}
