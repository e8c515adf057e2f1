import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { createTerminateExecutions } from '../../src/activities/gate/terminate-executions.ts';
import { createWatchExecutions } from '../../src/activities/gate/watch-executions.ts';
import { NOT_FOUND_RULE } from '../../src/domain/not-found.ts';
import { createLog } from '../../src/process/log.ts';

const executionIds = ['0199f3a2-7c1e-7000-8000-5f0c8f5a7b11'];

test('a gate that does not know its deployment gets no answer about executions: each would be taken for a stranger', async () => {
  // Nobody is to be called.
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const deps = {
    client: new Client({ connection }),
    log: createLog({ level: 'silent', process: 'test' }),
    notFoundRule: NOT_FOUND_RULE,
    retentionSeconds: 86_400,
    requireInstallation: () => Promise.resolve(),
  };
  const request = { deployment: '', workspaceId: 'acme' };
  const executions = executionIds.map((executionId) => ({ executionId, startRecorded: true }));
  await assert.rejects(createWatchExecutions(deps)({ ...request, executions }), {
    name: 'DeploymentUnknownError',
    message: /workspace acme/,
  });
  await assert.rejects(createTerminateExecutions(deps)({ ...request, executionIds }), {
    name: 'DeploymentUnknownError',
  });
  await connection.close();
});
