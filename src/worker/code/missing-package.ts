import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { nearestPackage } from './nearest-package.ts';

/**
 * What a user's module imports and its project has not installed, as one line that says what to install. A package of Temporal's is named in
 * the version that Sluice itself has, because two of them must fit together.
 */
export function missingPackageText(module: string, specifier: string): string {
  const name = packageOf(specifier);
  const project = nearestPackage(module)?.folder ?? dirname(module);
  return `${module} needs the package ${name}, which is not installed. In ${project}: npm install ${name}${versionOf(name)}`;
}

/** Whether an import names a package: not a file, and nothing of Node's own. */
export function isPackage(specifier: string): boolean {
  return /^(@[\w.-]+\/)?[\w][\w.-]*(\/|$)/.test(specifier);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function versionOf(name: string): string {
  if (!name.startsWith('@temporalio/')) return '';
  const require = createRequire(import.meta.url);
  return `@${(require('@temporalio/workflow/package.json') as { version: string }).version}`;
}
