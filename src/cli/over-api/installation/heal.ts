import { setTimeout as pause } from 'node:timers/promises';
import type { Gate } from '../../../../packages/client/src/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { count } from '../../print/count.ts';
import { fieldLines } from '../../print/table.ts';
import { age } from '../../print/times.ts';
import { verb } from '../command.ts';
import { single } from '../group.ts';

/** A gate that is woken looks within a second; one that has to be started, or whose worker was slow, within some. */
const LOOK_MAX_MS = 15_000;
const POLL_MS = 300;

export const heal = single(
  'heal',
  verb({
    name: '',
    words: ['WORKSPACE'],
    text: 'Wakes the gate of a workspace, or starts it, and says what was wrong and what it found.',
    options: {},
    kind: 'act',
    async run({ sluice, show }, [workspaceId]) {
      const before = await sluice.gates.wake(workspaceId!);
      const after = await looked(() => sluice.gates.get(workspaceId!), before);
      const wrong = problemsOf(before);
      show({ workspaceId, wrong, looked: after !== null, before, after }, () => [
        ...fieldLines([
          ...(wrong.length === 0 ? ['nothing'] : wrong).map(
            (one, nth) => [nth === 0 ? 'was wrong' : '', one] as const,
          ),
          ['found', after === null ? NOT_LOOKED : foundText(before, after)],
        ]),
      ]);
      return after === null ? EXIT.notReachable : EXIT.done;
    },
  }),
);

const NOT_LOOKED = `its gate has not looked within ${LOOK_MAX_MS / 1000} s: does a worker with the role gates run, and does Temporal?`;

async function looked(read: () => Promise<Gate>, before: Gate): Promise<Gate | null> {
  for (const endMs = performance.now() + LOOK_MAX_MS; performance.now() < endMs; await pause(POLL_MS)) {
    const gate = await read();
    if (gate.reconciledAt !== before.reconciledAt) return gate;
  }
  return null;
}

/** What kept the workspace's queue from moving, as far as it can be told. */
function problemsOf(gate: Gate): string[] {
  const { lastError, stalled, restoringSince, paused, running, pending, limit, reconciledAt, gateRunId } =
    gate;
  const problems: string[] = [];
  if (lastError !== null) problems.push(`its gate: ${lastError}`);
  if (gateRunId === null && pending > 0) problems.push('no gate has ever looked at its queue');
  if (restoringSince !== null)
    problems.push(
      'nothing starts since its database was restored: `sluice resume --after-restore` lets it go on, a wake does not',
    );
  if (paused !== null) problems.push(`it is paused (${paused.reason}): a wake does not resume it`);
  if (stalled !== null)
    problems.push(
      `${count(stalled.executions, 'execution')} that cannot make progress, ${stalled.reason}: ${stalled.message}`,
    );
  if (problems.length === 0 && pending > 0 && running < limit)
    problems.push(
      `${running} of ${limit} slots were taken and ${pending} waited; its gate had looked ${age(reconciledAt) ?? '?'} before`,
    );
  return problems;
}

function foundText(before: Gate, after: Gate): string {
  const slots = `${before.running} -> ${after.running} of ${after.limit} slots taken`;
  const queue = `${before.pending} -> ${after.pending} wait`;
  const admitted = after.lastAdmissionAt !== before.lastAdmissionAt ? '; it has admitted' : '';
  return `its gate has looked: ${slots}, ${queue}${admitted}${after.lastError === null ? '' : `; it says: ${after.lastError}`}`;
}
