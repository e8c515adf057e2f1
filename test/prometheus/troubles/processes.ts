import { finish, holdSlots } from '../work.ts';
import type { Trouble } from './trouble.ts';

/** What ends, or cannot be reached. */
export const PROCESS_TROUBLES: readonly Trouble[] = [
  {
    alert: 'SluiceApiDown',
    when: 'the only API is killed',
    beside: ['SluiceProcessDown'],
    async cause({ api }) {
      await api.kill();
      return () => api.start();
    },
  },
  {
    alert: 'SluiceProcessDown',
    when: 'one of two workers is killed',
    async cause({ workers: [one] }) {
      await one.kill();
      return () => one.start();
    },
  },
  {
    alert: 'SluiceWorkersDown',
    when: 'all workers are killed',
    beside: ['SluiceProcessDown'],
    async cause({ workers }) {
      await Promise.all(workers.map((worker) => worker.kill()));
      return async () => void (await Promise.all(workers.map((worker) => worker.start())));
    },
  },
  {
    alert: 'SluiceDatabaseDown',
    when: 'Postgres is stopped',
    beside: ['SluiceSweepLate'],
    async cause({ postgres }) {
      await postgres.stop();
      return () => postgres.start();
    },
  },
  {
    alert: 'SluiceSweepLate',
    when: 'Temporal is stopped',
    shortened: { '> 600': '> 20' },
    async cause({ temporal }) {
      await temporal.stop();
      return () => temporal.start();
    },
  },
  {
    alert: 'SluiceQueueNotServed',
    when: 'the workers cannot reach Postgres',
    shortened: { '> 180': '> 20' },
    beside: ['SluiceSweepLate', 'SluiceHandoffSlow'],
    async cause(installation) {
      const { workersToPostgres } = installation;
      workersToPostgres.cut();
      // It is full before anybody could say so: its queue counts all the same.
      const held = await holdSlots(installation, 'unserved', { limit: 1, executions: 2 });
      return async () => {
        workersToPostgres.mend();
        await finish(installation, held);
      };
    },
  },
];
