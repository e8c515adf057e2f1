import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// `npm run db:generate -- --name NAME`. drizzle-kit writes the schema "public" before types and foreign keys. Here all lies in a schema that each session
// names by itself, so it is taken out.
const FOLDER = 'drizzle';
const before = new Set(readdirSync(FOLDER));
const { status } = spawnSync('node_modules/.bin/drizzle-kit', ['generate', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
for (const name of readdirSync(FOLDER).filter((one) => one.endsWith('.sql') && !before.has(one))) {
  const path = join(FOLDER, name);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"public".', ''));
}
