import { requirePackage } from './bench-packages.ts';

/** What the generator is given, as its one argument in JSON. */
export interface LoadPlan {
  readonly apiUrl: string;
  /** Requests go to them in turn. */
  readonly workspaceIds: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  readonly body: string;
  /** Sent beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What it prints, as JSON. */
export interface LoadOutcome {
  readonly accepted: number;
  /** Answers that were not a 2xx, and connections that broke or got no answer in time. */
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface AutocannonResult {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly duration: number;
  readonly latency: { readonly p50: number; readonly p99: number };
}

type Autocannon = (options: Record<string, unknown>) => Promise<AutocannonResult>;

/** A process of its own, so that making requests takes no time from the one that answers them. */
async function main([argument]: readonly string[]): Promise<void> {
  const { apiUrl, workspaceIds, connections, seconds, body, headers } = JSON.parse(argument!) as LoadPlan;
  const autocannon = requirePackage('autocannon') as Autocannon;
  let sent = 0;
  const result = await autocannon({
    url: apiUrl,
    connections,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        path: pathOf(workspaceIds[0]!),
        setupRequest: (request: object) => ({
          ...request,
          path: pathOf(workspaceIds[sent++ % workspaceIds.length]!),
        }),
      },
    ],
  });
  const outcome: LoadOutcome = {
    accepted: result['2xx'],
    refused: result.non2xx + result.errors + result.timeouts,
    seconds: result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
  console.log(JSON.stringify(outcome));
}

const pathOf = (workspaceId: string) => `/v1/workspaces/${workspaceId}/executions`;

await main(process.argv.slice(2));
