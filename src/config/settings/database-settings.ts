import Type from 'typebox';
import { integer } from './setting.ts';

/** Where Postgres is, and how many connections a process takes. */
export const databaseSettings = {
  DATABASE_URL: Type.String({
    default: '',
    pattern: '^$|^postgres(ql)?://',
    description:
      'postgres://user:password@host:port/database. `npm start` brings its own Postgres when it is not set.',
  }),
  DATABASE_POOL_SIZE: integer(10, 1, 200, 'Connections of one process to Postgres, reconcile apart.'),
  DATABASE_CONNECTIONS_PER_WORKSPACE: integer(
    2,
    1,
    100,
    'Of the pool, how many one workspace may use at once in one API process to cancel and to be changed. Enqueueing takes two for all workspaces, and one for each whose row somebody else has locked.',
  ),
  RECONCILE_POOL_SIZE: integer(10, 1, 200, 'Connections that one worker process keeps for reconcile alone.'),
};
