import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Transaction } from '../../packages/client/src/sql/index.ts';
import { prepareDatabase, testEach } from '../client/transactions/every-library.ts';
import type { CallerTransaction, Library } from '../client/transactions/library.ts';
import { REPOSITORY } from '../support/processes/started.ts';
import { startWorld, type World } from '../support/world.ts';
import { runCommand } from './readme-commands.ts';

/** The client that Prisma generates, as far as this file calls it: its own types are there when this file has long been compiled. */
interface Client {
  $transaction<T>(work: (tx: Tx) => Promise<T>, options?: { maxWait: number; timeout: number }): Promise<T>;
  $disconnect(): Promise<void>;
}

type Tx = Client & Transaction & { order: { create(row: { data: { title: string } }): Promise<unknown> } };

/** For a machine that has much else to do. */
const PATIENT = { maxWait: 20_000, timeout: 20_000 };

let folder: string;
let world: World;
before(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'sluice-prisma-'));
  cpSync(join(REPOSITORY, 'test/callers/prisma'), folder, { recursive: true });
  await runCommand('npm ci --ignore-scripts', folder, {});
  // Generating needs no engine, but would download one: any program stands for it.
  const settings = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
  await runCommand('npx prisma generate --schema schema.prisma', folder, settings);
  world = await startWorld(import.meta.url);
  await prepareDatabase(world.config.DATABASE_URL);
});
after(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const prisma: Library = {
  name: 'Prisma',
  open(databaseUrl) {
    const fromFolder = createRequire(join(folder, 'package.json'));
    const { PrismaClient } = fromFolder('./client') as { PrismaClient: new (options: object) => Client };
    const { PrismaPg } = fromFolder('@prisma/adapter-pg') as { PrismaPg: new (options: object) => object };
    const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl }) });
    const of = (tx: Tx): CallerTransaction => ({
      tx,
      insertOrder: (title) => tx.order.create({ data: { title } }),
      savepoint: (work) => tx.$transaction((inner) => work(of(inner))),
    });
    return {
      transaction: (work) => client.$transaction((tx) => work(of(tx)), PATIENT),
      noTransactions: [client],
      close: () => client.$disconnect(),
    };
  },
};

testEach([prisma], () => world);

test("the types of Prisma's transaction are those that enqueue takes, and those of its client are not", async () => {
  const client = JSON.stringify(join(REPOSITORY, 'packages/client/src/sql/index.ts'));
  writeFileSync(
    join(folder, 'caller.mts'),
    `import { PrismaClient } from './client/index.js';
    import { enqueue } from ${client};
    export const one = (prisma: PrismaClient) => prisma.$transaction(async (tx) => enqueue(tx, 'echo', { workspace: 'acme' }));
    export const two = (prisma: PrismaClient) => prisma.$extends({ model: {} }).$transaction((tx) => enqueue(tx, 'echo', { workspace: 'acme' }));
    // @ts-expect-error The client is no transaction.
    export const three = (prisma: PrismaClient) => enqueue(prisma, 'echo', { workspace: 'acme' });`,
  );
  const typescript = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
  const options =
    '--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2022 --skipLibCheck --allowImportingTsExtensions';
  await runCommand(`${process.execPath} ${typescript} ${options} caller.mts`, folder, {});
});
