import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { identify } from '../../src/local/processes/process-identity.ts';
import type { Servers } from './servers.ts';
import type { GeneratorSetup, TransactionLoad, TransactionOutcome } from './transaction-generator.ts';

const GENERATOR = fileURLToPath(new URL('transaction-generator.js', import.meta.url));

/** Callers that write orders in transactions of their own. */
export interface TransactionCallers {
  /** Throws when a transaction failed. */
  run(load: TransactionLoad): Promise<TransactionOutcome>;
  stop(): Promise<void>;
}

export async function startTransactionCallers(
  servers: Servers,
  setup: GeneratorSetup,
): Promise<TransactionCallers> {
  const child = fork(GENERATOR, [JSON.stringify(setup)]);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) servers.onSpawn(identity);
  const exited = once(child, 'exit');
  const answer = async () => {
    const failed = exited.then(() => Promise.reject(new Error('the callers failed: see above')));
    const [message] = await Promise.race([once(child, 'message'), failed]);
    return message as unknown;
  };
  await answer();
  return {
    async run(load) {
      child.send(load);
      return (await answer()) as TransactionOutcome;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
