import { requireNode, prepare } from './bootstrap.mjs';

// `npm run build`: everything in dist/.
requireNode();
await prepare({ project: 'tsconfig.json', typeErrorsAreFatal: true });
