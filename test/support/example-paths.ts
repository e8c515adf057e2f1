import { fileURLToPath } from 'node:url';

/** Settings of a worker that serves the examples, as docs/workers.md names them. */
export const EXAMPLE_PATHS = {
  WORKFLOWS_PATH: fileURLToPath(new URL('../../examples/workflows/index.js', import.meta.url)),
  ACTIVITIES_PATH: fileURLToPath(new URL('../../examples/activities/index.js', import.meta.url)),
};
