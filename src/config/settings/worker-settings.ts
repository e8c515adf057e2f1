import Type from 'typebox';
import { flag, integer, text } from './setting.ts';

/** The parts a worker process can play. */
export const WORKER_ROLES = ['gates', 'workspaces', 'external-api'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** What a worker process does. */
export const workerSettings = {
  WORKER_ROLES: Type.String({
    default: WORKER_ROLES.join(','),
    pattern: `^(${WORKER_ROLES.join('|')})(,(${WORKER_ROLES.join('|')}))*$`,
    description:
      'What this worker process does: a comma-separated list of gates, workspaces and external-api.',
  }),
  WORKFLOWS_PATH: text(
    '',
    "Module with the pool's workflows (.js or .ts). Defaults to Sluice's own, `httpRequest`.",
  ),
  WORKFLOWS_FAIL_ON_ERROR: flag(
    true,
    "A plain error thrown by a workflow of the pool fails its execution. false: Temporal's own way in TypeScript, which fails the workflow task and repeats it until the code is corrected.",
  ),
  ACTIVITIES_PATH: text('', "Module with the pool's activities (.js or .ts). Defaults to none."),
  WORKER_HEALTH_PORT: integer(
    0,
    0,
    65535,
    'Port on HOST where a worker process serves /health/live, /health/ready and /metrics; 0: none. `npm start` on loopback takes 8081 when it is not set, or another that is free.',
  ),
  SDK_METRICS: flag(
    true,
    "Serve the metrics of Temporal's SDK with a worker's own, at WORKER_HEALTH_PORT. false: the SDK counts nothing.",
  ),
};
