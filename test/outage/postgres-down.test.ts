import { testOutage } from './postgres-outage.ts';

testOutage({ claim: 'is cut off', file: import.meta.url, spoil: (world) => world.toPostgres.cut() });
