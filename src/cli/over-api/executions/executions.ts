import { group } from '../group.ts';
import {
  cancelExecution,
  rerunExecution,
  resultOfExecution,
  startExecution,
  terminateExecution,
} from './act-on-execution.ts';
import { bulkAct, getBulkAct } from './bulk.ts';
import { explainExecution, getExecution, listExecutions } from './read-executions.ts';

export const executions = group('executions', 'Executions, over the API.', [
  listExecutions,
  getExecution,
  explainExecution,
  startExecution,
  resultOfExecution,
  cancelExecution,
  terminateExecution,
  rerunExecution,
  bulkAct,
  getBulkAct,
]);
