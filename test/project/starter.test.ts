import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { configSchema } from '../../src/config/config.ts';
import { composeProblems, composeServices, interpolate, readRepositoryFile } from './compose-rules.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const STARTER = 'examples/starter';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

const base = readRepositoryFile('docker-compose.yml');
const override = readRepositoryFile(join(STARTER, 'compose.starter.yml'));
const dockerfile = readRepositoryFile(join(STARTER, 'Dockerfile'));

// No test here has Docker: these hold what can be held without it.
describe('examples/starter with containers', () => {
  it('its compose file, beside docker-compose.yml, keeps the same promises', () => {
    assert.deepEqual(composeProblems(merged()), []);
  });

  it('changes the worker alone, and only the image that it runs', () => {
    const { worker, ...others } = composeServices(override);
    assert.deepEqual(others, {});
    assert.deepEqual(Object.keys(worker!).sort(), ['build', 'image']);
    assert.notEqual(worker!.image, composeServices(base)['worker']!.image);
  });

  it('is built from the starter unless another folder is given', () => {
    const { context } = composeServices(override)['worker']!.build as { context: string };
    assert.equal(interpolate(context), `./${STARTER}`);
  });

  it("is built on the image that docker-compose.yml builds, and leaves user and command as that image's", () => {
    const [, image] = /^ARG SLUICE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
    assert.equal(image, composeServices(base)['api']!.image);
    const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    assert.match(lastStage, /^\nFROM \$\{SLUICE_IMAGE\}$/m);
    assert.doesNotMatch(lastStage, /^(USER|WORKDIR|CMD|ENTRYPOINT) /m);
  });

  it('runs the same Node where it installs its packages as where it uses them', () => {
    const node = (text: string) => [...text.matchAll(/^FROM (node:\S+)/gm)].map((match) => match[1]!);
    assert.deepEqual([...new Set(node(dockerfile))], [...new Set(node(readRepositoryFile('Dockerfile')))]);
  });

  it('copies its code to where the two settings name it', () => {
    const [, source, target] = /^COPY (\w+) (\S+)$/m.exec(dockerfile) ?? [];
    assert.ok(source !== undefined && target !== undefined);
    const variables = [...dockerfile.matchAll(/\b([A-Z_]+)=(\/\S+)/g)];
    assert.deepEqual(variables.map(([, name]) => name!).sort(), ['ACTIVITIES_PATH', 'WORKFLOWS_PATH']);
    for (const [, name = '', path] of variables) {
      assert.ok(name in configSchema.properties, name);
      assert.ok(existsSync(join(ROOT, STARTER, path!.replace(target, source))), path);
    }
  });
});

it("examples/starter and its README name Temporal's packages in Sluice's own version", () => {
  const own = (JSON.parse(readRepositoryFile('package.json')) as Manifest).dependencies;
  const { dependencies } = JSON.parse(readRepositoryFile(join(STARTER, 'package.json'))) as Manifest;
  for (const [name, version] of Object.entries(dependencies)) assert.equal(version, own[name], name);
  const readme = readRepositoryFile(join(STARTER, 'README.md'));
  assert.ok(readme.includes(`Sluice's own version, ${own['@temporalio/workflow']}.`));
});

/** The two files as Compose reads them; keys of a service that are given again replace the first ones. */
function merged(): string {
  const services = composeServices(base);
  const changed = Object.entries(composeServices(override)).map(([name, service]) => [
    name,
    { ...services[name], ...service },
  ]);
  return stringify({
    ...(parse(base, { merge: true }) as object),
    ...(parse(override) as object),
    services: { ...services, ...(Object.fromEntries(changed) as object) },
  });
}
