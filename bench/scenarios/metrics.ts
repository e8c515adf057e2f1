import { figuresOf, runSluice } from '../parts/contestants.ts';
import { postLoad } from '../parts/post-load.ts';
import { startScraper } from '../parts/scraper.ts';
import type { Servers } from '../parts/servers.ts';
import { type Sluice, startSluice } from '../parts/sluice.ts';
import type { Figures, Scenario } from '../scenario.ts';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 1;
const SECONDS = 4;
const WORKSPACE = 'alone';
const BODY = JSON.stringify({
  workflowType: 'nothing',
  input: { order: 'A-1017', items: [3, 1, 4], note: 'x'.repeat(100) },
});

const WORK = { tenants: 1, each: 80, workMs: 200, cap: 5, warmUp: 30 };

/** Fifteen times as often as Prometheus asks unless it is told otherwise. */
const SCRAPE_EVERY_MS = 1_000;

/**
 * What it costs that somebody looks: the SDK counts, and API and worker are scraped each second; beside the same with the SDK's metrics off and nobody who
 * scrapes. What a process counts by itself cannot be turned off; it is some microseconds for each execution, in both.
 */
export const metrics: Scenario = {
  name: 'metrics',
  title: `Metrics: POST over ${CONNECTIONS} connections for ${SECONDS} s, and ${WORK.each} handoffs of ${WORK.workMs} ms, with the SDK's metrics and a scrape each second, beside the same with neither`,
  rounds: 20,
  needsPackages: true,
  reaches: [
    {
      what: 'POST/s with metrics, times without',
      value: (f) => f['POST/s with metrics']! / f['POST/s without']!,
      atLeast: 0.95,
    },
    {
      what: 'handoff p50 with metrics, times without',
      value: (f) => f['with metrics p50 ms']! / f['without p50 ms']!,
      atMost: 1.05,
    },
  ],
  async start({ servers, signal }) {
    const sluice = await startSluice(servers);
    await sluice.createWorkspaces([WORKSPACE]);
    await sluice.database.pool.query(
      'update tiers set max_pending = 10000000, max_pending_bytes = 100000000000',
    );
    return {
      async round(number): Promise<Figures> {
        const turns = number % 2 === 0 ? [true, false] : [false, true];
        const figures: Record<string, number> = {};
        for (const measured of turns) Object.assign(figures, await posts(sluice, measured, signal));
        for (const measured of turns) Object.assign(figures, await handoffs(servers, measured));
        return figures;
      },
      stop: () => sluice.stop(),
    };
  },
};

const named = (measured: boolean) => (measured ? 'with metrics' : 'without');

async function posts({ apiUrl }: Sluice, measured: boolean, signal: AbortSignal): Promise<Figures> {
  const plan = { apiUrl, workspaceIds: [WORKSPACE], connections: CONNECTIONS, body: BODY };
  await postLoad({ ...plan, seconds: WARM_UP_SECONDS }, signal);
  const scraper = measured ? startScraper(() => [apiUrl], SCRAPE_EVERY_MS) : null;
  const { accepted, seconds, p99Ms } = await postLoad({ ...plan, seconds: SECONDS }, signal).finally(() =>
    scraper?.end(),
  );
  return { [`POST/s ${named(measured)}`]: accepted / seconds, [`POST p99 ms ${named(measured)}`]: p99Ms };
}

async function handoffs(servers: Servers, measured: boolean): Promise<Figures> {
  const run = await runSluice(servers, WORK, {
    settings: { SDK_METRICS: String(measured) },
    ...(measured && {
      async beside({ apiUrl, workerUrl }) {
        const scraper = startScraper(() => [apiUrl, workerUrl()], SCRAPE_EVERY_MS);
        return () => void scraper.end();
      },
    }),
  });
  return figuresOf(named(measured), [run], WORK);
}
