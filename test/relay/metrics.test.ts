import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Running } from '../../src/process/run-process.ts';
import { freePort } from '../../src/local/processes/ports.ts';
import { documentedMetrics } from '../metrics/documented.ts';
import { scrape } from '../metrics/scrape.ts';
import { eventually } from '../support/eventually.ts';
import { createOutbox, relayHere, type TestOutbox } from './outbox.ts';

let outbox: TestOutbox;
let relay: Running & { readonly metricsUrl: string | null };
before(async () => {
  outbox = await createOutbox();
  // Nobody listens there.
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  relay = await relayHere(outbox.url, nowhere, { metricsPort: await freePort() });
});
after(async () => {
  await relay.stop();
  await outbox.close();
});

test('docs/metrics.md has what a relay serves, and it serves what that has', async () => {
  await outbox.enqueue({ workspace: 'acme', workflow_type: 'nothing' });
  await eventually(async () => {
    const retries = (await scrape(relay.metricsUrl!)).get('sluice_relay_retries_total');
    assert.ok(retries!.series.length > 0);
  });
  const served = await scrape(relay.metricsUrl!);
  const documented = documentedMetrics().filter(({ from }) => from === 'relay');
  assert.deepEqual(
    [...served.keys()].filter((name) => !/^(process|nodejs)_/.test(name)).sort(),
    documented.map(({ name }) => name).sort(),
  );
  for (const { name, type, labels } of documented) {
    assert.equal(served.get(name)!.type, type, name);
    for (const label of served.get(name)!.labels) assert.ok(labels.has(label), `${name}: ${label}`);
  }
});

test('a relay whose Sluice does not answer is alive and not ready, and says why', async () => {
  assert.equal((await fetch(`${relay.metricsUrl}/health/live`)).status, 200);
  await eventually(async () => {
    const ready = await fetch(`${relay.metricsUrl}/health/ready`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /sluice: no-answer: /);
  });
});
