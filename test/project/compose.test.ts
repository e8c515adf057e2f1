import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeProblems, composeServices, readRepositoryFile } from './compose-rules.ts';

const compose = readRepositoryFile('docker-compose.yml');

describe('docker-compose.yml', () => {
  it('follows the compose specification and the promises of this project', () => {
    assert.deepEqual(composeProblems(compose), []);
  });

  it('holds the whole installation', () => {
    assert.deepEqual(Object.keys(composeServices(compose)).sort(), [
      'api',
      'migrate',
      'postgres',
      'temporal',
      'temporal-ui',
      'worker',
    ]);
  });

  it('names every variable that it requires in .env.example', () => {
    const required = new Set([...compose.matchAll(/\$\{(\w+):\?/g)].map((match) => match[1]));
    const offered = new Set(
      [...readRepositoryFile('.env.example').matchAll(/^(\w+)=/gm)].map((match) => match[1]),
    );
    assert.deepEqual(
      [...required].filter((name) => !offered.has(name)),
      [],
    );
  });

  it('mounts only files that are in the repository', () => {
    const mounted = [...compose.matchAll(/- \.\/(\S+?):/g)].map((match) => match[1]!);
    assert.ok(mounted.length > 0);
    for (const path of mounted) assert.doesNotThrow(() => readRepositoryFile(path), path);
  });
});

describe('the check of docker-compose.yml', () => {
  const mistakes: readonly { claim: string; from: string; to: string; problem: RegExp }[] = [
    {
      claim: 'an unknown key',
      from: 'stop_grace_period: 60s',
      to: 'stop_grace: 60s',
      problem: /schema: \/services\/postgres/,
    },
    {
      claim: 'a key of the wrong type',
      from: 'retries: 12',
      to: 'retries: [12]',
      problem: /schema: \/services\/postgres\/healthcheck/,
    },
    {
      claim: 'a service that may fill the disk with its log',
      from: "max-size: 20m, max-file: '3'",
      to: "max-file: '3'",
      problem: /postgres: may fill the disk/,
    },
    {
      claim: 'a service that may take all memory',
      from: '  mem_limit: 1g\n',
      to: '',
      problem: /postgres: may take all memory/,
    },
    {
      claim: 'a port open to the network',
      from: "'127.0.0.1:8080:8080'",
      to: "'8080:8080'",
      problem: /api: port "8080:8080"/,
    },
    {
      claim: 'a port on every address',
      from: "'127.0.0.1:7233:7233'",
      to: "'0.0.0.0:7233:7233'",
      problem: /temporal: port/,
    },
    {
      claim: 'a missing health check',
      from: 'healthcheck:\n      test: [CMD, curl',
      to: 'x-healthcheck:\n      test: [CMD, curl',
      problem: /temporal-ui: runs on and has no health check/,
    },
    {
      claim: 'a command that no build makes',
      from: 'dist/src/cli/sluice.js, worker',
      to: 'dist/src/sluise.js, worker',
      problem: /worker: its command dist\/src\/sluise\.js/,
    },
    {
      claim: 'a subcommand that Sluice does not have',
      from: 'sluice.js, worker',
      to: 'sluice.js, wroker',
      problem: /worker: sluice has no command wroker/,
    },
    {
      claim: 'a setting that Sluice does not know',
      from: 'PORT: 8080',
      to: 'PORTT: 8080',
      problem: /api: PORTT is not a setting/,
    },
    {
      claim: 'a setting with a value that is not allowed',
      from: 'PORT: 8080',
      to: 'PORT: 80800',
      problem: /api: PORT is "80800"/,
    },
    {
      claim: 'a password in a URL',
      from: '${SLUICE_DB_PASSWORD:?set it in .env}@',
      to: 'hunter2@',
      problem: /DATABASE_URL holds a password/,
    },
    {
      claim: 'a password in a variable',
      from: 'POSTGRES_PWD: ${TEMPORAL_DB_PASSWORD:?set it in .env}',
      to: 'POSTGRES_PWD: hunter2',
      problem: /temporal: POSTGRES_PWD holds a password/,
    },
    {
      claim: 'a password with a default',
      from: 'POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it in .env}',
      to: 'POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-postgres}',
      problem: /postgres: POSTGRES_PASSWORD holds a password/,
    },
    {
      claim: 'a start that does not wait for the migrations',
      from: 'migrate: { condition: service_completed_successfully }',
      to: 'migrate: { condition: service_started }',
      problem: /api: waits for migrate by service_started/,
    },
    {
      claim: 'a stop that is cut short',
      from: 'SHUTDOWN_GRACE_SECONDS: 30',
      to: 'SHUTDOWN_GRACE_SECONDS: 60',
      problem: /worker: is killed after 45 s/,
    },
    {
      claim: 'an API that asks nobody for a key',
      from: 'AUTH: keys',
      to: 'AUTH: none',
      problem: /api: asks nobody for a key/,
    },
    {
      claim: 'an API without its first key',
      from: '    secrets: [admin_key]\n',
      to: '',
      problem: /api: has no file with its first key/,
    },
    {
      claim: 'capabilities',
      from: 'cap_drop: [ALL]\n  security',
      to: 'cap_drop: [MKNOD]\n  security',
      problem: /api: keeps capabilities/,
    },
    {
      claim: 'a writable file system',
      from: '  read_only: true\n  tmpfs: [/tmp]\n  cap',
      to: '  cap',
      problem: /worker: may write/,
    },
    {
      claim: 'an image without a version',
      from: 'temporalio/ui:2.42.1',
      to: 'temporalio/ui:latest',
      problem: /temporal-ui: its image/,
    },
  ];

  for (const { claim, from, to, problem } of mistakes) {
    it(`refuses ${claim}`, () => {
      assert.ok(compose.includes(from), `the text to spoil is gone: ${from}`);
      const problems = composeProblems(compose.replace(from, to));
      assert.ok(
        problems.some((found) => problem.test(found)),
        `found only: ${problems.join('; ') || 'nothing'}`,
      );
    });
  }
});

describe('Dockerfile', () => {
  const dockerfile = readRepositoryFile('Dockerfile');

  it('runs as a user that is not root', () => {
    assert.equal(/^USER (\w+)$/gm.exec(dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')))?.[1], 'node');
  });

  it('is built on images with a version', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]!);
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)/gm)].map((match) => match[1]!);
    for (const image of images) assert.ok(stages.includes(image) || /:\d/.test(image), image);
  });

  it('has the package.json of every workspace before it installs packages for the build', () => {
    const { workspaces } = JSON.parse(readRepositoryFile('package.json')) as { workspaces: string[] };
    const build = dockerfile.slice(dockerfile.indexOf(' AS build\n'));
    for (const folder of workspaces)
      assert.ok(
        build.slice(0, build.indexOf('npm ci')).includes(`COPY ${folder}/package.json ${folder}/\n`),
        folder,
      );
  });

  it('copies only what the build context lets through', () => {
    const allowed = readRepositoryFile('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      match[1]!.split(' '),
    );
    assert.deepEqual(
      copied.filter((path) => path !== '.' && !allowed.some((root) => `${path}/`.startsWith(`${root}/`))),
      [],
    );
  });
});
