import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionSummary, Sluice } from '../../packages/client/src/index.ts';
import type { httpRequest } from '../../src/workflows/http-request/http-request.workflow.ts';
import { type Witness, startWitness } from './witness.ts';

/**
 * `npm run demo`: two workspaces, 60 executions each, every one a real HTTP call to the echo service, which counts for itself how
 * many are open at once. On the way the pro workspace becomes enterprise and pro again. Ends with a table of checks, and with 1 if any fails.
 */

const EXECUTIONS = 60;
const PRO_LIMIT = 5;
const ENTERPRISE_LIMIT = 10;
const ANSWER_AFTER_MS = 1_000;

/** Long enough for a stop and a start of everything in the middle. */
const PATIENCE_MS = 180_000;
const LOOK_EVERY_MS = 100;

const say = (line: string) =>
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const begun = Date.now();

interface Check {
  readonly claim: string;
  readonly holds: boolean;
  readonly measured: string;
}

async function main(): Promise<void> {
  const baseUrl = process.env['SLUICE_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? '8080'}`;
  const sluice = new Sluice({
    baseUrl,
    apiKey: process.env['SLUICE_KEY'],
    retryFor: PATIENCE_MS,
    onRetry: ({ error, tries }) => {
      if (tries === 1) say(`${error.message} Asking again.`);
    },
  });
  const suffix = randomBytes(3).toString('hex');
  const pro = `demo-pro-${suffix}`;
  const enterprise = `demo-enterprise-${suffix}`;
  const service = await startWitness({
    port: Number(process.env['LOCAL_ECHO_PORT'] ?? 9099),
    workspaceIds: [pro, enterprise],
  });
  say(`asking ${baseUrl}; the echo service is ${service.url}`);
  await sluice.workspaces.put(pro, { tier: 'pro' });
  await sluice.workspaces.put(enterprise, { tier: 'enterprise' });
  await Promise.all([enqueueAll(sluice, service, pro), enqueueAll(sluice, service, enterprise)]);
  say(`accepted ${EXECUTIONS} executions each for ${pro} and ${enterprise}`);

  const progress = showProgress(service, [pro, enterprise]);
  const resized = await resizeOnTheWay(sluice, service, pro);
  const [proDone, enterpriseDone] = await Promise.all([allEnded(sluice, pro), allEnded(sluice, enterprise)]);
  progress.stop();

  const checks = [
    ...resized,
    {
      claim: `enterprise: never more than ${ENTERPRISE_LIMIT} at once, as the service counts`,
      holds: service.seen(enterprise).most <= ENTERPRISE_LIMIT,
      measured: `at most ${service.seen(enterprise).most}`,
    },
    ...endChecks(service, pro, proDone, ENTERPRISE_LIMIT),
    ...endChecks(service, enterprise, enterpriseDone, ENTERPRISE_LIMIT),
  ];
  report(checks);
  await service.close();
  process.exitCode = checks.every((check) => check.holds) ? 0 : 1;
}

async function enqueueAll(sluice: Sluice, service: Witness, workspaceId: string): Promise<void> {
  for (let n = 1; n <= EXECUTIONS; n++) {
    await sluice.start<typeof httpRequest>('httpRequest', {
      workspace: workspaceId,
      input: {
        method: 'POST',
        url: `${service.url}/${workspaceId}/${n}?delayMs=${ANSWER_AFTER_MS}`,
        timeoutSeconds: 10,
      },
      idempotencyKey: `demo-${workspaceId}-${n}`,
    });
  }
}

/** Pro, then enterprise until the service sees ten at once, then pro again until it sees five: the rest run under the old cap. */
async function resizeOnTheWay(sluice: Sluice, service: Witness, pro: string): Promise<Check[]> {
  const seen = service.seen(pro);
  await until(() => seen.answered.size >= 15, 'fifteen pro calls are answered');
  const asPro = seen.most;
  await sluice.workspaces.patch(pro, { tier: 'enterprise' });
  say('PATCH pro -> enterprise');
  await until(() => seen.most > PRO_LIMIT, 'more than five pro calls are open');
  await until(() => seen.most >= ENTERPRISE_LIMIT || seen.answered.size > 45, 'ten pro calls are open');
  const raised = seen.most;
  await sluice.workspaces.patch(pro, { tier: 'pro' });
  say('PATCH enterprise -> pro');
  await until(() => seen.inFlight <= PRO_LIMIT, 'the pro calls drain to five');
  const answeredAtDrain = seen.answered.size;
  await service.resetMost(pro);
  await until(() => seen.answered.size >= EXECUTIONS, 'all pro calls are answered');
  return [
    {
      claim: `pro: never more than ${PRO_LIMIT} at once`,
      holds: asPro <= PRO_LIMIT && asPro > 0,
      measured: `at most ${asPro}`,
    },
    {
      claim: `raised to enterprise: ${ENTERPRISE_LIMIT} at once`,
      holds: raised === ENTERPRISE_LIMIT,
      measured: `${raised}`,
    },
    {
      claim: `back to pro: drains and stays at ${PRO_LIMIT}`,
      holds: seen.most <= PRO_LIMIT && answeredAtDrain < EXECUTIONS,
      measured: `at most ${seen.most} for the last ${EXECUTIONS - answeredAtDrain}`,
    },
  ];
}

function endChecks(
  service: Witness,
  workspaceId: string,
  executions: readonly ExecutionSummary[],
  limit: number,
): Check[] {
  const tier = workspaceId.split('-')[1]!;
  const completed = executions.filter((execution) => execution.status === 'completed').length;
  const { arrivals, answered } = service.seen(workspaceId);
  const stray = Math.max(...arrivals.map((name, index) => Math.abs(Number(name) - 1 - index)));
  const repeated = [...answered.values()].filter((count) => count > 1).length;
  const ordered = executions.every((e, i) => i === 0 || e.admittedAt! >= executions[i - 1]!.admittedAt!);
  return [
    {
      claim: `${tier}: all completed`,
      holds: completed === EXECUTIONS,
      measured: `${completed} of ${EXECUTIONS}`,
    },
    { claim: `${tier}: claimed in seq order`, holds: ordered, measured: ordered ? 'yes' : 'no' },
    {
      claim: `${tier}: calls arrive within ${limit} places of their seq`,
      holds: stray <= limit,
      measured: `at most ${stray} away`,
    },
    {
      claim: `${tier}: each call answered`,
      holds: answered.size === EXECUTIONS,
      measured: repeated === 0 ? 'once' : `${repeated} repeated by a retry of their activity`,
    },
  ];
}

async function allEnded(sluice: Sluice, workspaceId: string): Promise<ExecutionSummary[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const executions = await allOf(sluice, workspaceId);
    if (
      executions.length === EXECUTIONS &&
      executions.every((e) => e.status !== 'pending' && e.status !== 'running')
    )
      return executions;
    if (Date.now() > end) {
      const open = executions.filter((e) => e.status === 'pending' || e.status === 'running');
      throw new Error(`${workspaceId}: ${open.length} executions did not end, first ${open[0]?.id}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** By seq. */
async function allOf(sluice: Sluice, workspaceId: string): Promise<ExecutionSummary[]> {
  const executions: ExecutionSummary[] = [];
  for await (const execution of sluice.executions.list(workspaceId)) executions.push(execution);
  return executions.reverse();
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain until ${what}.`);
    await delay(5);
  }
}

function showProgress(service: Witness, workspaces: readonly string[]): { stop(): void } {
  const timer = setInterval(() => {
    say(
      workspaces
        .map(
          (id) =>
            `${id}: ${service.seen(id).inFlight} open, ${service.seen(id).answered.size}/${EXECUTIONS} answered`,
        )
        .join('   '),
    );
  }, 1000);
  return { stop: () => clearInterval(timer) };
}

function report(checks: readonly Check[]): void {
  const width = Math.max(...checks.map((check) => check.claim.length));
  console.log('');
  for (const { claim, holds, measured } of checks)
    console.log(`  ${holds ? 'ok  ' : 'FAIL'}  ${claim.padEnd(width)}  ${measured}`);
  console.log(`\n${checks.every((check) => check.holds) ? 'All claims hold.' : 'Some claims do not hold.'}`);
}

await main();
