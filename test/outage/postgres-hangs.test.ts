import { testOutage } from './postgres-outage.ts';

testOutage({ claim: 'hangs', file: import.meta.url, spoil: (world) => world.toPostgres.freeze() });
