import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../dist/src/api/openapi/openapi-document.js';

// Writes the server's OpenAPI document into a file, for tools that read one.
writeFileSync(process.argv[2], JSON.stringify(await openApiDocument(), null, 2));
