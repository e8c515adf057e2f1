import { createRequire } from 'node:module';

/** Loads a package of bench/package.json. A scenario that uses one says so in `needsPackages`, and `npm run bench` installs them. */
export const requirePackage = createRequire(new URL('../../../bench/package.json', import.meta.url));
