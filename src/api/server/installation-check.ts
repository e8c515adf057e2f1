import type { Client } from '@temporalio/client';
import type { Db } from '../../db/connection/database.ts';
import { readDeployment } from '../../db/installation/deployment.ts';
import {
  NamespaceMismatchError,
  NamespaceTakenError,
  refuseOtherNamespace,
  refuseOtherOwner,
} from '../../temporal/namespace/installation.ts';
import { describeNamespace } from '../../temporal/namespace/namespace.ts';
import { sweepScheduleOwner } from '../../temporal/namespace/schedule-owner.ts';

/** Whether database and namespace belong together, as far as an API can tell: Temporal may be down when it starts. */
export interface InstallationCheck {
  /**
   * Resolves with the deployment when gates may be woken. Asks Postgres and Temporal at the first call, and again when the last answer is
   * older than RECHECK_MS.
   *
   * @throws NamespaceMismatchError, NamespaceTakenError, and what Postgres and Temporal throw when they do not answer
   */
  require(): Promise<string>;
  /** The same as a value: null when they belong together, or when it cannot be told now. */
  problem(): Promise<NamespaceMismatchError | NamespaceTakenError | null>;
}

/** An operator may move the database, or another server may answer at the same address. */
const RECHECK_MS = 30_000;

/** After a mismatch: soon enough to be ready again when it is corrected, and not once for each wake. */
const RECHECK_MISMATCH_MS = 5_000;

/** Within the time of one wake. */
const ANSWER_MAX_MS = 4_000;

interface Verdict {
  readonly until: number;
  readonly deployment: string;
  readonly problem: NamespaceMismatchError | NamespaceTakenError | null;
}

export function createInstallationCheck({ client, db }: { client: Client; db: Db }): InstallationCheck {
  let last: Verdict | null = null;
  let asking: Promise<Verdict> | null = null;

  const verdict = async (): Promise<Verdict> => {
    if (last !== null && performance.now() < last.until) return last;
    asking ??= ask(client, db).finally(() => (asking = null));
    try {
      last = await asking;
    } catch (error) {
      // Known to belong together: a server that is slow now is no reason to wake nobody.
      if (last === null || last.problem !== null) throw error;
    }
    return last;
  };

  return {
    async require() {
      const { deployment, problem } = await verdict();
      if (problem !== null) throw problem;
      return deployment;
    },
    problem: () =>
      verdict().then(
        ({ problem }) => problem,
        () => null,
      ),
  };
}

async function ask(client: Client, db: Db): Promise<Verdict> {
  const [deployment, namespace, owner] = await client.withDeadline(Date.now() + ANSWER_MAX_MS, () =>
    Promise.all([readDeployment(db), describeNamespace(client), sweepScheduleOwner(client)]),
  );
  try {
    refuseOtherNamespace(deployment, namespace);
    refuseOtherOwner(deployment, owner, namespace.name);
  } catch (error) {
    if (!(error instanceof NamespaceMismatchError || error instanceof NamespaceTakenError)) throw error;
    return {
      until: performance.now() + RECHECK_MISMATCH_MS,
      deployment: deployment.id,
      problem: error,
    };
  }
  return { until: performance.now() + RECHECK_MS, deployment: deployment.id, problem: null };
}
