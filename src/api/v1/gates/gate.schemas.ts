import Type, { type Static } from 'typebox';
import { TIERS } from '../../../domain/tier.ts';
import { workspaceStall } from '../executions/stalls.schemas.ts';
import { paused, restoringSince } from '../workspaces/workspaces.schemas.ts';
import { textEnum } from '../../openapi/text-enum.ts';

const instant = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

export const Gate = Type.Object(
  {
    workspaceId: Type.String({ examples: ['acme'] }),
    workflowId: Type.String({ description: "The gate's workflow id in Temporal.", examples: ['gate.acme'] }),
    source: textEnum(['gate', 'postgres'], {
      description:
        'Of limit and lastError. `gate`: what the gate itself answered. `postgres`: it did not answer, and these are the stored values.',
    }),
    lastError: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the gate waits, or why it did not answer; null when all is well.',
    }),
    tier: textEnum(TIERS),
    limit: Type.Integer({ description: 'How many executions may run at once.', examples: [5] }),
    limitSource: textEnum(['tier', 'override'], { description: 'Where that limit comes from.' }),
    running: Type.Integer({ description: 'How many hold a slot now, as stored.', examples: [5] }),
    pending: Type.Integer({ description: 'How many wait in the queue now, as stored.', examples: [12] }),
    ...workspaceStall,
    restoringSince,
    paused,
    gateRunId: Type.Union([Type.String(), Type.Null()], {
      description:
        'The gate run that reconciled last; null when none ever has: a gate starts with the first execution.',
    }),
    lastAdmissionAt: instant('When an execution last got a slot.'),
    reconciledAt: instant('When the gate last reconciled.'),
    webUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: "The gate's current details in the Temporal Web UI; null when it was never started.",
    }),
  },
  { $id: 'Gate', description: "A workspace's gate: what it lets through, and what it sees." },
);
export type Gate = Static<typeof Gate>;
