/* Written by `npm run client:types` from the server's OpenAPI document. Do not change it by hand. */

export interface paths {
    readonly "/v1/workspaces/{workspaceId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a workspace */
        readonly get: operations["getWorkspace"];
        /**
         * Create a workspace, or replace its settings
         * @description Raising a limit admits waiting executions at once. Lowering it stops nothing that runs: nothing is admitted until fewer run than the new limit.
         */
        readonly put: operations["putWorkspace"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Change some settings of a workspace */
        readonly patch: operations["patchWorkspace"];
        readonly trace?: never;
    };
    readonly "/v1/workspaces": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List workspaces */
        readonly get: operations["listWorkspaces"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/workspaces/{workspaceId}/executions": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the executions of a workspace */
        readonly get: operations["listExecutions"];
        readonly put?: never;
        /**
         * Run a workflow as soon as the workspace has a slot
         * @description Answers as soon as the execution is stored, which is when it can no longer be lost; it waits for no worker. Its `Location` tells how it goes on.
         */
        readonly post: operations["enqueueExecution"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/workspaces/{workspaceId}/executions/{executionId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read an execution */
        readonly get: operations["getExecution"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/workspaces/{workspaceId}/executions/{executionId}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancel an execution
         * @description One that waits never starts. One that runs is asked to stop, which its workflow may take time for, or refuse. One that has ended stays as it is. No body is needed.
         */
        readonly post: operations["cancelExecution"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/workspaces/{workspaceId}/executions/{executionId}/terminate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Terminate an execution
         * @description For an execution that does not respond to a cancellation: Temporal ends it at once, and its workflow cannot clean up. One that is pending never starts. One that has ended stays as it is. No body is needed.
         */
        readonly post: operations["terminateExecution"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/workspaces/{workspaceId}/gate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a workspace's gate
         * @description Asks the gate itself, and falls back to what is stored when it does not answer within 1.5 s. `running` and `pending` are always what is stored, and agree with each other and with the workspace's; the gate's page shows what the gate itself sees.
         */
        readonly get: operations["getGate"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Whether the process answers */
        readonly get: operations["live"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Whether requests can be served */
        readonly get: operations["ready"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Metrics for Prometheus */
        readonly get: operations["metrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An RFC 9457 problem document. */
        readonly Problem: {
            /**
             * @description Names the problem and never changes: decide by this, not by the texts.
             * @example urn:sluice:problem:queue-full
             * @enum {string}
             */
            readonly type: "urn:sluice:problem:malformed-json" | "urn:sluice:problem:invalid-request" | "urn:sluice:problem:foreign-origin" | "urn:sluice:problem:workspaces-full" | "urn:sluice:problem:workspace-not-found" | "urn:sluice:problem:execution-not-found" | "urn:sluice:problem:route-not-found" | "urn:sluice:problem:method-not-allowed" | "urn:sluice:problem:request-too-slow" | "urn:sluice:problem:payload-too-large" | "urn:sluice:problem:unsupported-media-type" | "urn:sluice:problem:expectation-unknown" | "urn:sluice:problem:misdirected-request" | "urn:sluice:problem:idempotency-key-reused" | "urn:sluice:problem:workflow-type-unknown" | "urn:sluice:problem:queue-full" | "urn:sluice:problem:queue-bytes-full" | "urn:sluice:problem:headers-too-large" | "urn:sluice:problem:internal-error" | "urn:sluice:problem:database-unavailable" | "urn:sluice:problem:database-full" | "urn:sluice:problem:wrong-installation" | "urn:sluice:problem:workspace-busy" | "urn:sluice:problem:request-timed-out";
            /** @description What the type means, in words. */
            readonly title: string;
            /** @description The HTTP status, again. */
            readonly status: number;
            /** @description What happened here, and what to do about it. */
            readonly detail: string;
            /** @description The path that was asked for. */
            readonly instance: string;
            /** @description The X-Request-Id under which the logs have it. */
            readonly requestId: string;
            /** @description Of `invalid-request`: all that does not match. */
            readonly errors?: readonly {
                /**
                 * @description The part of the request.
                 * @enum {string}
                 */
                readonly in: "body" | "params" | "querystring" | "headers";
                /**
                 * @description JSON Pointer into that part; empty for the part as a whole.
                 * @example /limitOverride
                 */
                readonly path: string;
                /** @example must be <= 1000 */
                readonly message: string;
            }[];
            /** @description Of `queue-full`: how many executions may wait. */
            readonly limit?: number;
            /** @description Of `queue-full`: how many wait. */
            readonly pending?: number;
            /** @description Of `payload-too-large` and `queue-bytes-full`: the input's size. */
            readonly bytes?: number;
            /** @description Of `queue-bytes-full`: the size of all inputs in the queue. */
            readonly pendingBytes?: number;
            /** @description Of `queue-bytes-full`: how large all of them may be. */
            readonly maxPendingBytes?: number;
            /** @description Of `workspaces-full`: how many there may be. */
            readonly maxWorkspaces?: number;
            /** @description Of `payload-too-large`: the largest size taken. */
            readonly maxBytes?: number;
            /** @description Of `idempotency-key-reused`: what the key stands for. */
            readonly executionId?: string;
            /** @description Of `workflow-type-unknown`. */
            readonly workflowType?: string;
            /** @description Of `workflow-type-unknown`: what the workers know, at most 50 of them. */
            readonly knownWorkflowTypes?: readonly string[];
            /**
             * @description Of `malformed-json`.
             * @enum {string}
             */
            readonly reason?: "not-utf-8" | "malformed" | "too-deep" | "lone-surrogate" | "duplicate-member";
        };
        /** @description The process answers. */
        readonly Live: {
            /** @enum {string} */
            readonly status: "ok";
        };
        /** @description Whether requests can be served. */
        readonly Ready: {
            /**
             * @description `degraded`: executions are accepted and kept, and start when Temporal is back.
             * @enum {string}
             */
            readonly status: "ok" | "degraded";
            /** @enum {string} */
            readonly postgres: "up";
            /** @enum {string} */
            readonly temporal: "up" | "down";
        };
        /** @description A tenant: its settings, and what they come to. */
        readonly Workspace: {
            /** @example acme */
            readonly id: string;
            /**
             * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
             * @example pro
             * @enum {string}
             */
            readonly tier: "pro" | "enterprise";
            /**
             * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
             * @example null
             * @example 7
             */
            readonly limitOverride: number | null;
            /**
             * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
             * @example pool
             * @enum {string}
             */
            readonly workers: "pool" | "external";
            /**
             * @description How many executions run at once: the limit in force.
             * @example 5
             */
            readonly limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            readonly limitSource: "tier" | "override";
            /**
             * @description How many executions may wait in the queue.
             * @example 10000
             */
            readonly maxPending: number;
            /**
             * @description How long one execution may run.
             * @example 86400
             */
            readonly maxDurationSeconds: number;
            /**
             * @description How many wait in the queue now.
             * @example 0
             */
            readonly pending: number;
            /**
             * @description How many hold a slot, as its gate last counted.
             * @example 0
             */
            readonly running: number;
            /** @description Its running executions that cannot make progress, with the reason of the one that has not for longest; null when there is none. */
            readonly stalled: {
                /** @description How many of its running executions are stalled. */
                readonly executions: number;
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                readonly reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                readonly message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                readonly since: string;
            } | null;
            /**
             * @description The Temporal task queue of the workspace's executions.
             * @example workflow.workspace.acme
             */
            readonly taskQueue: string;
            /** Format: date-time */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When a setting last changed.
             */
            readonly updatedAt: string;
        };
        /** @description Workspaces in the order of their ids. */
        readonly WorkspacePage: {
            readonly items: readonly components["schemas"]["Workspace"][];
            /** @description Ask for the next page with it; null when this is the last. */
            readonly nextCursor: string | null;
        };
        /**
         * @description One accepted request to run a workflow.
         * @example {
         *       "id": "0199f3a2-7c1e-7000-8000-5f0c8f5a7b11",
         *       "workspaceId": "acme",
         *       "seq": 1,
         *       "status": "pending",
         *       "workflowType": "httpRequest",
         *       "createdAt": "2026-11-23T15:06:30.453Z",
         *       "admittedAt": null,
         *       "startedAt": null,
         *       "closedAt": null,
         *       "cancelRequested": false,
         *       "terminateRequested": false,
         *       "stalled": null,
         *       "lastTaskFailure": null,
         *       "failure": null,
         *       "resultOmitted": null,
         *       "workflowId": "execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11",
         *       "runId": null,
         *       "webUrl": null,
         *       "position": 1,
         *       "positionIsUpperBound": false,
         *       "input": {
         *         "method": "GET",
         *         "url": "http://127.0.0.1:8080/health/live"
         *       }
         *     }
         */
        readonly Execution: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            readonly id: string;
            /** @example acme */
            readonly workspaceId: string;
            /**
             * @description Its number in the workspace, without gaps: executions are admitted in this order.
             * @example 1
             */
            readonly seq: number;
            /**
             * @description `pending`: waits in the queue. `running`: holds a slot. The others: how it ended.
             * @enum {string}
             */
            readonly status: "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out";
            /** @example httpRequest */
            readonly workflowType: string;
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            readonly createdAt: string;
            /** @description When it got its slot. */
            readonly admittedAt: string | null;
            /** @description When Temporal started its workflow; known a moment later. */
            readonly startedAt: string | null;
            /** @description When it ended. */
            readonly closedAt: string | null;
            /** @description Whether its cancellation was asked for. */
            readonly cancelRequested: boolean;
            /** @description Whether its termination was asked for. */
            readonly terminateRequested: boolean;
            /** @description Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`. */
            readonly stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                readonly reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                readonly message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                readonly since: string;
            } | null;
            /** @description While it is stalled because its workflow task fails: how. */
            readonly lastTaskFailure: {
                /**
                 * @description Temporal's name of the cause.
                 * @example NON_DETERMINISTIC_ERROR
                 * @example WORKFLOW_WORKER_UNHANDLED_FAILURE
                 * @example TIMED_OUT
                 */
                readonly cause: string;
                /** @description The worker's own words, up to 1,000 characters. */
                readonly message: string;
                /** @description How often the task was tried since it last succeeded. */
                readonly attempt: number;
                /**
                 * Format: date-time
                 * @description When it failed first.
                 */
                readonly since: string;
            } | null;
            /** @description Why it did not complete. */
            readonly failure: {
                readonly type: string;
                readonly message: string;
            } | null;
            /** @description Set when there is a result that was left in Temporal. */
            readonly resultOmitted: {
                /**
                 * @description `too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its label. `not-storable`: Postgres refused it.
                 * @enum {string}
                 */
                readonly reason: "too-large" | "not-json" | "not-storable";
                readonly bytes: number;
            } | null;
            /**
             * @description Its workflow's id in Temporal.
             * @example execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            readonly workflowId: string;
            /** @description Its workflow's first run, once known. */
            readonly runId: string | null;
            /** @description It in the Temporal Web UI; null until it is admitted, because before that there is no workflow. */
            readonly webUrl: string | null;
            /**
             * @description Only while pending: its place in the queue, 1 is next.
             * @example 1
             */
            readonly position?: number;
            /** @description Only while pending: whether `position` is a bound only; exact up to 10,000. */
            readonly positionIsUpperBound?: boolean;
            /** @description Exactly as sent; absent when none was sent. */
            readonly input?: unknown;
            /** @description Exactly as the workflow returned it; absent when there is none, or when it was omitted. */
            readonly result?: unknown;
        };
        /** @description An execution as lists show it: without its input, its result and its position. */
        readonly ExecutionSummary: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            readonly id: string;
            /** @example acme */
            readonly workspaceId: string;
            /**
             * @description Its number in the workspace, without gaps: executions are admitted in this order.
             * @example 1
             */
            readonly seq: number;
            /**
             * @description `pending`: waits in the queue. `running`: holds a slot. The others: how it ended.
             * @enum {string}
             */
            readonly status: "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out";
            /** @example httpRequest */
            readonly workflowType: string;
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            readonly createdAt: string;
            /** @description When it got its slot. */
            readonly admittedAt: string | null;
            /** @description When Temporal started its workflow; known a moment later. */
            readonly startedAt: string | null;
            /** @description When it ended. */
            readonly closedAt: string | null;
            /** @description Whether its cancellation was asked for. */
            readonly cancelRequested: boolean;
            /** @description Whether its termination was asked for. */
            readonly terminateRequested: boolean;
            /** @description Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`. */
            readonly stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                readonly reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                readonly message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                readonly since: string;
            } | null;
            /** @description While it is stalled because its workflow task fails: how. */
            readonly lastTaskFailure: {
                /**
                 * @description Temporal's name of the cause.
                 * @example NON_DETERMINISTIC_ERROR
                 * @example WORKFLOW_WORKER_UNHANDLED_FAILURE
                 * @example TIMED_OUT
                 */
                readonly cause: string;
                /** @description The worker's own words, up to 1,000 characters. */
                readonly message: string;
                /** @description How often the task was tried since it last succeeded. */
                readonly attempt: number;
                /**
                 * Format: date-time
                 * @description When it failed first.
                 */
                readonly since: string;
            } | null;
            /** @description Why it did not complete. */
            readonly failure: {
                readonly type: string;
                readonly message: string;
            } | null;
            /** @description Set when there is a result that was left in Temporal. */
            readonly resultOmitted: {
                /**
                 * @description `too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its label. `not-storable`: Postgres refused it.
                 * @enum {string}
                 */
                readonly reason: "too-large" | "not-json" | "not-storable";
                readonly bytes: number;
            } | null;
            /**
             * @description Its workflow's id in Temporal.
             * @example execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            readonly workflowId: string;
            /** @description Its workflow's first run, once known. */
            readonly runId: string | null;
            /** @description It in the Temporal Web UI; null until it is admitted, because before that there is no workflow. */
            readonly webUrl: string | null;
        };
        /** @description Executions, newest first. */
        readonly ExecutionPage: {
            readonly items: readonly components["schemas"]["ExecutionSummary"][];
            /** @description Ask for the next page with it; null when this is the last. */
            readonly nextCursor: string | null;
        };
        /** @description A workspace's gate: what it lets through, and what it sees. */
        readonly Gate: {
            /** @example acme */
            readonly workspaceId: string;
            /**
             * @description The gate's workflow id in Temporal.
             * @example gate.acme
             */
            readonly workflowId: string;
            /**
             * @description Of limit and lastError. `gate`: what the gate itself answered. `postgres`: it did not answer, and this is what is stored.
             * @enum {string}
             */
            readonly source: "gate" | "postgres";
            /** @description Why the gate waits, or why it did not answer; null when all is well. */
            readonly lastError: string | null;
            /** @enum {string} */
            readonly tier: "pro" | "enterprise";
            /**
             * @description How many executions may run at once.
             * @example 5
             */
            readonly limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            readonly limitSource: "tier" | "override";
            /**
             * @description How many hold a slot now, as stored.
             * @example 5
             */
            readonly running: number;
            /**
             * @description How many wait in the queue now, as stored.
             * @example 12
             */
            readonly pending: number;
            /** @description Its running executions that cannot make progress, with the reason of the one that has not for longest; null when there is none. */
            readonly stalled: {
                /** @description How many of its running executions are stalled. */
                readonly executions: number;
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                readonly reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                readonly message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                readonly since: string;
            } | null;
            /** @description The gate run that reconciled last; null when none ever has: a gate starts with the first execution. */
            readonly gateRunId: string | null;
            /** @description When an execution last got a slot. */
            readonly lastAdmissionAt: string | null;
            /** @description When the gate last reconciled. */
            readonly reconciledAt: string | null;
            /** @description The gate's current details in the Temporal Web UI; null when it was never started. */
            readonly webUrl: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly getWorkspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The workspace. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putWorkspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        /** @description All settings of a workspace. What is left out gets its default (`limitOverride` null, `workers` pool), also when the workspace exists: use PATCH to change one setting and keep the others. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
                     * @example pro
                     * @enum {string}
                     */
                    readonly tier: "pro" | "enterprise";
                    /**
                     * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
                     * @example null
                     * @example 7
                     */
                    readonly limitOverride?: number | null;
                    /**
                     * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
                     * @example pool
                     * @enum {string}
                     */
                    readonly workers?: "pool" | "external";
                };
            };
        };
        readonly responses: {
            /** @description It existed and has these settings now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description It was created. */
            readonly 201: {
                headers: {
                    /** @description The path of what was created. */
                    readonly Location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `workspaces-full`: There are as many workspaces as there may be. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly patchWorkspace: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        /** @description The settings to change; what is left out stays as it is. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
                     * @example pro
                     * @enum {string}
                     */
                    readonly tier?: "pro" | "enterprise";
                    /**
                     * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
                     * @example null
                     * @example 7
                     */
                    readonly limitOverride?: number | null;
                    /**
                     * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
                     * @example pool
                     * @enum {string}
                     */
                    readonly workers?: "pool" | "external";
                };
            };
        };
        readonly responses: {
            /** @description The workspace as it is now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listWorkspaces: {
        readonly parameters: {
            readonly query?: {
                /** @description The most items to return. */
                readonly limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page, in the order of their ids. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["WorkspacePage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listExecutions: {
        readonly parameters: {
            readonly query?: {
                /** @description The most items to return. */
                readonly limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                readonly cursor?: string;
                /** @description Only executions of this status. */
                readonly status?: "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out";
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description One page, newest first. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ExecutionPage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly enqueueExecution: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, and the text of `input` character for character. Printable ASCII. */
                readonly "idempotency-key"?: string;
            };
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        /** @description What to run. UTF-8, nested at most 64 levels deep in all. */
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "workflowType": "httpRequest",
                 *       "input": {
                 *         "method": "GET",
                 *         "url": "http://127.0.0.1:8080/health/live"
                 *       }
                 *     }
                 */
                readonly "application/json": {
                    /**
                     * @description The Temporal workflow type to run: a name that the workspace's workers know, without control characters.
                     * @example httpRequest
                     */
                    readonly workflowType: string;
                    /**
                     * @description Any JSON: the workflow's one argument. It is kept exactly as written, with its number formats, its order of members and its white space. Left out, the workflow gets no argument.
                     * @example {
                     *       "method": "GET",
                     *       "url": "http://127.0.0.1:8080/health/live"
                     *     }
                     */
                    readonly input?: unknown;
                };
            };
        };
        readonly responses: {
            /** @description The Idempotency-Key already stood for this execution; nothing new was stored. */
            readonly 200: {
                headers: {
                    /** @description The path of what was created. */
                    readonly Location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Stored, and waiting in the queue. */
            readonly 202: {
                headers: {
                    /** @description The path of what was created. */
                    readonly Location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The idempotency key stands for other content. `workflow-type-unknown`: No worker knows this workflow type. */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `queue-full`: The queue of this workspace is full. `queue-bytes-full`: The inputs in the queue of this workspace are too large together. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getExecution: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                readonly executionId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The execution. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly cancelExecution: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                readonly executionId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is cancelled and never starts, or it had ended before. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description It runs, and will be asked to stop. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly terminateExecution: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                readonly executionId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It is terminated and never starts, or it had ended before. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description It runs, and will be terminated. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getGate: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                readonly workspaceId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The gate. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Gate"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly live: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It does. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Live"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly ready: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Yes; `degraded` when only Temporal is down. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `wrong-installation`: Database and Temporal namespace do not belong together. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly metrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The metrics. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            readonly 417: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            readonly 421: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
