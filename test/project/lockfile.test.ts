import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRepositoryFile } from './compose-rules.ts';

interface Lock {
  readonly packages: Record<
    string,
    {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly optionalDependencies?: Readonly<Record<string, string>>;
    }
  >;
}

// Plain JavaScript, because it also runs before anything is installed: hence no types of its own.
const { missingFromLockfile } = (await import(
  new URL('../../../tools/lockfile.mjs', import.meta.url).href
)) as {
  missingFromLockfile(lock: Lock): string[];
};

const lock = () => JSON.parse(readRepositoryFile('package-lock.json')) as Lock;

describe('package-lock.json', () => {
  it('holds the bindings of every platform that it names', () => {
    assert.deepEqual(missingFromLockfile(lock()), []);
  });

  it('would be refused without the binding of one platform', () => {
    const spoiled = lock();
    delete spoiled.packages['node_modules/@swc/core-darwin-arm64'];
    assert.deepEqual(missingFromLockfile(spoiled), ['node_modules/@swc/core > @swc/core-darwin-arm64']);
  });

  it("pins Temporal's packages to one exact version, as package.json does", () => {
    const { dependencies } = JSON.parse(readRepositoryFile('package.json')) as {
      dependencies: Record<string, string>;
    };
    assert.deepEqual(lock().packages['']!.dependencies, dependencies);
    const temporal = Object.entries(dependencies).filter(([name]) => name.startsWith('@temporalio/'));
    const versions = new Set(temporal.map(([, version]) => version));
    assert.equal(versions.size, 1, [...versions].join());
    assert.match([...versions][0]!, /^\d+\.\d+\.\d+$/);
  });

  it('may hold a binding inside the package that needs it', () => {
    const nested: Lock = {
      packages: {
        '': {},
        'node_modules/a': {},
        'node_modules/a/node_modules/b': { optionalDependencies: { c: '1', d: '1', e: '1' } },
        'node_modules/a/node_modules/b/node_modules/c': {},
        'node_modules/a/node_modules/d': {},
      },
    };
    assert.deepEqual(missingFromLockfile(nested), ['node_modules/a/node_modules/b > e']);
  });
});
