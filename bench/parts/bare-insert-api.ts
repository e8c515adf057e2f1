import { v7 as uuidv7 } from 'uuid';
import { buildApi } from '../../src/api/server/build-api.ts';
import { readConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/db/connection/database.ts';
import type { Placed } from '../../src/enqueue/enqueue-outcome.ts';
import type { EnqueueRequest } from '../../src/enqueue/enqueue-request.ts';
import { pendingExecution } from '../../src/enqueue/rows/pending-execution.ts';
import { createLog } from '../../src/process/log.ts';
import { runProcess } from '../../src/process/run-process.ts';
import { lazyTemporalClient } from '../../src/temporal/connection/client-connection.ts';
import { readTemporalSettings } from '../../src/temporal/connection/temporal-settings.ts';
import { webUi } from '../../src/temporal/web-ui.ts';

/**
 * What the enqueue path is measured against: Sluice's own API, app and route and schemas, around one prepared INSERT that commits by
 * itself. It has no lock, no key to look up, no limit to keep, no gate to wake, and it counts `seq` in memory.
 */
await runProcess(async () => {
  const config = readConfig(process.env);
  const database = openDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'bare-insert-api',
    onError: () => {},
  });
  const lastSeqs = new Map<string, number>();

  const insert = async (request: EnqueueRequest): Promise<Placed> => {
    const { workspaceId, workflowType, input, idempotencyKey } = request;
    const id = uuidv7();
    const seq = (lastSeqs.get(workspaceId) ?? 0) + 1;
    lastSeqs.set(workspaceId, seq);
    const { rows } = await database.pool.query<{ createdAt: Date }>({
      name: 'bare-insert',
      text: `
        with stored as (
          insert into payloads (execution_id, kind, retention_days, data)
          select $1, 'input', 0, convert_to($5, 'UTF8') where $5::text is not null)
        insert into executions (id, workspace_id, seq, workflow_type, input_bytes, payload_retention_days, idempotency_key)
        values ($1, $2, $3, $4, octet_length($5::text), 0, $6) returning created_at as "createdAt"`,
      values: [id, workspaceId, seq, workflowType, input, idempotencyKey],
    });
    const execution = pendingExecution(request, { payloadRetentionDays: 0, id, seq, ...rows[0]! });
    return {
      kind: 'placed',
      execution,
      position: { position: seq, isUpperBound: false },
      waitsForAnEnd: false,
    };
  };

  const app = await buildApi({
    config,
    log: createLog({ level: config.LOG_LEVEL, process: 'bare-insert-api' }),
    database,
    temporal: lazyTemporalClient(readTemporalSettings(process.env)),
    waker: {
      wake: () => {},
      wakeSoon: () => {},
      sent: () => Promise.resolve(),
      allSent: () => Promise.resolve(),
    },
    webUi: webUi(config.TEMPORAL_UI_URL, 'default'),
    enqueue: insert,
  });
  await app.listen({ host: config.HOST, port: config.PORT });
  return {
    async stop() {
      await app.close();
      await database.close();
    },
  };
});
