import { readdirSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

// Rules of oxlint for the shape of src. `sluice/walls`: what each folder may import, and by which doors it is entered. A folder that has no
// entry here may import nothing and be imported by nobody. Cycles are found by oxlint's own `import/no-cycle`. `sluice/folder-size`: how many
// files lie side by side.

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** The command line asks the API as every other caller does. */
const CLIENT = resolve(SRC, '../packages/client/src/index.ts');

/** The ground floor: it knows nothing of Sluice's parts. */
const FLOOR = ['async', 'domain', 'network', 'process'];

/**
 * `uses`: the folders that it may import beside itself. `doors`: the files by which others enter it; all of them where none are named.
 * `src/workflows` and `src/domain` run in Temporal's sandbox: .oxlintrc.json says what else they may not import.
 */
const ROOMS = {
  domain: { uses: [] },
  async: { uses: [] },
  network: { uses: [] },
  process: { uses: ['domain'] },
  workflows: {
    uses: ['domain'],
    doors: [
      'gate/contract.ts',
      'sweep/contract.ts',
      'retention/contract.ts',
      'http-request/contract.ts',
      'http-request/http-request.workflow.ts',
      'pool/index.ts',
      'pool/plain-errors.ts',
    ],
  },
  config: { uses: ['domain', 'network', 'process'], doors: ['config.ts', 'tiers.ts'] },
  db: { uses: [...FLOOR, 'workflows'] },
  temporal: { uses: [...FLOOR, 'workflows'] },
  enqueue: {
    uses: [...FLOOR, 'db'],
    doors: [
      'enqueue.ts',
      'enqueue-outcome.ts',
      'enqueue-request.ts',
      'inbox/inbox-poller.ts',
      'inbox/sequence-all.ts',
      'inbox/sequencer.ts',
      'inbox/sequencer-listener.ts',
      'known-workflow-types.ts',
      'request-attributes.ts',
    ],
  },
  activities: {
    uses: [...FLOOR, 'db', 'temporal', 'workflows'],
    doors: [
      'gate-activity-deps.ts',
      'gate-measures.ts',
      'external-api/external-api-activities.ts',
      'gate/gate-activities.ts',
      'gate/record-starts.ts',
      'sweep/sweep-activities.ts',
      'retention/retention-activities.ts',
    ],
  },
  audit: {
    uses: [...FLOOR, 'db', 'temporal'],
    doors: ['audit-deployment.ts', 'read/accepted-answer.ts', 'report/print-report.ts'],
  },
  keys: { uses: [...FLOOR, 'db'] },
  board: { uses: ['domain'], doors: ['board-files.ts'] },
  api: {
    uses: [...FLOOR, 'board', 'config', 'db', 'enqueue', 'keys', 'temporal', 'workflows'],
    doors: ['server/start-api.ts', 'boundary/public-bind.ts'],
  },
  worker: {
    uses: [...FLOOR, 'activities', 'config', 'db', 'enqueue', 'temporal', 'workflows'],
    doors: ['start-worker.ts'],
  },
  relay: { uses: [...FLOOR, 'config', 'db'], doors: ['start-relay.ts'] },
  local: {
    uses: [...FLOOR, 'api', 'config', 'db', 'temporal', 'worker'],
    doors: [
      'start-everything.ts',
      'postgres/local-database.ts',
      'temporal/external-temporal.ts',
      'terminal/banner.ts',
    ],
  },
  cli: {
    uses: [...FLOOR, 'api', 'audit', 'config', 'db', 'keys', 'local', 'relay', 'temporal', 'worker'],
    doors: [],
  },
};

/** What speaks SQL stands beside the schema, or beside its one subject. */
const SQL_ROOMS = ['db', 'enqueue'];
const SQL_PACKAGES = ['drizzle-orm', 'pg'];
const SQL_ELSEWHERE = 'SQL stands in src/db, or in src/enqueue: see tools/walls.mjs.';
const SQL_TEXT = /^\s*(select|insert|update|delete|with|begin|commit|rollback|set|create|alter|drop|lock)\b/i;

const walls = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const from = context.filename;
    if (!isIn(SRC, from)) return {};
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const message = objection(from, source.value);
      if (message !== null) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
      // Code that is loaded by its address, as workflows are by the bundler.
      CallExpression: ({ callee, arguments: [text] }) => {
        if (callee.property?.name !== 'query' || SQL_ROOMS.includes(roomOf(from))) return;
        if (SQL_TEXT.test(text?.value ?? text?.quasis?.[0].value.raw))
          context.report({ node: text, message: SQL_ELSEWHERE });
      },
      NewExpression: ({ callee, arguments: [source] }) => {
        if (callee.name === 'URL' && isCodeOfOurs(from, source?.value)) check(source);
      },
    };
  },
};

/** More files side by side, and nobody finds the one that he looks for. */
const FOLDER_MAX_FILES = 15;

const folderSize = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const folder = dirname(context.filename);
    if (!isIn(SRC, context.filename)) return {};
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    if (files.length <= FOLDER_MAX_FILES) return {};
    const message = `${relative(SRC, folder)} has ${files.length} files, and a folder has at most ${FOLDER_MAX_FILES}: part it by subject.`;
    return { Program: (node) => context.report({ node, message }) };
  },
};

export default { meta: { name: 'sluice' }, rules: { walls, 'folder-size': folderSize } };

/** Why a file of src may not import that; null when it may. */
function objection(from, specifier) {
  const room = roomOf(from);
  if (!specifier.startsWith('.'))
    return SQL_PACKAGES.includes(packageOf(specifier)) && !SQL_ROOMS.includes(room) ? SQL_ELSEWHERE : null;
  const to = resolve(dirname(from), specifier).replace(/\.js$/, '.ts');
  if (to === CLIENT && room === 'cli') return null;
  if (!isIn(SRC, to)) return 'src may not import what lies outside of it.';
  const other = roomOf(to);
  if (other === room) return null;
  if (!ROOMS[room]?.uses.includes(other))
    return `src/${room} may not import src/${other}: dependencies point one way, as tools/walls.mjs says.`;
  const door = relative(resolve(SRC, other), to).split(sep).join('/');
  const { doors } = ROOMS[other];
  return doors === undefined || doors.includes(door)
    ? null
    : `src/${other} is entered by ${doors.join(', ') || 'nobody'}, and not by ${door}: see tools/walls.mjs.`;
}

function isCodeOfOurs(from, address) {
  return typeof address === 'string' && isIn(SRC, resolve(dirname(from), address));
}

function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isIn(folder, file) {
  return file.startsWith(folder + sep);
}

function roomOf(file) {
  return relative(SRC, file).split(sep)[0];
}
