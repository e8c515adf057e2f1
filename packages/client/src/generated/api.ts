/* Written by `npm run client:types` from the server's OpenAPI document. Do not change it by hand. */

export interface paths {
    "/v1/tiers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tiers */
        get: operations["listTiers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tiers/{tier}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a tier */
        get: operations["getTier"];
        /**
         * Replace the settings of a tier
         * @description They hold for all processes at once. Raising the limit admits waiting executions at once, in every workspace of the tier that has no limit of its own. Lowering it stops nothing that runs: in each workspace nothing is admitted until fewer run than the new limit.
         */
        put: operations["putTier"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a workspace */
        get: operations["getWorkspace"];
        /**
         * Create a workspace, or replace its settings
         * @description Raising a limit admits waiting executions at once. Lowering it stops nothing that runs: nothing is admitted until fewer run than the new limit.
         */
        put: operations["putWorkspace"];
        post?: never;
        /**
         * Delete a workspace
         * @description From the answer on it takes nothing new, and its keys are revoked. Its executions, inputs, results and events go from Postgres, most often within seconds, and its gate ends; then it is not found any more, and the same id can be put again and begins anew. Its record of changes stays, with a summary of what it did. While executions have not ended it is refused, unless `endWork` is true. A repeat says what is left. No body is needed.
         */
        delete: operations["deleteWorkspace"];
        options?: never;
        head?: never;
        /** Change some settings of a workspace */
        patch: operations["patchWorkspace"];
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List workspaces */
        get: operations["listWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Pause a workspace
         * @description Nothing is admitted until it is resumed, or until `until`; what runs goes on, and requests are accepted and wait. What was admitted before the answer may start after it. A workspace that is paused gets the new reason and end.
         */
        put: operations["pauseWorkspace"];
        post?: never;
        /**
         * Resume a workspace that is paused
         * @description Waiting executions are admitted at once, up to the limit. Where there is no pause, nothing changes. No body is needed.
         */
        delete: operations["resumeWorkspace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executions of a workspace */
        get: operations["listExecutions"];
        put?: never;
        /**
         * Run a workflow as soon as the workspace has a slot
         * @description Answers as soon as the execution is stored, which is when it can no longer be lost; it waits for no worker. Its `Location` tells how it goes on. With `wait` it answers with the same status and headers as soon as the execution has ended, or with its present state when its time is over.
         */
        post: operations["enqueueExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run many workflows, in their order, as the workspace has slots
         * @description Up to 1,000 executions and 16 MiB in one transaction. Each is judged as a single request at its place would be, and has an outcome of its own: one that is refused changes nothing for the others, unless the batch is `atomic`. What does not match the schema refuses the whole batch and names the item. The answer says nothing of inputs and positions.
         */
        post: operations["enqueueBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an execution
         * @description At once, or with `wait` as soon as it has ended. What was asked to wait and has not ended when its time is over, or the server stops, has the present state.
         */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain why an execution is where it is
         * @description In one sentence for people, with what it is made of: the position, who holds the slots and since when, the limit, pauses, stalls, whether workers poll. `audience=customer` has the sentence, the status and the position alone, fit to be shown to an end customer; a read token gets only that.
         */
        get: operations["explainExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executions of all workspaces */
        get: operations["listAllExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the queue of a workspace
         * @description Its pending executions in the order in which they are admitted, each with its place.
         */
        get: operations["listQueue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an execution
         * @description One that waits never starts. One that runs is asked to stop, which its workflow may take time for, or refuse. One that has ended stays as it is. A pending one that its gate may have started already stays `pending` with `cancelRequested` for some seconds: it is cancelled, or it runs and is asked to stop. No body is needed.
         */
        post: operations["cancelExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/terminate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Terminate an execution
         * @description For an execution that does not respond to a cancellation: Temporal ends it at once, and its workflow cannot clean up. One that is pending never starts. One that has ended stays as it is. A pending one that its gate may have started already stays `pending` with `terminateRequested` for some seconds, and is terminated. No body is needed.
         */
        post: operations["terminateExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run an ended execution again, as a new one
         * @description A new execution at the end of the queue, with the workflow type, the input, the reference, the labels, the time-out and the retry policy of one that has ended, however it ended; `startAfter` and `startBefore` are not repeated. Its `rerunOf` names the old one, whose `latestRerun` names it. It needs the input, which is kept for as long as the tier says. With an Idempotency-Key a repeat answers with the first rerun; without one each is another execution. A key without the right to read gets the answer without the input and the result. No body is needed.
         */
        post: operations["rerunExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/payloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete the input and the result of an execution
         * @description For an execution that has ended. Its input, its result and the message of its failure are deleted from Postgres at once; the execution itself stays, with its Idempotency-Key. Temporal is asked to delete the workflow's history too. The histories of the workspace's gate hold input and result as well, and go at the end of the namespace's retention only. A repeat answers the same, and asks Temporal again. No body is needed.
         */
        delete: operations["deletePayloads"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a token that reads one execution for a while
         * @description For a browser's EventSource, which can send no header: the token goes into the query. It reads this execution and nothing else, for an hour at most, and ends with the key that made it. It is left out of our logs; a proxy may write it into its own.
         */
        post: operations["createReadToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow which workspaces change
         * @description Server-sent events over all workspaces, at most one a second: `event` is `workspaces`, and `data` has the ids of those in which something has happened since the last one. The events have no ids: whoever connects, or connects again, reads the state first. The stream ends when it cannot tell what has happened.
         */
        get: operations["streamChangedWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens in a workspace
         * @description Server-sent events, one for each change of the workspace and of its executions, in the order of their commits and without a gap: `event` is the change's `kind`, `data` a `WorkspaceEvent` as JSON. The stream begins now, or after an id, and goes on until the reader leaves or the server stops; a reader that comes again with the last id misses nothing and gets nothing twice, at whatever server.
         */
        get: operations["streamWorkspaceEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/executions/{executionId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow an execution to its end
         * @description Server-sent events. Without an id it begins with an event `execution`, whose `data` is the `Execution` as JSON. Then come its changes as in the stream of its workspace: `scheduled`, `accepted`, `admitted`, `cancel_requested`, `terminate_requested`, `ended`. Right before `ended` comes `execution` once more, with the result, and after `ended` the stream ends.
         */
        get: operations["streamExecutionEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/gate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a workspace's gate
         * @description Asks the gate itself, and falls back to the stored values when it does not answer within 1.5 s. `running` and `pending` are always the stored values, and agree with each other and with the workspace's; the gate's page shows what the gate itself sees.
         */
        get: operations["getGate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/gate/wake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Wake a workspace's gate
         * @description It looks at the queue at once, and is started when it does not run. Never needed while all is well: every change wakes it, and the sweep wakes what is overdue. The answer is the gate as it was before; it has looked when its `reconciledAt` has changed. No body is needed.
         */
        post: operations["wakeGate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description All that there ever were, without their secrets. Not the one of `ADMIN_KEY_FILE`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description Never one that may do more than the key that makes it, or for longer. The answer is the only place where its secret is shown: when it is lost, revoke the key and make another.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a key that takes the place of another
         * @description The new key may do what the old one may. Both hold until the grace is over, so that the new one can be rolled out; then the old one has expired. A key is rotated once.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a key
         * @description Alive or not, without its secret.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description For good, and with it its read tokens and the streams that it has open. It takes effect within 3 s in every process. The key stays in the list. No body is needed.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read all workspaces in numbers */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List workspaces in numbers */
        get: operations["listWorkspaceStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats/workspaces/{workspaceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a workspace in numbers */
        get: operations["getWorkspaceStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was done to a workspace
         * @description Its creation, its settings, pauses, keys and deletion, each with who did it. It outlives the workspace: a deleted one has it too.
         */
        get: operations["listWorkspaceChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was done to all workspaces, tiers and keys */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/bulk-acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel, terminate or run again all executions of a workspace that match
         * @description Counts the executions that match and, unless it is a preview, accepts the act and answers. Workers carry it on from its row, a hundred at a time, whatever dies meanwhile. It is about the executions that existed when it was accepted; each is looked at again when it comes to it, and only what can be ended is. A rerun waits while the queue has no room, and runs each execution again once. `cancel` and `terminate` need the right to cancel, `rerun` the right to enqueue. With an Idempotency-Key a repeat answers with the first act.
         */
        post: operations["actOnMatching"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bulk-acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel, terminate or run again all executions that match, in all workspaces
         * @description Counts the executions that match and, unless it is a preview, accepts the act and answers. Workers carry it on from its row, a hundred at a time, whatever dies meanwhile. It is about the executions that existed when it was accepted; each is looked at again when it comes to it, and only what can be ended is. A rerun waits while the queue has no room, and runs each execution again once. `cancel` and `terminate` need the right to cancel, `rerun` the right to enqueue. With an Idempotency-Key a repeat answers with the first act.
         */
        post: operations["actOnMatchingOfAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/bulk-acts/{bulkActId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a bulk act of a workspace
         * @description How far it has come. An act over all workspaces is not one of this workspace.
         */
        get: operations["getWorkspaceBulkAct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bulk-acts/{bulkActId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a bulk act
         * @description How far it has come, whether it is over one workspace or over all.
         */
        get: operations["getBulkAct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests can be served */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who asks, and what it may do */
        get: operations["getSession"];
        put?: never;
        /**
         * Exchange a key for a session of this browser
         * @description For the board. The cookie stands for the key where a browser sends it: for twelve hours, and never longer than the key holds; a key that is revoked ends it within 3 s. Requests that change something are taken from pages of this API alone. Programs send the key itself.
         */
        post: operations["beginSession"];
        /**
         * End the session of this browser
         * @description The key stays: `DELETE /v1/keys/{keyId}` ends all of its sessions.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Why an item of a batch is refused: a problem document without the request. */
        ItemProblem: {
            /**
             * @description Names the problem and never changes: decide by this, not by the texts.
             * @example urn:sluice:problem:queue-full
             * @enum {string}
             */
            type: "urn:sluice:problem:malformed-json" | "urn:sluice:problem:invalid-request" | "urn:sluice:problem:unauthenticated" | "urn:sluice:problem:forbidden" | "urn:sluice:problem:key-beyond-own" | "urn:sluice:problem:foreign-origin" | "urn:sluice:problem:workspaces-full" | "urn:sluice:problem:key-not-found" | "urn:sluice:problem:tier-not-found" | "urn:sluice:problem:workspace-not-found" | "urn:sluice:problem:execution-not-found" | "urn:sluice:problem:bulk-act-not-found" | "urn:sluice:problem:route-not-found" | "urn:sluice:problem:method-not-allowed" | "urn:sluice:problem:request-too-slow" | "urn:sluice:problem:no-free-slot" | "urn:sluice:problem:workspace-has-work" | "urn:sluice:problem:workspace-deleting" | "urn:sluice:problem:key-not-alive" | "urn:sluice:problem:matching-changed" | "urn:sluice:problem:batch-refused" | "urn:sluice:problem:execution-not-ended" | "urn:sluice:problem:input-gone" | "urn:sluice:problem:events-gone" | "urn:sluice:problem:payload-too-large" | "urn:sluice:problem:unsupported-media-type" | "urn:sluice:problem:expectation-unknown" | "urn:sluice:problem:misdirected-request" | "urn:sluice:problem:idempotency-key-reused" | "urn:sluice:problem:payload-retention-too-long" | "urn:sluice:problem:workflow-type-unknown" | "urn:sluice:problem:too-many-requests" | "urn:sluice:problem:queue-full" | "urn:sluice:problem:queue-bytes-full" | "urn:sluice:problem:headers-too-large" | "urn:sluice:problem:internal-error" | "urn:sluice:problem:database-unavailable" | "urn:sluice:problem:database-full" | "urn:sluice:problem:wrong-installation" | "urn:sluice:problem:workspace-busy" | "urn:sluice:problem:request-timed-out";
            /** @description What the type means, in words. */
            title: string;
            /** @description The HTTP status, again. */
            status: number;
            /** @description What happened here, and what to do about it. */
            detail: string;
            /** @description Of `queue-full`: how many executions may wait. Of `no-free-slot`: how many may run at once. */
            limit?: number;
            /** @description Of `queue-full`, `no-free-slot` and `workspace-has-work`: how many wait. */
            pending?: number;
            /** @description Of `no-free-slot` and `workspace-has-work`: how many run. */
            running?: number;
            /** @description Of `workspace-has-work`: how many have yet to enter the queue. */
            scheduled?: number;
            /** @description Of `payload-too-large` and `queue-bytes-full`: the input's size. */
            bytes?: number;
            /** @description Of `queue-bytes-full`: the size of all inputs in the queue. */
            pendingBytes?: number;
            /** @description Of `queue-bytes-full`: how large all of them may be. */
            maxPendingBytes?: number;
            /** @description Of `workspaces-full`: how many there may be. */
            maxWorkspaces?: number;
            /** @description Of `payload-too-large`: the largest size taken. */
            maxBytes?: number;
            /** @description Of `idempotency-key-reused`: what the key stands for. Of `execution-not-ended`: what has not ended. Of `input-gone`: what has no input any more. */
            executionId?: string;
            /** @description Of `matching-changed`: how many match now. */
            matching?: number;
            /** @description Of `matching-changed`: whether there may be more, because counting took too long. */
            matchingIsLowerBound?: boolean;
            /**
             * @description Of `forbidden`: what the key lacks.
             * @enum {string}
             */
            missingRight?: "enqueue" | "read" | "cancel" | "operate" | "admin";
            /** @description Of `events-gone`: the id of an event after which they can be told. */
            after?: string;
            /** @description Of `workflow-type-unknown`. */
            workflowType?: string;
            /** @description Of `workflow-type-unknown`: what the workers know, at most 50 of them; only for a key that may `operate`. */
            knownWorkflowTypes?: string[];
            /**
             * @description Of `malformed-json`.
             * @enum {string}
             */
            reason?: "not-utf-8" | "malformed" | "too-deep" | "lone-surrogate" | "duplicate-member";
        };
        /** @description An RFC 9457 problem document. */
        Problem: {
            /**
             * @description Names the problem and never changes: decide by this, not by the texts.
             * @example urn:sluice:problem:queue-full
             * @enum {string}
             */
            type: "urn:sluice:problem:malformed-json" | "urn:sluice:problem:invalid-request" | "urn:sluice:problem:unauthenticated" | "urn:sluice:problem:forbidden" | "urn:sluice:problem:key-beyond-own" | "urn:sluice:problem:foreign-origin" | "urn:sluice:problem:workspaces-full" | "urn:sluice:problem:key-not-found" | "urn:sluice:problem:tier-not-found" | "urn:sluice:problem:workspace-not-found" | "urn:sluice:problem:execution-not-found" | "urn:sluice:problem:bulk-act-not-found" | "urn:sluice:problem:route-not-found" | "urn:sluice:problem:method-not-allowed" | "urn:sluice:problem:request-too-slow" | "urn:sluice:problem:no-free-slot" | "urn:sluice:problem:workspace-has-work" | "urn:sluice:problem:workspace-deleting" | "urn:sluice:problem:key-not-alive" | "urn:sluice:problem:matching-changed" | "urn:sluice:problem:batch-refused" | "urn:sluice:problem:execution-not-ended" | "urn:sluice:problem:input-gone" | "urn:sluice:problem:events-gone" | "urn:sluice:problem:payload-too-large" | "urn:sluice:problem:unsupported-media-type" | "urn:sluice:problem:expectation-unknown" | "urn:sluice:problem:misdirected-request" | "urn:sluice:problem:idempotency-key-reused" | "urn:sluice:problem:payload-retention-too-long" | "urn:sluice:problem:workflow-type-unknown" | "urn:sluice:problem:too-many-requests" | "urn:sluice:problem:queue-full" | "urn:sluice:problem:queue-bytes-full" | "urn:sluice:problem:headers-too-large" | "urn:sluice:problem:internal-error" | "urn:sluice:problem:database-unavailable" | "urn:sluice:problem:database-full" | "urn:sluice:problem:wrong-installation" | "urn:sluice:problem:workspace-busy" | "urn:sluice:problem:request-timed-out";
            /** @description What the type means, in words. */
            title: string;
            /** @description The HTTP status, again. */
            status: number;
            /** @description What happened here, and what to do about it. */
            detail: string;
            /** @description The path that was asked for. */
            instance: string;
            /** @description The X-Request-Id under which the logs have it. */
            requestId: string;
            /** @description Of `invalid-request`: all that does not match. */
            errors?: {
                /**
                 * @description The part of the request.
                 * @enum {string}
                 */
                in: "body" | "params" | "querystring" | "headers";
                /**
                 * @description JSON Pointer into that part; empty for the part as a whole.
                 * @example /limitOverride
                 */
                path: string;
                /** @example must be <= 1000 */
                message: string;
            }[];
            /** @description Of `batch-refused`: all items that are refused, and why. */
            refused?: {
                /**
                 * @description JSON Pointer into the body: the item.
                 * @example /executions/3
                 */
                path: string;
                problem: components["schemas"]["ItemProblem"];
            }[];
            /** @description Of `queue-full`: how many executions may wait. Of `no-free-slot`: how many may run at once. */
            limit?: number;
            /** @description Of `queue-full`, `no-free-slot` and `workspace-has-work`: how many wait. */
            pending?: number;
            /** @description Of `no-free-slot` and `workspace-has-work`: how many run. */
            running?: number;
            /** @description Of `workspace-has-work`: how many have yet to enter the queue. */
            scheduled?: number;
            /** @description Of `payload-too-large` and `queue-bytes-full`: the input's size. */
            bytes?: number;
            /** @description Of `queue-bytes-full`: the size of all inputs in the queue. */
            pendingBytes?: number;
            /** @description Of `queue-bytes-full`: how large all of them may be. */
            maxPendingBytes?: number;
            /** @description Of `workspaces-full`: how many there may be. */
            maxWorkspaces?: number;
            /** @description Of `payload-too-large`: the largest size taken. */
            maxBytes?: number;
            /** @description Of `idempotency-key-reused`: what the key stands for. Of `execution-not-ended`: what has not ended. Of `input-gone`: what has no input any more. */
            executionId?: string;
            /** @description Of `matching-changed`: how many match now. */
            matching?: number;
            /** @description Of `matching-changed`: whether there may be more, because counting took too long. */
            matchingIsLowerBound?: boolean;
            /**
             * @description Of `forbidden`: what the key lacks.
             * @enum {string}
             */
            missingRight?: "enqueue" | "read" | "cancel" | "operate" | "admin";
            /** @description Of `events-gone`: the id of an event after which they can be told. */
            after?: string;
            /** @description Of `workflow-type-unknown`. */
            workflowType?: string;
            /** @description Of `workflow-type-unknown`: what the workers know, at most 50 of them; only for a key that may `operate`. */
            knownWorkflowTypes?: string[];
            /**
             * @description Of `malformed-json`.
             * @enum {string}
             */
            reason?: "not-utf-8" | "malformed" | "too-deep" | "lone-surrogate" | "duplicate-member";
        };
        /** @description The process answers. */
        Live: {
            /** @enum {string} */
            status: "ok";
        };
        /** @description Whether requests can be served. */
        Ready: {
            /**
             * @description `degraded`: executions are accepted and kept, and start when Temporal is back.
             * @enum {string}
             */
            status: "ok" | "degraded";
            /** @enum {string} */
            postgres: "up";
            /** @enum {string} */
            temporal: "up" | "down";
        };
        /** @description Who asks, and what it may do. */
        Session: {
            /**
             * @description `none`: this installation asks nobody for a key, so there is no session to begin or end.
             * @enum {string}
             */
            auth: "keys" | "none";
            /**
             * @description The key that it stands for; null where none is needed.
             * @example Vq3mZ0d8KpWx
             */
            keyId: string | null;
            /**
             * @description The workspace in which the rights hold; `*` is all.
             * @example *
             */
            workspaceId: string;
            /** @description What it may do there. */
            rights: ("enqueue" | "read" | "cancel" | "operate" | "admin")[];
            /** @description When it ends by itself; null: never. */
            expiresAt: string | null;
        };
        /** @description A plan of workspaces, and its numbers. */
        Tier: {
            /**
             * @example pro
             * @enum {string}
             */
            name: "pro" | "enterprise";
            /**
             * @description How many executions of a workspace run at once, unless it has a limit of its own.
             * @example 5
             */
            limit: number;
            /**
             * @description How long one execution may run. A change holds for executions that start after it.
             * @example 86400
             */
            maxDurationSeconds: number;
            /**
             * @description How many executions of a workspace may wait in its queue.
             * @example 10000
             */
            maxPending: number;
            /**
             * @description How many bytes of input may wait in the queue of a workspace.
             * @example 268435456
             */
            maxPendingBytes: number;
            /**
             * @description How many days an execution is kept after its end; null keeps it. A change holds for executions that end after it.
             * @example 30
             */
            retentionDays: (7 | 30 | 90 | 365) | null;
            /**
             * @description How many days input and result of an execution are kept, at most as long as the execution; null keeps them. A change holds for executions that are accepted after it.
             * @example 30
             */
            payloadRetentionDays: (7 | 30 | 90 | 365) | null;
            /**
             * Format: date-time
             * @description When a setting last changed.
             */
            updatedAt: string;
        };
        /** @description All tiers, from smallest to largest. */
        TierList: {
            items: components["schemas"]["Tier"][];
        };
        /** @description A tenant: its settings, and what they come to. */
        Workspace: {
            /** @example acme */
            id: string;
            /**
             * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
             * @example pro
             * @enum {string}
             */
            tier: "pro" | "enterprise";
            /**
             * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
             * @example null
             * @example 7
             */
            limitOverride: number | null;
            /**
             * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
             * @example pool
             * @enum {string}
             */
            workers: "pool" | "external";
            /**
             * @description How many executions run at once: the limit in force.
             * @example 5
             */
            limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            limitSource: "tier" | "override";
            /**
             * @description How many executions may wait in the queue, scheduled ones included.
             * @example 10000
             */
            maxPending: number;
            /**
             * @description How long one execution may run.
             * @example 86400
             */
            maxDurationSeconds: number;
            /**
             * @description How many wait in the queue now.
             * @example 0
             */
            pending: number;
            /**
             * @description How many have yet to enter the queue, at their `startAfter`.
             * @example 0
             */
            scheduled: number;
            /**
             * @description How many hold a slot, as its gate last counted.
             * @example 0
             */
            running: number;
            /** @description Its running executions that cannot make progress, with the reason of the one that has not for longest; null when there is none. */
            stalled: {
                /** @description How many of its running executions are stalled. */
                executions: number;
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description Since when nothing is started, because the database lacks what the workspace's gate remembers: it was restored from a backup, or lost its last commits in a failover. An operator lets it go on: `npx sluice resume --after-restore`. Null when all is well. */
            restoringSince: string | null;
            /** @description Set while nothing is admitted because somebody paused it; what runs goes on. Null when it is not paused. */
            paused: {
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                since: string;
                /** @description When it ends by itself; null: when somebody resumes it. */
                until: string | null;
                /**
                 * @description Why, in the words of who paused it.
                 * @example billing overdue
                 */
                reason: string;
                /** @description The key that asked for it; null where none is needed. */
                by: string | null;
            } | null;
            /**
             * @description By how many more executions run than the limit allows, because it was lowered: nothing is admitted until they have ended. 0 when none.
             * @example 0
             */
            overBy: number;
            /** @description Since when it is being deleted and takes nothing new; null when it is not. */
            deletingSince: string | null;
            /**
             * @description The Temporal task queue of the workspace's executions.
             * @example workflow.workspace.acme
             */
            taskQueue: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description When a setting last changed.
             */
            updatedAt: string;
        };
        /** @description Workspaces in the order of their ids. */
        WorkspacePage: {
            items: components["schemas"]["Workspace"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
        };
        /** @description What is gone, what goes, and until when Temporal keeps something. */
        WorkspaceDeleted: {
            /** @example acme */
            id: string;
            /**
             * Format: date-time
             * @description When its deletion began: at the first request.
             */
            deletingSince: string;
            /** @description Pending and scheduled executions that are being cancelled. */
            toCancel: number;
            /** @description Running executions that are being terminated. */
            toTerminate: number;
            /** @description Keys of the workspace that this request has revoked. */
            revokedKeys: number;
            /**
             * @description For how long Temporal keeps the histories of its executions and of its gate, with inputs and results, after each one's end. Null when Temporal did not say.
             * @example 259200
             */
            temporalRetentionSeconds: number | null;
            /** @description Until when at the latest Temporal keeps those that have ended by now. */
            temporalKeepsUntil: string | null;
        };
        /**
         * @description One accepted request to run a workflow.
         * @example {
         *       "id": "0199f3a2-7c1e-7000-8000-5f0c8f5a7b11",
         *       "workspaceId": "acme",
         *       "seq": 1,
         *       "status": "pending",
         *       "workflowType": "httpRequest",
         *       "reference": null,
         *       "createdBy": null,
         *       "rerunOf": null,
         *       "latestRerun": null,
         *       "startAfter": null,
         *       "startBefore": null,
         *       "executionTimeout": null,
         *       "retryPolicy": null,
         *       "labels": {},
         *       "createdAt": "2026-11-23T15:06:30.453Z",
         *       "admittedAt": null,
         *       "startedAt": null,
         *       "closedAt": null,
         *       "cancelRequested": false,
         *       "cancelRequestedBy": null,
         *       "terminateRequested": false,
         *       "terminateRequestedBy": null,
         *       "stalled": null,
         *       "lastTaskFailure": null,
         *       "failure": null,
         *       "resultOmitted": null,
         *       "payloadsDeletedAt": null,
         *       "workflowId": "execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11",
         *       "runId": null,
         *       "webUrl": null,
         *       "position": 1,
         *       "positionIsUpperBound": false,
         *       "inputOmitted": null,
         *       "input": {
         *         "method": "GET",
         *         "url": "http://127.0.0.1:8080/health/live"
         *       }
         *     }
         */
        Execution: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            id: string;
            /** @example acme */
            workspaceId: string;
            /**
             * @description Its number in the workspace, without gaps: executions are admitted in this order. Given when it enters the queue: null while it is scheduled, and for good when it ended before or was rejected.
             * @example 1
             */
            seq: number | null;
            /**
             * @description `scheduled`: enters the queue at its `startAfter`. `pending`: waits in the queue. `running`: holds a slot. The others: how it ended; `expired`: it was not admitted before its `startBefore`; `rejected`: a database transaction asked for it, and it was refused once that had committed, as `failure` says.
             * @enum {string}
             */
            status: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
            /** @example httpRequest */
            workflowType: string;
            /**
             * @description The name that the caller's own system has for it.
             * @example order 4711
             */
            reference: string | null;
            /** @description The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where no key is needed. */
            createdBy: string | null;
            /** @description The execution that it repeats, when it was made by a rerun. */
            rerunOf: string | null;
            /** @description The newest execution that a rerun of it made, which its tier may keep for less time. */
            latestRerun: string | null;
            /** @description When it enters the queue, or was to enter it; null when at once. */
            startAfter: string | null;
            /** @description From when on it is not admitted any more; null when there is no such time. */
            startBefore: string | null;
            /** @description Seconds that its workflow may stay open; null when its tier's `maxDurationSeconds` counts. */
            executionTimeout: number | null;
            /** @description How its workflow is run again when it fails; null when it is not. */
            retryPolicy: {
                /**
                 * @description Seconds before the second attempt. Defaults to 1.
                 * @example 1
                 */
                initialInterval?: number;
                /**
                 * @description By how much each pause is longer than the one before. Defaults to 2.
                 * @example 2
                 */
                backoffCoefficient?: number;
                /**
                 * @description Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.
                 * @example 60
                 */
                maximumInterval?: number;
                /**
                 * @description Attempts in all; 1 is none but the first. Left out: as many as there is time for.
                 * @example 5
                 */
                maximumAttempts?: number;
                /**
                 * @description A failure of one of these types ends it: the `type` of an ApplicationFailure.
                 * @example [
                 *       "CardDeclined"
                 *     ]
                 */
                nonRetryableErrorTypes?: string[];
            } | null;
            /**
             * @description Its labels, as they were sent; empty when there were none.
             * @example {
             *       "customer": "acme",
             *       "report/kind": "monthly"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When it was accepted. Of what a database transaction asked for: when it was sequenced after the commit, and was accepted or rejected then.
             */
            createdAt: string;
            /** @description When it got its slot. */
            admittedAt: string | null;
            /** @description When Temporal started its workflow; known a moment later. */
            startedAt: string | null;
            /** @description When it ended. */
            closedAt: string | null;
            /** @description Whether its cancellation was asked for. */
            cancelRequested: boolean;
            /** @description The id of the key that asked for its cancellation; null when nobody did, and where no key is needed. */
            cancelRequestedBy: string | null;
            /** @description Whether its termination was asked for. */
            terminateRequested: boolean;
            /** @description The id of the key that asked for its termination; null when nobody did, and where no key is needed. */
            terminateRequestedBy: string | null;
            /** @description Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`. */
            stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description While it is stalled because its workflow task fails: how. */
            lastTaskFailure: {
                /**
                 * @description Temporal's name of the cause.
                 * @example NON_DETERMINISTIC_ERROR
                 * @example WORKFLOW_WORKER_UNHANDLED_FAILURE
                 * @example TIMED_OUT
                 */
                cause: string;
                /** @description The worker's own words, up to 1,000 characters. */
                message: string;
                /** @description How often the task was tried since it last succeeded. */
                attempt: number;
                /**
                 * Format: date-time
                 * @description When it failed first.
                 */
                since: string;
            } | null;
            /** @description Why it did not complete. */
            failure: {
                type: string;
                message: string;
            } | null;
            /** @description Set when there is a result that is not here. Lists read no payloads, and do not know `expired`. */
            resultOmitted: {
                /**
                 * @description `too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its label. `not-storable`: Postgres refused it. These three were left in Temporal. `deleted`: on request. `expired`: kept for as long as its tier's `payloadRetentionDays` said.
                 * @enum {string}
                 */
                reason: "too-large" | "not-json" | "not-storable" | "deleted" | "expired";
                /** @description Its size. */
                bytes: number;
            } | null;
            /** @description When input and result were deleted on request. */
            payloadsDeletedAt: string | null;
            /**
             * @description Its workflow's id in Temporal.
             * @example execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            workflowId: string;
            /** @description Its workflow's first run, once known. */
            runId: string | null;
            /** @description It in the Temporal Web UI; null until it is admitted, because before that there is no workflow. */
            webUrl: string | null;
            /**
             * @description Only while pending: its place in the queue, 1 is next.
             * @example 1
             */
            position?: number;
            /** @description Only while pending: whether `position` is a bound only; exact up to 10,000. */
            positionIsUpperBound?: boolean;
            /**
             * Format: date-time
             * @description Only while pending, and only when its workspace is restoring: it is kept, and waits until an operator lets the workspace go on.
             */
            restoringSince?: string;
            /** @description Exactly as sent; absent when none was sent, or when it was omitted. */
            input?: unknown;
            /** @description Set when an input was sent that is no longer kept. */
            inputOmitted: {
                /**
                 * @description `deleted`: on request. `expired`: kept for as long as its tier's `payloadRetentionDays` said.
                 * @enum {string}
                 */
                reason: "deleted" | "expired";
                /** @description Its size. */
                bytes: number;
            } | null;
            /** @description Exactly as the workflow returned it; absent when there is none, or when it was omitted. */
            result?: unknown;
        };
        /** @description An execution as lists show it: without its input, its result and its position. */
        ExecutionSummary: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            id: string;
            /** @example acme */
            workspaceId: string;
            /**
             * @description Its number in the workspace, without gaps: executions are admitted in this order. Given when it enters the queue: null while it is scheduled, and for good when it ended before or was rejected.
             * @example 1
             */
            seq: number | null;
            /**
             * @description `scheduled`: enters the queue at its `startAfter`. `pending`: waits in the queue. `running`: holds a slot. The others: how it ended; `expired`: it was not admitted before its `startBefore`; `rejected`: a database transaction asked for it, and it was refused once that had committed, as `failure` says.
             * @enum {string}
             */
            status: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
            /** @example httpRequest */
            workflowType: string;
            /**
             * @description The name that the caller's own system has for it.
             * @example order 4711
             */
            reference: string | null;
            /** @description The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where no key is needed. */
            createdBy: string | null;
            /** @description The execution that it repeats, when it was made by a rerun. */
            rerunOf: string | null;
            /** @description The newest execution that a rerun of it made, which its tier may keep for less time. */
            latestRerun: string | null;
            /** @description When it enters the queue, or was to enter it; null when at once. */
            startAfter: string | null;
            /** @description From when on it is not admitted any more; null when there is no such time. */
            startBefore: string | null;
            /** @description Seconds that its workflow may stay open; null when its tier's `maxDurationSeconds` counts. */
            executionTimeout: number | null;
            /** @description How its workflow is run again when it fails; null when it is not. */
            retryPolicy: {
                /**
                 * @description Seconds before the second attempt. Defaults to 1.
                 * @example 1
                 */
                initialInterval?: number;
                /**
                 * @description By how much each pause is longer than the one before. Defaults to 2.
                 * @example 2
                 */
                backoffCoefficient?: number;
                /**
                 * @description Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.
                 * @example 60
                 */
                maximumInterval?: number;
                /**
                 * @description Attempts in all; 1 is none but the first. Left out: as many as there is time for.
                 * @example 5
                 */
                maximumAttempts?: number;
                /**
                 * @description A failure of one of these types ends it: the `type` of an ApplicationFailure.
                 * @example [
                 *       "CardDeclined"
                 *     ]
                 */
                nonRetryableErrorTypes?: string[];
            } | null;
            /**
             * @description Its labels, as they were sent; empty when there were none.
             * @example {
             *       "customer": "acme",
             *       "report/kind": "monthly"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When it was accepted. Of what a database transaction asked for: when it was sequenced after the commit, and was accepted or rejected then.
             */
            createdAt: string;
            /** @description When it got its slot. */
            admittedAt: string | null;
            /** @description When Temporal started its workflow; known a moment later. */
            startedAt: string | null;
            /** @description When it ended. */
            closedAt: string | null;
            /** @description Whether its cancellation was asked for. */
            cancelRequested: boolean;
            /** @description The id of the key that asked for its cancellation; null when nobody did, and where no key is needed. */
            cancelRequestedBy: string | null;
            /** @description Whether its termination was asked for. */
            terminateRequested: boolean;
            /** @description The id of the key that asked for its termination; null when nobody did, and where no key is needed. */
            terminateRequestedBy: string | null;
            /** @description Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`. */
            stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description While it is stalled because its workflow task fails: how. */
            lastTaskFailure: {
                /**
                 * @description Temporal's name of the cause.
                 * @example NON_DETERMINISTIC_ERROR
                 * @example WORKFLOW_WORKER_UNHANDLED_FAILURE
                 * @example TIMED_OUT
                 */
                cause: string;
                /** @description The worker's own words, up to 1,000 characters. */
                message: string;
                /** @description How often the task was tried since it last succeeded. */
                attempt: number;
                /**
                 * Format: date-time
                 * @description When it failed first.
                 */
                since: string;
            } | null;
            /** @description Why it did not complete. */
            failure: {
                type: string;
                message: string;
            } | null;
            /** @description Set when there is a result that is not here. Lists read no payloads, and do not know `expired`. */
            resultOmitted: {
                /**
                 * @description `too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its label. `not-storable`: Postgres refused it. These three were left in Temporal. `deleted`: on request. `expired`: kept for as long as its tier's `payloadRetentionDays` said.
                 * @enum {string}
                 */
                reason: "too-large" | "not-json" | "not-storable" | "deleted" | "expired";
                /** @description Its size. */
                bytes: number;
            } | null;
            /** @description When input and result were deleted on request. */
            payloadsDeletedAt: string | null;
            /**
             * @description Its workflow's id in Temporal.
             * @example execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            workflowId: string;
            /** @description Its workflow's first run, once known. */
            runId: string | null;
            /** @description It in the Temporal Web UI; null until it is admitted, because before that there is no workflow. */
            webUrl: string | null;
        };
        /** @description Executions, newest first. A page may have fewer than `limit`, also none, and go on: only `nextCursor` says whether it is the last. */
        ExecutionPage: {
            items: components["schemas"]["ExecutionSummary"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
            /** @description Set when the page ends before it is full because it has looked through enough executions: of those accepted since then all that match have been listed. Few or none match; go on with `nextCursor`. */
            scannedBackTo: string | null;
        };
        /** @description What became of a batch. */
        BatchAnswer: {
            /**
             * @description How many are stored. Their `seq` are consecutive, in the order of the items.
             * @example 1
             */
            placed: number;
            /**
             * @description How many keys already stood for an execution.
             * @example 1
             */
            repeated: number;
            /**
             * @description How many are refused.
             * @example 1
             */
            refused: number;
            /** @description One for each item, in their order. */
            outcomes: {
                /**
                 * @description `placed`: it is stored. `repeated`: its key already stood for this execution. `refused`: nothing of it is stored, for what `problem` says.
                 * @enum {string}
                 */
                outcome: "placed" | "repeated" | "refused";
                /** @description Null when it is refused. */
                execution: components["schemas"]["ExecutionSummary"] | null;
                /** @description What a single request would have ended in; null when it is not refused. */
                problem: components["schemas"]["ItemProblem"] | null;
            }[];
        };
        /** @description Why an execution is where it is. */
        Explanation: {
            /**
             * @description Why the execution is where it is, for people.
             * @example It waits behind 12 others: all 5 slots (its tier's limit) are taken, the oldest for 3 h 12 min, and the last admission was 2 min ago.
             */
            sentence: string;
            /** @enum {string} */
            status: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
            /**
             * @description Of a pending execution: its place in the queue, 1 is next.
             * @example 13
             */
            position: number | null;
            /** Format: uuid */
            executionId: string;
            /** @example acme */
            workspaceId: string;
            /**
             * @description The same in a word. Of a pending execution: `expiring`: past its `startBefore`; `deleting`, `restoring`, `paused`: its workspace; `ending`: its end was asked for, and its gate is asked whether it has started it; `gates-not-polled`: no worker with the role gates; `over-limit`: more run than the limit, which was lowered; `slots-taken`; `about-to-start`; `gate-late`: a slot is free, and its gate has not filled it. Of a running one: `stalled`; `no-worker`: nobody polls its task queue; `ending`: its end was asked for; `running`.
             * @enum {string}
             */
            reason: "scheduled" | "expiring" | "deleting" | "restoring" | "paused" | "gates-not-polled" | "over-limit" | "slots-taken" | "about-to-start" | "gate-late" | "stalled" | "no-worker" | "ending" | "running" | "ended";
            /** @description Whether `position` is a bound only. */
            positionIsUpperBound: boolean;
            /**
             * @description How many executions of the workspace run at once.
             * @example 5
             */
            limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            limitSource: "tier" | "override";
            /**
             * @description How many hold a slot now.
             * @example 5
             */
            running: number;
            /**
             * @description How many wait in the queue.
             * @example 40
             */
            pending: number;
            /** @description How many more run than the limit, after it was lowered: nothing is admitted until they have ended. */
            overBy: number;
            /** @description Who holds the slots, the one that has held its slot for longest first; at most 100. Empty of an execution that has ended. */
            slots: {
                /** Format: uuid */
                executionId: string;
                /** @example httpRequest */
                workflowType: string;
                reference: string | null;
                /**
                 * Format: date-time
                 * @description When it got the slot.
                 */
                since: string;
                /** @description Why it cannot make progress; null when it can. */
                stalled: {
                    /**
                     * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                     * @enum {string}
                     */
                    reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                    /** @description The same for people. */
                    message: string;
                    /**
                     * Format: date-time
                     * @description From when on.
                     */
                    since: string;
                } | null;
            }[];
            /** @description The pause of the workspace; null when there is none. */
            paused: {
                /** Format: date-time */
                since: string;
                /** @description Null: until somebody resumes it. */
                until: string | null;
                reason: string | null;
                /** @description The id of the key that asked for it. */
                by: string | null;
            } | null;
            /** @description Since when the workspace is being deleted; null when it is not. */
            deletingSince: string | null;
            /** @description Since when nothing is started, because the database lacks what the workspace's gate remembers: it was restored from a backup, or lost its last commits in a failover. An operator lets it go on: `npx sluice resume --after-restore`. Null when all is well. */
            restoringSince: string | null;
            /** @description Why the execution itself runs and cannot make progress; null when it can. */
            stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description Whether a worker polls the workspace's task queue. Null when Temporal did not say so within a second, and of an execution that has ended. */
            workerPolls: boolean | null;
            /** @description Whether a worker with the role gates polls. Null when Temporal did not say so within a second, and of an execution that has ended. */
            gatesPoll: boolean | null;
            /** @description When an execution of the workspace last got a slot. */
            lastAdmissionAt: string | null;
            /** @description When the workspace's gate last reconciled. */
            reconciledAt: string | null;
        };
        /** @description The same for an end customer: nothing of others. */
        CustomerExplanation: {
            /**
             * @description Why the execution is where it is, for people.
             * @example It waits behind 12 others: all 5 slots (its tier's limit) are taken, the oldest for 3 h 12 min, and the last admission was 2 min ago.
             */
            sentence: string;
            /** @enum {string} */
            status: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
            /**
             * @description Of a pending execution: its place in the queue, 1 is next.
             * @example 13
             */
            position: number | null;
        };
        /** @description An execution that waits, with its place. */
        QueuedExecution: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            id: string;
            /** @example acme */
            workspaceId: string;
            /**
             * @description Its number in the workspace, without gaps: executions are admitted in this order. Given when it enters the queue: null while it is scheduled, and for good when it ended before or was rejected.
             * @example 1
             */
            seq: number | null;
            /**
             * @description `scheduled`: enters the queue at its `startAfter`. `pending`: waits in the queue. `running`: holds a slot. The others: how it ended; `expired`: it was not admitted before its `startBefore`; `rejected`: a database transaction asked for it, and it was refused once that had committed, as `failure` says.
             * @enum {string}
             */
            status: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
            /** @example httpRequest */
            workflowType: string;
            /**
             * @description The name that the caller's own system has for it.
             * @example order 4711
             */
            reference: string | null;
            /** @description The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where no key is needed. */
            createdBy: string | null;
            /** @description The execution that it repeats, when it was made by a rerun. */
            rerunOf: string | null;
            /** @description The newest execution that a rerun of it made, which its tier may keep for less time. */
            latestRerun: string | null;
            /** @description When it enters the queue, or was to enter it; null when at once. */
            startAfter: string | null;
            /** @description From when on it is not admitted any more; null when there is no such time. */
            startBefore: string | null;
            /** @description Seconds that its workflow may stay open; null when its tier's `maxDurationSeconds` counts. */
            executionTimeout: number | null;
            /** @description How its workflow is run again when it fails; null when it is not. */
            retryPolicy: {
                /**
                 * @description Seconds before the second attempt. Defaults to 1.
                 * @example 1
                 */
                initialInterval?: number;
                /**
                 * @description By how much each pause is longer than the one before. Defaults to 2.
                 * @example 2
                 */
                backoffCoefficient?: number;
                /**
                 * @description Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.
                 * @example 60
                 */
                maximumInterval?: number;
                /**
                 * @description Attempts in all; 1 is none but the first. Left out: as many as there is time for.
                 * @example 5
                 */
                maximumAttempts?: number;
                /**
                 * @description A failure of one of these types ends it: the `type` of an ApplicationFailure.
                 * @example [
                 *       "CardDeclined"
                 *     ]
                 */
                nonRetryableErrorTypes?: string[];
            } | null;
            /**
             * @description Its labels, as they were sent; empty when there were none.
             * @example {
             *       "customer": "acme",
             *       "report/kind": "monthly"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description When it was accepted. Of what a database transaction asked for: when it was sequenced after the commit, and was accepted or rejected then.
             */
            createdAt: string;
            /** @description When it got its slot. */
            admittedAt: string | null;
            /** @description When Temporal started its workflow; known a moment later. */
            startedAt: string | null;
            /** @description When it ended. */
            closedAt: string | null;
            /** @description Whether its cancellation was asked for. */
            cancelRequested: boolean;
            /** @description The id of the key that asked for its cancellation; null when nobody did, and where no key is needed. */
            cancelRequestedBy: string | null;
            /** @description Whether its termination was asked for. */
            terminateRequested: boolean;
            /** @description The id of the key that asked for its termination; null when nobody did, and where no key is needed. */
            terminateRequestedBy: string | null;
            /** @description Why it runs and cannot make progress; null when it can, or when it has not been checked since. An execution that waits for a timer, an activity or a signal is not stalled. Seen after `STALLED_AFTER_SECONDS`. */
            stalled: {
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description While it is stalled because its workflow task fails: how. */
            lastTaskFailure: {
                /**
                 * @description Temporal's name of the cause.
                 * @example NON_DETERMINISTIC_ERROR
                 * @example WORKFLOW_WORKER_UNHANDLED_FAILURE
                 * @example TIMED_OUT
                 */
                cause: string;
                /** @description The worker's own words, up to 1,000 characters. */
                message: string;
                /** @description How often the task was tried since it last succeeded. */
                attempt: number;
                /**
                 * Format: date-time
                 * @description When it failed first.
                 */
                since: string;
            } | null;
            /** @description Why it did not complete. */
            failure: {
                type: string;
                message: string;
            } | null;
            /** @description Set when there is a result that is not here. Lists read no payloads, and do not know `expired`. */
            resultOmitted: {
                /**
                 * @description `too-large`: more than 256 KiB. `not-json`: encoded as something else, for example encrypted, or no JSON in spite of its label. `not-storable`: Postgres refused it. These three were left in Temporal. `deleted`: on request. `expired`: kept for as long as its tier's `payloadRetentionDays` said.
                 * @enum {string}
                 */
                reason: "too-large" | "not-json" | "not-storable" | "deleted" | "expired";
                /** @description Its size. */
                bytes: number;
            } | null;
            /** @description When input and result were deleted on request. */
            payloadsDeletedAt: string | null;
            /**
             * @description Its workflow's id in Temporal.
             * @example execution.0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            workflowId: string;
            /** @description Its workflow's first run, once known. */
            runId: string | null;
            /** @description It in the Temporal Web UI; null until it is admitted, because before that there is no workflow. */
            webUrl: string | null;
            /**
             * @description Its place in the queue, 1 is next; null beyond the first 10,000.
             * @example 1
             */
            position: number | null;
        };
        /** @description Pending executions, the next one first. */
        QueuePage: {
            items: components["schemas"]["QueuedExecution"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
        };
        /** @description Which copies of input and result are gone, and when the others go. */
        PayloadsDeleted: {
            /**
             * Format: uuid
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            executionId: string;
            /**
             * Format: date-time
             * @description When Postgres deleted them: at the first request.
             */
            deletedAt: string;
            /**
             * @description Of the history of the execution's own workflow. `deleted`: Temporal was asked to delete it, which takes up to a minute, or has it no more. `at-retention`: it goes at the end of the namespace's retention; a repeat of the request tries again. `never-there`: it never started.
             * @enum {string}
             */
            temporal: "deleted" | "at-retention" | "never-there";
            /**
             * @description The namespace's retention, which counts from the end of a run: of the workflow's where it is not deleted, and of the gate's, whose history holds input and result too. Null when Temporal did not say, and when the execution never started.
             * @example 259200
             */
            temporalRetentionSeconds: number | null;
        };
        /** @description Reads one execution for a while. */
        ReadToken: {
            /**
             * @description To send as `?token=`. It is in no database and cannot be asked for again.
             * @example slr_Vq3mZ0d8KpWx_1795860000_0199f3a2-7c1e-7000-8000-5f0c8f5a7b11_9f...
             */
            token: string;
            /** Format: date-time */
            expiresAt: string;
        };
        /** @description One change of a workspace or of an execution: the `data` of an event of a stream. */
        WorkspaceEvent: {
            /**
             * @description Where it stands: the database's epoch, and its number in the workspace, without gaps.
             * @example 1-4711
             */
            id: string;
            /**
             * @description `scheduled`: the execution enters the queue later. `accepted`: the execution is in the queue. `admitted`: it has a slot. `cancel_requested`, `terminate_requested`: that was asked for. `ended`. `workspace_changed`: settings of the workspace.
             * @enum {string}
             */
            kind: "scheduled" | "accepted" | "admitted" | "cancel_requested" | "terminate_requested" | "ended" | "workspace_changed";
            /** @example acme */
            workspaceId: string;
            /**
             * @description Null for a change of the workspace, like `seq` and `status`.
             * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
             */
            executionId: string | null;
            /** @example 17 */
            seq: number | null;
            /**
             * @description The execution's after the change.
             * @example completed
             */
            status: ("scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected") | null;
            /**
             * Format: date-time
             * @description When it was recorded.
             */
            at: string;
        };
        /** @description Workspaces in which something has happened. */
        ChangedWorkspaces: {
            /**
             * @description Ids of workspaces.
             * @example [
             *       "acme"
             *     ]
             */
            ids: string[];
        };
        /** @description A workspace's gate: what it lets through, and what it sees. */
        Gate: {
            /** @example acme */
            workspaceId: string;
            /**
             * @description The gate's workflow id in Temporal.
             * @example gate.acme
             */
            workflowId: string;
            /**
             * @description Of limit and lastError. `gate`: what the gate itself answered. `postgres`: it did not answer, and these are the stored values.
             * @enum {string}
             */
            source: "gate" | "postgres";
            /** @description Why the gate waits, or why it did not answer; null when all is well. */
            lastError: string | null;
            /** @enum {string} */
            tier: "pro" | "enterprise";
            /**
             * @description How many executions may run at once.
             * @example 5
             */
            limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            limitSource: "tier" | "override";
            /**
             * @description How many hold a slot now, as stored.
             * @example 5
             */
            running: number;
            /**
             * @description How many wait in the queue now, as stored.
             * @example 12
             */
            pending: number;
            /** @description Its running executions that cannot make progress, with the reason of the one that has not for longest; null when there is none. */
            stalled: {
                /** @description How many of its running executions are stalled. */
                executions: number;
                /**
                 * @description `task-failing`: its workflow task fails and is repeated. `no-worker`: nobody polls its task queue. `task-waiting`: workers poll its task queue and do not take its workflow task. `unreadable-memo`: it cannot be told whether its workflow is this execution.
                 * @enum {string}
                 */
                reason: "task-failing" | "no-worker" | "task-waiting" | "unreadable-memo";
                /** @description The same for people. */
                message: string;
                /**
                 * Format: date-time
                 * @description From when on.
                 */
                since: string;
            } | null;
            /** @description Since when nothing is started, because the database lacks what the workspace's gate remembers: it was restored from a backup, or lost its last commits in a failover. An operator lets it go on: `npx sluice resume --after-restore`. Null when all is well. */
            restoringSince: string | null;
            /** @description Set while nothing is admitted because somebody paused it; what runs goes on. Null when it is not paused. */
            paused: {
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                since: string;
                /** @description When it ends by itself; null: when somebody resumes it. */
                until: string | null;
                /**
                 * @description Why, in the words of who paused it.
                 * @example billing overdue
                 */
                reason: string;
                /** @description The key that asked for it; null where none is needed. */
                by: string | null;
            } | null;
            /** @description The gate run that reconciled last; null when none ever has: a gate starts with the first execution. */
            gateRunId: string | null;
            /** @description When an execution last got a slot. */
            lastAdmissionAt: string | null;
            /** @description When the gate last reconciled. */
            reconciledAt: string | null;
            /** @description The gate's current details in the Temporal Web UI; null when it was never started. */
            webUrl: string | null;
        };
        /** @description A key, without its secret. */
        Key: {
            /**
             * @description The part of its text that is no secret.
             * @example Vq3mZ0d8KpWx
             */
            id: string;
            /**
             * @description What it is for, without control characters.
             * @example web front end
             */
            name: string;
            /**
             * @description The workspace in which it holds, or `*` for all.
             * @example acme
             */
            workspaceId: string;
            /**
             * @description What it may do. In a single workspace: `enqueue`, `read`, `cancel`.
             * @example [
             *       "enqueue",
             *       "read"
             *     ]
             */
            rights: ("enqueue" | "read" | "cancel" | "operate" | "admin")[];
            /** Format: date-time */
            createdAt: string;
            /** @description The key that made it; null when it was made against the database, or where none is needed. */
            createdBy: string | null;
            /** @description When it ends; null is never. */
            expiresAt: string | null;
            /** @description When it was ended for good; null if it was not. */
            revokedAt: string | null;
            /** @description The key that did so, like `createdBy`. */
            revokedBy: string | null;
            /** @description The key that a rotation made for it; until `expiresAt` both hold. */
            replacedBy: string | null;
            /** @description When it last let somebody in, to the minute. */
            lastUsedAt: string | null;
        };
        /** @description A new key, with its secret. */
        CreatedKey: {
            /**
             * @description The part of its text that is no secret.
             * @example Vq3mZ0d8KpWx
             */
            id: string;
            /**
             * @description What it is for, without control characters.
             * @example web front end
             */
            name: string;
            /**
             * @description The workspace in which it holds, or `*` for all.
             * @example acme
             */
            workspaceId: string;
            /**
             * @description What it may do. In a single workspace: `enqueue`, `read`, `cancel`.
             * @example [
             *       "enqueue",
             *       "read"
             *     ]
             */
            rights: ("enqueue" | "read" | "cancel" | "operate" | "admin")[];
            /** Format: date-time */
            createdAt: string;
            /** @description The key that made it; null when it was made against the database, or where none is needed. */
            createdBy: string | null;
            /** @description When it ends; null is never. */
            expiresAt: string | null;
            /** @description When it was ended for good; null if it was not. */
            revokedAt: string | null;
            /** @description The key that did so, like `createdBy`. */
            revokedBy: string | null;
            /** @description The key that a rotation made for it; until `expiresAt` both hold. */
            replacedBy: string | null;
            /** @description When it last let somebody in, to the minute. */
            lastUsedAt: string | null;
            /**
             * @description To send as `Authorization: Bearer`. It is shown in this answer only and kept nowhere.
             * @example slc_Vq3mZ0d8KpWx_8aK3...
             */
            key: string;
        };
        /** @description A page of keys. */
        KeyPage: {
            items: components["schemas"]["Key"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
        };
        /** @description All workspaces in numbers. */
        Stats: {
            /** @description How many workspaces. */
            workspaces: number;
            /** @description Executions that hold a slot. */
            running: number;
            /** @description Executions in queues. */
            pending: number;
            /** @description Executions that have yet to enter a queue. */
            scheduled: number;
            /** @description How many requests of `sluice.enqueue` and `sluice.put_workspace` wait to be carried out after their transaction has committed. As a rule they wait for a fraction of a second. 10,000 stands for all numbers from there on. */
            inbox: number;
            /** @description For how long it is that the oldest of them was asked for; null when there is none. Its transaction may have been open for most of that time. */
            inboxOldestSeconds: number | null;
            /** @description The same for each tier, from smallest to largest. */
            tiers: {
                /** @enum {string} */
                name: "pro" | "enterprise";
                /** @description How many workspaces. */
                workspaces: number;
                /** @description Executions that hold a slot. */
                running: number;
                /** @description Executions in queues. */
                pending: number;
                /** @description Executions that have yet to enter a queue. */
                scheduled: number;
                /** @description The limits of its workspaces, added up. */
                limit: number;
            }[];
            /** @description How many workspaces are of each health. */
            health: {
                /** @description Workspaces that are deleting. */
                deleting: number;
                /** @description Workspaces that are restoring. */
                restoring: number;
                /** @description Workspaces that are paused. */
                paused: number;
                /** @description Workspaces that are stalled. */
                stalled: number;
                /** @description Workspaces that are at-limit. */
                "at-limit": number;
                /** @description Workspaces that are backlogged. */
                backlogged: number;
                /** @description Workspaces that are active. */
                active: number;
                /** @description Workspaces that are idle. */
                idle: number;
            };
            /** @description Executions that ended as `failed`, `timed_out` or `terminated` in the last 60 minutes, as of some ten seconds ago. List them, and what was `rejected` beside them, with `GET /v1/executions?outcome=failure&closedAfter=...`. */
            failures: {
                /**
                 * Format: date-time
                 * @description From when on they are counted: an hour ago.
                 */
                since: string;
                /** @description How many executions. */
                executions: number;
                /** @description The workspaces with most of them, at most 20, the one with most first. */
                workspaces: {
                    /** @example acme */
                    id: string;
                    /** @description How many of its executions. */
                    executions: number;
                }[];
            };
        };
        /** @description A workspace in numbers. Counters and the oldest wait are as of now. What was measured (`waitP95Seconds`, `handoffP99Seconds`, `failedLastHour`, `backlog`) is some ten seconds old. */
        WorkspaceStats: {
            /** @example acme */
            id: string;
            /**
             * @example pro
             * @enum {string}
             */
            tier: "pro" | "enterprise";
            /**
             * @description The first of these that is true. `deleting`: it is being deleted. `restoring`: nothing is started, because the database was restored from a backup. `paused`: nothing is admitted until somebody resumes it, or its time has come. `stalled`: running executions cannot make progress. `at-limit`: some wait, and as many run as may. `backlogged`: some wait although fewer run than may. `active`: some run, none waits. `idle`: none of all this.
             * @example at-limit
             * @enum {string}
             */
            health: "deleting" | "restoring" | "paused" | "stalled" | "at-limit" | "backlogged" | "active" | "idle";
            /**
             * @description How many executions run at once: the limit in force.
             * @example 5
             */
            limit: number;
            /**
             * @description Where that limit comes from.
             * @enum {string}
             */
            limitSource: "tier" | "override";
            /** @description The limit of its own; null: what the tier says. */
            limitOverride: number | null;
            /**
             * @description How many hold a slot, as its gate last counted.
             * @example 5
             */
            running: number;
            /**
             * @description How many more run than the limit allows, because it was lowered. Nothing is admitted meanwhile.
             * @example 0
             */
            overBy: number;
            /**
             * @description How many wait in the queue.
             * @example 12
             */
            pending: number;
            /**
             * @description How many have yet to enter the queue.
             * @example 0
             */
            scheduled: number;
            /** @description For how long the head of the queue has waited; null when nothing waits. */
            oldestWaitSeconds: number | null;
            /** @description How long 95 of 100 admissions of the last minutes waited at most, from the queue to the slot. Null when there was none. */
            waitP95Seconds: number | null;
            /** @description How long 99 of 100 freed slots of the last minutes stood free at most while somebody waited, from the end to the next admission, by Temporal's clock and by that of Postgres. Null when there was none. */
            handoffP99Seconds: number | null;
            /**
             * @description How many of its running executions cannot make progress.
             * @example 0
             */
            stalledExecutions: number;
            /**
             * @description How many ended as `failed`, `timed_out` or `terminated` in the last 60 minutes. What never started is not among them.
             * @example 0
             */
            failedLastHour: number;
            /**
             * @description How many requests of `sluice.enqueue` and `sluice.put_workspace` wait to be carried out after their transaction has committed. As a rule they wait for a fraction of a second. 1,000 stands for all numbers from there on.
             * @example 0
             */
            inbox: number;
            /** @description For how long it is that the oldest of them was asked for; null when there is none. Its transaction may have been open for most of that time. */
            inboxOldestSeconds: number | null;
            /** @description Set while nothing is admitted because somebody paused it; what runs goes on. Null when it is not paused. */
            paused: {
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                since: string;
                /** @description When it ends by itself; null: when somebody resumes it. */
                until: string | null;
                /**
                 * @description Why, in the words of who paused it.
                 * @example billing overdue
                 */
                reason: string;
                /** @description The key that asked for it; null where none is needed. */
                by: string | null;
            } | null;
            /** @description When an execution last got a slot; null when none ever did. */
            lastAdmissionAt: string | null;
            /** @description How many waited at the end of each of the last 60 minutes, the oldest first; the last is the minute under way. */
            backlog: number[];
        };
        /** @description Workspaces in numbers, in the order that was asked for. */
        WorkspaceStatsPage: {
            items: components["schemas"]["WorkspaceStats"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
        };
        /** @description An act, as it was recorded in its own transaction. */
        Change: {
            /**
             * @description Later changes have higher numbers.
             * @example 4711
             */
            id: string;
            /** Format: date-time */
            at: string;
            /**
             * @description Null for what is about no single workspace, as the settings of a tier.
             * @example acme
             */
            workspaceId: string | null;
            /**
             * @description What was done. `workspace_deleted`: its deletion began; `workspace_gone`: it has ended, and `to` has what the workspace did.
             * @example limit_changed
             * @enum {string}
             */
            act: "workspace_created" | "tier_changed" | "limit_changed" | "workers_changed" | "paused" | "resumed" | "workspace_deleted" | "workspace_gone" | "restore_resumed" | "tier_settings_changed" | "key_created" | "key_rotated" | "key_revoked" | "bulk_cancel" | "bulk_terminate" | "bulk_rerun" | "role_granted" | "role_revoked";
            /**
             * @description The id of the key that asked for it, or `role:` and the name of the role of Postgres whose transaction did; null where none was needed.
             * @example Vq3mZ0d8KpWx
             */
            by: string | null;
            /**
             * @description By which way it came. `sql`: a transaction of a database role. `itself`: Sluice did it, as when a pause ends at its time.
             * @enum {string}
             */
            source: "api" | "command line" | "signal" | "configuration" | "itself" | "sql";
            /** @description What the act changed, before it; null where there was nothing. */
            from: {
                [key: string]: unknown;
            } | null;
            /** @description The same after it; null where there is nothing. */
            to: {
                [key: string]: unknown;
            } | null;
            /** @description As the request gave it. */
            reason: string | null;
        };
        /** @description Changes, the newest first. */
        ChangePage: {
            items: components["schemas"]["Change"][];
            /** @description Ask for the next page with it; null when this is the last. */
            nextCursor: string | null;
        };
        /** @description An act on all executions that match, and how far it has come. */
        BulkAct: {
            /** Format: uuid */
            id: string;
            /** @description Null: in all workspaces. */
            workspaceId: string | null;
            /**
             * @description What is done to each: `cancel` and `terminate` to executions that have not ended, `rerun` to those that have.
             * @example cancel
             * @enum {string}
             */
            act: "cancel" | "terminate" | "rerun";
            /** @description As it was asked for; null, or no label, for what does not matter. */
            filter: {
                status: ("scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected") | null;
                workflowType: string | null;
                reference: string | null;
                createdAfter: string | null;
                createdBefore: string | null;
                closedAfter: string | null;
                closedBefore: string | null;
                outcome: "failure" | null;
                labels: {
                    [key: string]: string;
                };
            };
            reason: string | null;
            /** @description The id of the key that asked for it; null where no key is needed. */
            by: string | null;
            /**
             * Format: date-time
             * @description Executions that were accepted later are none of its own.
             */
            acceptedAt: string;
            /**
             * @description How many match.
             * @example 40
             */
            matching: number;
            /** @description Whether there may be more, because counting them took longer than 2 s. */
            matchingIsLowerBound: boolean;
            /**
             * @description `running`: workers carry it on. `waiting`: queues have no room for the next rerun; it goes on by itself. `done`: nothing is left to do.
             * @enum {string}
             */
            state: "running" | "waiting" | "done";
            /**
             * @description Executions that it has ended, asked to end, or run again.
             * @example 39
             */
            done: number;
            /**
             * @description Executions that no longer matched when it came to them, or were asked to end before.
             * @example 1
             */
            skipped: number;
            /**
             * @description Reruns that were refused.
             * @example 0
             */
            failed: number;
            /** @description Why one of them was. */
            lastFailure: string | null;
            /** @description When the last was done; null before that. */
            endedAt: string | null;
        };
        /** @description What an act would be about. */
        BulkPreview: {
            /**
             * @description How many match.
             * @example 40
             */
            matching: number;
            /** @description Whether there may be more, because counting them took longer than 2 s. */
            matchingIsLowerBound: boolean;
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
    listTiers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TierList"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tier: `pro` or `enterprise`.
                 * @example pro
                 */
                tier: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tier. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tier"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tier-not-found`: There is no such tier. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The tier: `pro` or `enterprise`.
                 * @example pro
                 */
                tier: string;
            };
            cookie?: never;
        };
        /** @description All settings of a tier. A retention that is left out stays as it is. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "limit": 7,
                 *       "maxDurationSeconds": 86400,
                 *       "maxPending": 10000,
                 *       "maxPendingBytes": 268435456,
                 *       "retentionDays": 90,
                 *       "payloadRetentionDays": 7
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How many executions of a workspace run at once, unless it has a limit of its own.
                     * @example 5
                     */
                    limit: number;
                    /**
                     * @description How long one execution may run. A change holds for executions that start after it.
                     * @example 86400
                     */
                    maxDurationSeconds: number;
                    /**
                     * @description How many executions of a workspace may wait in its queue.
                     * @example 10000
                     */
                    maxPending: number;
                    /**
                     * @description How many bytes of input may wait in the queue of a workspace.
                     * @example 268435456
                     */
                    maxPendingBytes: number;
                    /**
                     * @description How many days an execution is kept after its end; null keeps it. A change holds for executions that end after it.
                     * @example 30
                     */
                    retentionDays?: (7 | 30 | 90 | 365) | null;
                    /**
                     * @description How many days input and result of an execution are kept, at most as long as the execution; null keeps them. A change holds for executions that are accepted after it.
                     * @example 30
                     */
                    payloadRetentionDays?: (7 | 30 | 90 | 365) | null;
                    /**
                     * @description Why, for the record of changes: without control characters.
                     * @example ticket 4711
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The tier as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tier"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `tier-not-found`: There is no such tier. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-retention-too-long`: Payloads cannot be kept for longer than their executions. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description All settings of a workspace. An omitted setting gets its default (`limitOverride` null, `workers` pool), also when the workspace exists: use PATCH to change one setting and keep the others. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
                     * @example pro
                     * @enum {string}
                     */
                    tier: "pro" | "enterprise";
                    /**
                     * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
                     * @example null
                     * @example 7
                     */
                    limitOverride?: number | null;
                    /**
                     * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
                     * @example pool
                     * @enum {string}
                     */
                    workers?: "pool" | "external";
                    /**
                     * @description Why, for the record of changes: without control characters.
                     * @example ticket 4711
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description It existed and has these settings now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description It was created. */
            201: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `workspaces-full`: There are as many workspaces as there may be. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkspace: {
        parameters: {
            query?: {
                /** @description `true`: cancel what is pending or scheduled, and terminate what runs. */
                endWork?: "true" | "false";
                /**
                 * @description Why, for the record of changes: without control characters.
                 * @example ticket 4711
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its deletion has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceDeleted"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-has-work`: Executions of the workspace have not ended. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description The settings to change; an omitted setting stays as it is. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The plan. It sets how many executions run at once, how long one may run and how many may wait.
                     * @example pro
                     * @enum {string}
                     */
                    tier?: "pro" | "enterprise";
                    /**
                     * @description How many executions run at once, instead of what the tier says; null: what the tier says. Outlives a change of tier.
                     * @example null
                     * @example 7
                     */
                    limitOverride?: number | null;
                    /**
                     * @description Who serves the workspace's task queue. `pool`: Sluice's own workers, with the workflow types that they know. `external`: workers of yours, in any language; any workflow type is accepted then.
                     * @example pool
                     * @enum {string}
                     */
                    workers?: "pool" | "external";
                    /**
                     * @description Why, for the record of changes: without control characters.
                     * @example ticket 4711
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The workspace as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkspaces: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, in the order of their ids. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspacePage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description Why nothing is to be admitted, and until when. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Why, for whoever wonders: without control characters.
                     * @example billing overdue
                     */
                    reason: string;
                    /**
                     * @description When it ends by itself, a time to come; null or left out: when somebody resumes it.
                     * @example 2030-01-31T12:00:00Z
                     */
                    until?: string | null;
                };
            };
        };
        responses: {
            /** @description It is paused. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeWorkspace: {
        parameters: {
            query?: {
                /**
                 * @description Why, for the record of changes: without control characters.
                 * @example ticket 4711
                 */
                reason?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not paused. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExecutions: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
                /** @description Only executions of this status. */
                status?: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
                /**
                 * @description Only executions of this workflow type.
                 * @example httpRequest
                 */
                workflowType?: string;
                /**
                 * @description Only executions with exactly this reference.
                 * @example order 4711
                 */
                reference?: string;
                /**
                 * @description Only executions that were accepted then or later. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                createdAfter?: string;
                /**
                 * @description Only executions that were accepted before then. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                createdBefore?: string;
                /**
                 * @description Only executions that ended then or later. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                closedAfter?: string;
                /**
                 * @description Only executions that ended before then. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                closedBefore?: string;
                /** @description `failure`: only executions that ended as `failed`, `timed_out`, `terminated` or `rejected`. */
                outcome?: "failure";
                /** @description Only executions with this label, as `key=value`. Given more than once: only executions with each of them. */
                label?: string[];
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionPage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enqueueExecution: {
        parameters: {
            query?: {
                /**
                 * @description Seconds to wait for the end of the execution. The answer comes as soon as it has ended; after that time it has the present state. It wins over `Prefer`.
                 * @example 30
                 */
                wait?: number;
            };
            header?: {
                /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII. */
                "idempotency-key"?: string;
                /**
                 * @description RFC 7240. `wait=30` does the same as the query's `wait`, and the answer says so in `Preference-Applied`; more than 60 counts as 60. Other preferences are ignored.
                 * @example wait=30
                 */
                prefer?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description What to run. UTF-8, nested at most 64 levels deep in all. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "workflowType": "httpRequest",
                 *       "input": {
                 *         "method": "GET",
                 *         "url": "http://127.0.0.1:8080/health/live"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description The Temporal workflow type to run: a name that the workspace's workers know, without control characters.
                     * @example httpRequest
                     */
                    workflowType: string;
                    /**
                     * @description Any JSON: the workflow's one argument. It is kept exactly as written, with its number formats, its order of members and its white space. Left out, the workflow gets no argument.
                     * @example {
                     *       "method": "GET",
                     *       "url": "http://127.0.0.1:8080/health/live"
                     *     }
                     */
                    input?: unknown;
                    /**
                     * @description A name that the caller's own system has for it, such as an order's number; kept and answered, and unique only if the caller makes it so. Without control characters.
                     * @example order 4711
                     */
                    reference?: string;
                    /**
                     * Format: date-time
                     * @description When it enters the queue, at most 366 days ahead: until then it is `scheduled`, has no `seq` and no position, and counts against the bounds of the queue. It enters within some two seconds, behind what is in the queue then; of several that were due while no worker ran, in the order of their `startAfter`. A time that has passed means at once. RFC 3339, to the millisecond.
                     * @example 2026-12-24T18:00:00Z
                     */
                    startAfter?: string;
                    /**
                     * Format: date-time
                     * @description It is not admitted at or after this time: it then ends as `expired`, within some two seconds, and never starts. Later than now and than `startAfter`, at most 366 days ahead. An execution that has a slot is not affected. RFC 3339, to the millisecond.
                     * @example 2026-12-24T19:00:00Z
                     */
                    startBefore?: string;
                    /**
                     * @description Seconds that its workflow may stay open, with all attempts; Temporal then times it out. At most the tier's `maxDurationSeconds`, which holds when it is left out.
                     * @example 600
                     */
                    executionTimeout?: number;
                    /** @description Temporal's: a workflow that fails, or whose single run times out, is run again from its beginning. A cancelled or terminated one is not. It holds its slot through all attempts and the pauses between them, and ends as its last attempt. Without a policy there is one attempt. What an activity retries is its own policy. */
                    retryPolicy?: {
                        /**
                         * @description Seconds before the second attempt. Defaults to 1.
                         * @example 1
                         */
                        initialInterval?: number;
                        /**
                         * @description By how much each pause is longer than the one before. Defaults to 2.
                         * @example 2
                         */
                        backoffCoefficient?: number;
                        /**
                         * @description Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.
                         * @example 60
                         */
                        maximumInterval?: number;
                        /**
                         * @description Attempts in all; 1 is none but the first. Left out: as many as there is time for.
                         * @example 5
                         */
                        maximumAttempts?: number;
                        /**
                         * @description A failure of one of these types ends it: the `type` of an ApplicationFailure.
                         * @example [
                         *       "CardDeclined"
                         *     ]
                         */
                        nonRetryableErrorTypes?: string[];
                    };
                    /**
                     * @description Names and values for people and for searching, at most 16: shown on the page of its workflow in the Temporal Web UI, and in its memo as `sluiceLabels`. A name has 1 to 63 letters, digits, `.`, `_`, `/` or `-`, and begins with a letter or a digit; a value has up to 255 characters, none of control. Put no secrets there.
                     * @example {
                     *       "customer": "acme",
                     *       "report/kind": "monthly"
                     *     }
                     */
                    labels?: {
                        [key: string]: string;
                    };
                    /**
                     * @description `queue`, the default: it waits for a slot. `reject`: it is stored only if it can have a slot at once, beside all that run and all that wait; otherwise the answer is a problem `no-free-slot`, and a repeat of the key asks anew. A key that already stands for an execution answers with that, either way.
                     * @enum {string}
                     */
                    ifBusy?: "queue" | "reject";
                };
            };
        };
        responses: {
            /** @description The Idempotency-Key already stood for this execution; nothing new was stored. */
            200: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    /** @description The `wait` of `Prefer` that holds for this answer. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Stored, and waiting in the queue. */
            202: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    /** @description The `wait` of `Prefer` that holds for this answer. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-free-slot`: The execution would have to wait. `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The idempotency key stands for other content. `workflow-type-unknown`: No worker knows this workflow type. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `queue-full`: The queue of this workspace is full. `queue-bytes-full`: The inputs in the queue of this workspace are too large together. `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enqueueBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description Executions of one workspace, at most 1000 and 16 MiB. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "executions": [
                 *         {
                 *           "workflowType": "httpRequest",
                 *           "input": {
                 *             "method": "GET",
                 *             "url": "http://127.0.0.1:8080/health/live"
                 *           },
                 *           "idempotencyKey": "order 4711"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description What to run, in this order: each as the body of a single request, with its key. */
                    executions: {
                        /**
                         * @description The Temporal workflow type to run: a name that the workspace's workers know, without control characters.
                         * @example httpRequest
                         */
                        workflowType: string;
                        /**
                         * @description Any JSON: the workflow's one argument. It is kept exactly as written, with its number formats, its order of members and its white space. Left out, the workflow gets no argument.
                         * @example {
                         *       "method": "GET",
                         *       "url": "http://127.0.0.1:8080/health/live"
                         *     }
                         */
                        input?: unknown;
                        /**
                         * @description A name that the caller's own system has for it, such as an order's number; kept and answered, and unique only if the caller makes it so. Without control characters.
                         * @example order 4711
                         */
                        reference?: string;
                        /**
                         * Format: date-time
                         * @description When it enters the queue, at most 366 days ahead: until then it is `scheduled`, has no `seq` and no position, and counts against the bounds of the queue. It enters within some two seconds, behind what is in the queue then; of several that were due while no worker ran, in the order of their `startAfter`. A time that has passed means at once. RFC 3339, to the millisecond.
                         * @example 2026-12-24T18:00:00Z
                         */
                        startAfter?: string;
                        /**
                         * Format: date-time
                         * @description It is not admitted at or after this time: it then ends as `expired`, within some two seconds, and never starts. Later than now and than `startAfter`, at most 366 days ahead. An execution that has a slot is not affected. RFC 3339, to the millisecond.
                         * @example 2026-12-24T19:00:00Z
                         */
                        startBefore?: string;
                        /**
                         * @description Seconds that its workflow may stay open, with all attempts; Temporal then times it out. At most the tier's `maxDurationSeconds`, which holds when it is left out.
                         * @example 600
                         */
                        executionTimeout?: number;
                        /** @description Temporal's: a workflow that fails, or whose single run times out, is run again from its beginning. A cancelled or terminated one is not. It holds its slot through all attempts and the pauses between them, and ends as its last attempt. Without a policy there is one attempt. What an activity retries is its own policy. */
                        retryPolicy?: {
                            /**
                             * @description Seconds before the second attempt. Defaults to 1.
                             * @example 1
                             */
                            initialInterval?: number;
                            /**
                             * @description By how much each pause is longer than the one before. Defaults to 2.
                             * @example 2
                             */
                            backoffCoefficient?: number;
                            /**
                             * @description Seconds of the longest pause, not less than `initialInterval`. Defaults to 100 times that.
                             * @example 60
                             */
                            maximumInterval?: number;
                            /**
                             * @description Attempts in all; 1 is none but the first. Left out: as many as there is time for.
                             * @example 5
                             */
                            maximumAttempts?: number;
                            /**
                             * @description A failure of one of these types ends it: the `type` of an ApplicationFailure.
                             * @example [
                             *       "CardDeclined"
                             *     ]
                             */
                            nonRetryableErrorTypes?: string[];
                        };
                        /**
                         * @description Names and values for people and for searching, at most 16: shown on the page of its workflow in the Temporal Web UI, and in its memo as `sluiceLabels`. A name has 1 to 63 letters, digits, `.`, `_`, `/` or `-`, and begins with a letter or a digit; a value has up to 255 characters, none of control. Put no secrets there.
                         * @example {
                         *       "customer": "acme",
                         *       "report/kind": "monthly"
                         *     }
                         */
                        labels?: {
                            [key: string]: string;
                        };
                        /**
                         * @description `queue`, the default: it waits for a slot. `reject`: it is stored only if it can have a slot at once, beside all that run and all that wait; otherwise the answer is a problem `no-free-slot`, and a repeat of the key asks anew. A key that already stands for an execution answers with that, either way.
                         * @enum {string}
                         */
                        ifBusy?: "queue" | "reject";
                        /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII. */
                        idempotencyKey?: string;
                    }[];
                    /**
                     * @description Whether all of them are accepted or none is: if one would be refused nothing is stored, and the answer is a problem `batch-refused`.
                     * @default false
                     */
                    atomic?: boolean;
                };
            };
        };
        responses: {
            /** @description Nothing new is stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description At least one is stored; `outcomes` says which. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchAnswer"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `batch-refused`: Executions of an atomic batch are refused. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getExecution: {
        parameters: {
            query?: {
                /**
                 * @description Seconds to wait for the end of the execution. The answer comes as soon as it has ended; after that time it has the present state. It wins over `Prefer`.
                 * @example 30
                 */
                wait?: number;
            };
            header?: {
                /**
                 * @description RFC 7240. `wait=30` does the same as the query's `wait`, and the answer says so in `Preference-Applied`; more than 60 counts as 60. Other preferences are ignored.
                 * @example wait=30
                 */
                prefer?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The execution. */
            200: {
                headers: {
                    /** @description The `wait` of `Prefer` that holds for this answer. */
                    "Preference-Applied"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainExecution: {
        parameters: {
            query?: {
                /** @description Who is to read it. `customer`: the sentence, the status and the position, and nothing of other executions, of settings or of operators. With a read token it is always that. */
                audience?: "operator" | "customer";
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why it is where it is, for who is to read it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"] | components["schemas"]["CustomerExplanation"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllExecutions: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
                /** @description Only executions of this status. */
                status?: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
                /**
                 * @description Only executions of this workflow type.
                 * @example httpRequest
                 */
                workflowType?: string;
                /**
                 * @description Only executions with exactly this reference.
                 * @example order 4711
                 */
                reference?: string;
                /**
                 * @description Only executions that were accepted then or later. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                createdAfter?: string;
                /**
                 * @description Only executions that were accepted before then. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                createdBefore?: string;
                /**
                 * @description Only executions that ended then or later. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                closedAfter?: string;
                /**
                 * @description Only executions that ended before then. RFC 3339; the + of an offset is written %2B.
                 * @example 2026-11-28T12:00:00Z
                 */
                closedBefore?: string;
                /** @description `failure`: only executions that ended as `failed`, `timed_out`, `terminated` or `rejected`. */
                outcome?: "failure";
                /** @description Only executions with this label, as `key=value`. Given more than once: only executions with each of them. */
                label?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionPage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listQueue: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, the next one first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuePage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled and never starts, or it had ended before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description It runs, or its gate may have started it already, and will be asked to stop. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    terminateExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is terminated and never starts, or it had ended before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description It runs, or its gate may have started it already, and will be terminated. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rerunExecution: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The Idempotency-Key already stood for this rerun. */
            200: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description The new execution: stored, and waiting in the queue. */
            202: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `execution-not-ended`: The execution has not ended. `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `input-gone`: The input is no longer kept. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The idempotency key stands for other content. `workflow-type-unknown`: No worker knows this workflow type. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `queue-full`: The queue of this workspace is full. `queue-bytes-full`: The inputs in the queue of this workspace are too large together. `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deletePayloads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are deleted, or were before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayloadsDeleted"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `execution-not-ended`: The execution has not ended. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `workspace-busy`: Too many requests of this workspace at once. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createReadToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        /** @description What the token is to be. */
        requestBody: {
            content: {
                /** @example {} */
                "application/json": {
                    /**
                     * @description How long the token holds, unless its key ends before.
                     * @default 300
                     * @example 300
                     */
                    expiresInSeconds?: number;
                };
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadToken"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamChangedWorkspaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. A comment comes every 15 s. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *
                     *     event: workspaces
                     *     data: {"ids":["acme","globex"]}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamWorkspaceEvents: {
        parameters: {
            query?: {
                /**
                 * @description The id of an event: begins with the one after it. Left out, the stream begins now.
                 * @example 1-4711
                 */
                after?: string;
            };
            header?: {
                /**
                 * @description As EventSource sends it when it connects again. It wins over `after`, which is older then.
                 * @example 1-4711
                 */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. A comment comes every 15 s. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *     id: 1-41
                     *
                     *     id: 1-42
                     *     event: ended
                     *     data: {"id":"1-42","kind":"ended",...}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `events-gone`: Events after this id cannot be told. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamExecutionEvents: {
        parameters: {
            query?: {
                /**
                 * @description The id of an event: begins with the one after it. Left out, the stream begins now.
                 * @example 1-4711
                 */
                after?: string;
            };
            header?: {
                /**
                 * @description As EventSource sends it when it connects again. It wins over `after`, which is older then.
                 * @example 1-4711
                 */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The execution.
                 * @example 0199f3a2-7c1e-7000-8000-5f0c8f5a7b11
                 */
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. A comment comes every 15 s. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1000
                     *     id: 1-41
                     *
                     *     event: execution
                     *     data: {"id":"0199f3a2-7c1e-7000-8000-5f0c8f5a7b11","status":"running",...}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description It has ended, and nothing came after that id. EventSource does not connect again. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `execution-not-found`: There is no such execution. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `events-gone`: Events after this id cannot be told. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gate. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gate"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    wakeGate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gate as it was. The wake is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gate"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, in the order of their ids. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the key is to be: never more than the key that makes it. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "web front end",
                 *       "workspaceId": "acme",
                 *       "rights": [
                 *         "enqueue",
                 *         "read"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What it is for, without control characters.
                     * @example web front end
                     */
                    name: string;
                    /**
                     * @description The workspace in which it holds, or `*` for all.
                     * @example acme
                     */
                    workspaceId: string;
                    /**
                     * @description What it may do. In a single workspace: `enqueue`, `read`, `cancel`.
                     * @example [
                     *       "enqueue",
                     *       "read"
                     *     ]
                     */
                    rights: ("enqueue" | "read" | "cancel" | "operate" | "admin")[];
                    /**
                     * @description When it ends; null is never. Left out, when the key ends that makes it.
                     * @example 2027-01-31T12:00:00Z
                     */
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description The key, with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `key-beyond-own`: A key makes no key that may do more than itself. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-deleting`: The workspace is being deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key, by its id.
                 * @example Vq3mZ0d8KpWx
                 */
                keyId: string;
            };
            cookie?: never;
        };
        /** @description How to rotate it. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "graceSeconds": 3600
                 *     }
                 */
                "application/json": {
                    /**
                     * @description How long the old key still holds beside the new one.
                     * @default 86400
                     * @example 86400
                     */
                    graceSeconds?: number;
                    /**
                     * @description When the new key ends; null is never. Left out, when the old one would have.
                     * @example 2027-01-31T12:00:00Z
                     */
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description The new key, with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `key-beyond-own`: A key makes no key that may do more than itself. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key-not-found`: There is no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key-not-alive`: The key no longer holds, or is rotated already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key, by its id.
                 * @example Vq3mZ0d8KpWx
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key-not-found`: There is no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The key, by its id.
                 * @example Vq3mZ0d8KpWx
                 */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked, or was before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key-not-found`: There is no such key. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkspaceStats: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
                /** @description What the list goes by, and by id where that says nothing. `health` is by urgency: `desc` begins with `deleting` and `restoring`. Pages by a number are as of their own moment: a workspace whose number changes between two pages may come twice or be left out. */
                sort?: "id" | "health" | "pending" | "running" | "oldestWait" | "waitP95" | "handoffP99" | "failures";
                /** @description From the lowest or from the highest. Defaults to `asc` by id and to `desc` by a number. */
                order?: "asc" | "desc";
                /**
                 * @description Only workspaces with this in their id; large and small letters are the same.
                 * @example acm
                 */
                search?: string;
                /** @description Only workspaces of this tier. */
                tier?: "pro" | "enterprise";
                /**
                 * @description Only workspaces of this health.
                 * @example at-limit
                 */
                health?: "deleting" | "restoring" | "paused" | "stalled" | "at-limit" | "backlogged" | "active" | "idle";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, in the order that was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceStatsPage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspaceStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The numbers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceStats"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkspaceChanges: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChanges: {
        parameters: {
            query?: {
                /** @description The most items to return. */
                limit?: number;
                /** @description Where to go on: the `nextCursor` of the page before, as it is. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actOnMatching: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
            };
            cookie?: never;
        };
        /** @description What to do to all executions that match. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "act": "cancel",
                 *       "filter": {
                 *         "status": "pending"
                 *       },
                 *       "expected": 40,
                 *       "reason": "ticket 4711"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What is done to each: `cancel` and `terminate` to executions that have not ended, `rerun` to those that have.
                     * @example cancel
                     * @enum {string}
                     */
                    act: "cancel" | "terminate" | "rerun";
                    /**
                     * @description Which executions, as for lists. Empty: all that the act can be done to.
                     * @example {
                     *       "workflowType": "report",
                     *       "status": "pending"
                     *     }
                     */
                    filter: {
                        /**
                         * @description Only executions of this status.
                         * @enum {string}
                         */
                        status?: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
                        /**
                         * @description Only executions of this workflow type.
                         * @example httpRequest
                         */
                        workflowType?: string;
                        /**
                         * @description Only executions with exactly this reference.
                         * @example order 4711
                         */
                        reference?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that were accepted then or later. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        createdAfter?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that were accepted before then. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        createdBefore?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that ended then or later. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        closedAfter?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that ended before then. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        closedBefore?: string;
                        /**
                         * @description `failure`: only executions that ended as `failed`, `timed_out`, `terminated` or `rejected`.
                         * @enum {string}
                         */
                        outcome?: "failure";
                        /** @description Only executions with this label, as `key=value`. Given more than once: only executions with each of them. */
                        label?: string[];
                    };
                    /**
                     * @description Whether only to count: nothing is done then.
                     * @default false
                     */
                    preview?: boolean;
                    /**
                     * @description How many a preview has counted: when it is another number now, the answer is 409 and nothing is done.
                     * @example 40
                     */
                    expected?: number;
                    /**
                     * @description Why, for the record of changes: without control characters.
                     * @example ticket 4711
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Of a preview: how many match. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            /** @description It is accepted, or was before under the same Idempotency-Key. */
            202: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAct"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `matching-changed`: Another number of executions matches. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The idempotency key stands for other content. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actOnMatchingOfAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeat safe: the same key with the same content answers with the first execution, however long ago. Content is the same when `workflowType` is, the text of `input` character for character, and what else the execution keeps. Printable ASCII. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description What to do to all executions that match. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "act": "cancel",
                 *       "filter": {
                 *         "status": "pending"
                 *       },
                 *       "expected": 40,
                 *       "reason": "ticket 4711"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description What is done to each: `cancel` and `terminate` to executions that have not ended, `rerun` to those that have.
                     * @example cancel
                     * @enum {string}
                     */
                    act: "cancel" | "terminate" | "rerun";
                    /**
                     * @description Which executions, as for lists. Empty: all that the act can be done to.
                     * @example {
                     *       "workflowType": "report",
                     *       "status": "pending"
                     *     }
                     */
                    filter: {
                        /**
                         * @description Only executions of this status.
                         * @enum {string}
                         */
                        status?: "scheduled" | "pending" | "running" | "completed" | "failed" | "cancelled" | "terminated" | "timed_out" | "expired" | "rejected";
                        /**
                         * @description Only executions of this workflow type.
                         * @example httpRequest
                         */
                        workflowType?: string;
                        /**
                         * @description Only executions with exactly this reference.
                         * @example order 4711
                         */
                        reference?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that were accepted then or later. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        createdAfter?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that were accepted before then. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        createdBefore?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that ended then or later. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        closedAfter?: string;
                        /**
                         * Format: date-time
                         * @description Only executions that ended before then. RFC 3339; the + of an offset is written %2B.
                         * @example 2026-11-28T12:00:00Z
                         */
                        closedBefore?: string;
                        /**
                         * @description `failure`: only executions that ended as `failed`, `timed_out`, `terminated` or `rejected`.
                         * @enum {string}
                         */
                        outcome?: "failure";
                        /** @description Only executions with this label, as `key=value`. Given more than once: only executions with each of them. */
                        label?: string[];
                    };
                    /**
                     * @description Whether only to count: nothing is done then.
                     * @default false
                     */
                    preview?: boolean;
                    /**
                     * @description How many a preview has counted: when it is another number now, the answer is 409 and nothing is done.
                     * @example 40
                     */
                    expected?: number;
                    /**
                     * @description Why, for the record of changes: without control characters.
                     * @example ticket 4711
                     */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Of a preview: how many match. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            /** @description It is accepted, or was before under the same Idempotency-Key. */
            202: {
                headers: {
                    /** @description The path of what was created. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAct"];
                };
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `matching-changed`: Another number of executions matches. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The idempotency key stands for other content. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `database-full`: The database has no room. `request-timed-out`: The request took too long. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkspaceBulkAct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The workspace: 1 to 64 letters, digits, `_` or `-`.
                 * @example acme
                 */
                workspaceId: string;
                /**
                 * @description The bulk act.
                 * @example 0199f3b7-1d2a-7000-8000-3b1c2d3e4f50
                 */
                bulkActId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The act. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAct"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `workspace-not-found`: There is no such workspace. `bulk-act-not-found`: There is no such bulk act. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBulkAct: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The bulk act.
                 * @example 0199f3b7-1d2a-7000-8000-3b1c2d3e4f50
                 */
                bulkActId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The act. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAct"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `bulk-act-not-found`: There is no such bulk act. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes; `degraded` when only Temporal is down. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. `wrong-installation`: Database and Temporal namespace do not belong together. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The key may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-requests`: The key sends too many requests. */
            429: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key that the request was let in by. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What the session is to stand for. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "slc_..."
                 *     }
                 */
                "application/json": {
                    /** @description A key, as it would be sent in `Authorization`. */
                    key: string;
                };
            };
        };
        responses: {
            /** @description The session has begun, or none is needed here. */
            204: {
                headers: {
                    /** @description `sluice_session`: HttpOnly, SameSite=Strict. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed-json`: The body is not JSON that can be kept exactly. `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: A key is needed. */
            401: {
                headers: {
                    /** @description Bearer, as in RFC 6750. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload-too-large`: The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database-unavailable`: The database does not answer. */
            503: {
                headers: {
                    /** @description Seconds to wait before the next try. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The browser has no session any more. */
            204: {
                headers: {
                    /** @description `sluice_session`: HttpOnly, SameSite=Strict. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: The request does not match its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: A web page of another origin may not do this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request-too-slow`: The request did not arrive in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `expectation-unknown`: The header Expect asks for something unknown. */
            417: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `misdirected-request`: The request is for another host. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers-too-large`: The headers are too large. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal-error`: Sluice has a defect. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
