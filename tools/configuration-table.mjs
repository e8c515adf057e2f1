import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = join(ROOT, 'docs/configuration.md');
const BEGIN = '<!-- settings: made by tools/configuration-table.mjs from src/config/config.ts -->';
const END = '<!-- end of settings -->';

// `node tools/configuration-table.mjs` writes the table into docs/configuration.md; with --check it only compares. Needs a build.
const { configSchema } = await import(join(ROOT, 'dist/src/config/config.js'));
const written = readFileSync(FILE, 'utf8');
const begin = written.indexOf(BEGIN);
const end = written.indexOf(END);
if (begin < 0 || end < begin)
  fail(`docs/configuration.md has lost its marks: it needs "${BEGIN}" and "${END}".`);
const wanted = `${written.slice(0, begin)}${BEGIN}\n\n${table(configSchema.properties)}\n\n${written.slice(end)}`;

if (!process.argv.includes('--check')) writeFileSync(FILE, wanted);
else if (wanted !== written)
  fail(
    'docs/configuration.md is not in step with src/config/config.ts: run `node tools/configuration-table.mjs`.',
  );

function table(properties) {
  const rows = Object.entries(properties).map(
    ([name, property]) =>
      `| \`${name}\` | ${byDefault(property)} | ${allowed(property)} | ${escaped(property.description)} |`,
  );
  return ['| Variable | Default | Allowed | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function byDefault({ default: value }) {
  return value === '' ? 'not set' : `\`${value}\``;
}

function allowed({ type, minimum, maximum, not, enum: values, pattern }) {
  if (values)
    return values
      .filter((value) => value !== '')
      .map((value) => `\`${value}\``)
      .join(', ');
  if (not) return `0, or ${not.exclusiveMaximum} to ${maximum}`;
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'boolean') return '`true`, `false`';
  return pattern ? `\`${escaped(pattern)}\`` : 'text';
}

function escaped(text) {
  return text.replaceAll('|', '\\|');
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
