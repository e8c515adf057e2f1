import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { identify } from '../../src/local/processes/process-identity.ts';
import type { WorkInterval } from '../measure/intervals.ts';
import { NAMESPACES, type Servers } from './servers.ts';

const BENCH = fileURLToPath(new URL('../../../bench/', import.meta.url));

export type PeerName = 'dbos' | 'pg-boss' | 'seed-poller';

export interface PeerWork {
  readonly tenants: number;
  readonly jobsPerTenant: number;
  readonly cap: number;
  readonly workMs: number;
  /** Of each tenant's first jobs, instead of `workMs`. */
  readonly firstMs: readonly (readonly number[])[];
  /** When it gives up. */
  readonly timeLimitMs: number;
  /** As it comes, or with the shortest waits that it permits. */
  readonly setting: 'default' | 'fastest';
}

/** Told of its process. */
export interface PeerWatch {
  onSpawn(pid: number): void;
  /** Every job has ended, and the process is about to. */
  onEnd(): void;
}

/** Runs a peer's script, bench/peers/, on a database of its own, and returns what its jobs wrote down. */
export async function runPeer(
  servers: Servers,
  peer: PeerName,
  work: PeerWork,
  watch: PeerWatch,
): Promise<WorkInterval[]> {
  const tenants = Array.from({ length: work.tenants }, (_, i) => `t${i}`);
  const input = {
    ...work,
    tenants,
    databaseUrl: await servers.newDatabase(),
    temporalAddress: servers.temporalAddress,
    namespace: NAMESPACES.peers,
  };
  const child = spawn(process.execPath, [`${BENCH}peers/${peer}.mjs`, JSON.stringify(input)], {
    cwd: BENCH,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) servers.onSpawn(identity);
  let printed = '';
  let complaints = '';
  if (child.pid !== undefined) watch.onSpawn(child.pid);
  child.stdout.once('data', () => watch.onEnd());
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0)
    throw new Error(`${peer} (${work.setting}) ended with ${code}:\n${complaints.slice(-2_000)}`);
  const { intervals } = JSON.parse(printed.trim().split('\n').at(-1)!) as { intervals: number[][] };
  return intervals.map(([tenant, seq, beganMs, endedMs]) => ({
    tenant: tenants[tenant!]!,
    seq: seq!,
    beganMs: beganMs!,
    endedMs: endedMs!,
  }));
}
