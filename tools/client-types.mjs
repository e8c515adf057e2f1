import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openApiDocument } from '../dist/src/api/openapi/openapi-document.js';

// Writes the client's types from the server's OpenAPI document. With `--check` it writes nothing and says whether they are in step.

const root = new URL('../', import.meta.url);
const target = new URL('packages/client/src/generated/api.ts', root);

const HEADER = `/* Written by \`npm run client:types\` from the server's OpenAPI document. Do not change it by hand. */

`;

const generated = HEADER + (await typesOf(await openApiDocument()));
if (!process.argv.includes('--check')) {
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, generated);
} else if (readFileSync(target, 'utf8') !== generated) {
  console.error(
    'packages/client/src/generated/api.ts does not match the routes: run `npm run client:types` and commit what it writes.',
  );
  process.exitCode = 1;
}

/** The generator is a package of the client's, as is the compiler that it is made for. */
async function typesOf(document) {
  const requireOfClient = createRequire(new URL('packages/client/package.json', root));
  const { default: openapiTS, astToString } = requireOfClient('openapi-typescript');
  return astToString(await openapiTS(document));
}
