import { readConfig } from '../../config/config.ts';
import { openDatabase } from '../../db/connection/database.ts';
import { createLog } from '../../process/log.ts';
import { lazyTemporalClient } from '../../temporal/connection/client-connection.ts';
import { webUi } from '../../temporal/web-ui.ts';
import { buildApi } from '../server/build-api.ts';

/** Never called: a server that does not listen is asked for nothing but its document. */
const NOWHERE = '127.0.0.1:9';

/** What the API answers at /openapi.json, without a Postgres or a Temporal: neither is connected to before a route needs it. */
export async function openApiDocument(): Promise<object> {
  const config = readConfig({});
  const database = openDatabase({
    url: config.DATABASE_URL,
    poolSize: 1,
    applicationName: 'sluice-openapi',
    onError: () => {},
  });
  const temporal = lazyTemporalClient({
    address: NOWHERE,
    isAddressSet: true,
    namespace: 'default',
    access: {},
  });
  const app = await buildApi({
    config,
    log: createLog({ level: 'silent', process: 'openapi' }),
    database,
    temporal,
    waker: { wake() {}, wakeSoon() {}, sent: () => Promise.resolve(), allSent: () => Promise.resolve() },
    webUi: webUi(config.TEMPORAL_UI_URL, 'default'),
  });
  try {
    return (await app.inject('/openapi.json')).json<object>();
  } finally {
    await app.close();
    await database.close();
    await temporal.connection.close();
  }
}
