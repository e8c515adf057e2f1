import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../src/local/processes/ports.ts';
import { startService } from '../../src/local/processes/service.ts';
import { readRepositoryFile } from '../project/compose-rules.ts';
import type { RuleFile } from './alert-rules.ts';

/** One series of an answer, with its newest value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert that is pending or firing, as Prometheus tells Alertmanager. */
export interface ActiveAlert {
  readonly name: string;
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface PrometheusServer {
  readonly url: string;
  /** Throws what Prometheus says of a query that it cannot evaluate. */
  query(expr: string): Promise<Series[]>;
  active(): Promise<ActiveAlert[]>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  readonly program: string;
  readonly dataDir: string;
  readonly rules: RuleFile;
  /** By the name of the job in deploy/prometheus/prometheus.yaml. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly static_configs: readonly { targets: string[]; labels?: Record<string, string> }[];
}

/** Often, so that an alert is seen within seconds, and seldom enough for the scrapes of a busy machine. */
const EVERY = '2s';

/**
 * Starts a Prometheus of the test's own on the example configuration, with these targets and rules in the place of its own. It does every
 * two seconds what it does there every 15.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const folder = join(options.dataDir, 'prometheus');
  mkdirSync(folder);
  const config = configOf(options);
  writeFileSync(join(folder, 'alerts.yaml'), stringify(options.rules));
  writeFileSync(join(folder, 'prometheus.yaml'), stringify(config));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const service = await startService({
    name: 'Prometheus',
    command: options.program,
    args: [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(folder, 'prometheus.log'),
    stopSignal: 'SIGTERM',
    ready: async () =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    onSpawn: () => {},
  });
  return {
    url,
    async query(expr) {
      const { result, resultType } = await ask<QueryAnswer>(
        `${url}/api/v1/query?query=${encodeURIComponent(expr)}`,
      );
      if (resultType === 'scalar') return [{ labels: {}, value: Number(result[1]) }];
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async active() {
      const { alerts } = await ask<AlertsAnswer>(`${url}/api/v1/alerts`);
      return alerts.map(({ state, labels, annotations }) => {
        const { alertname: name = '', ...others } = labels;
        return { name, state, labels: others, annotations };
      });
    },
    stop: () => service.stop(),
  };
}

function configOf({ targets }: PrometheusOptions): object {
  const example = parse(readRepositoryFile('deploy/prometheus/prometheus.yaml')) as {
    global: object;
    scrape_configs: ScrapeConfig[];
  };
  return {
    ...example,
    global: { ...example.global, scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
    rule_files: ['alerts.yaml'],
    alerting: undefined,
    scrape_configs: example.scrape_configs.map((scrape) => {
      const ours = targets[scrape.job_name];
      if (!ours) throw new Error(`the test has no target for the job ${scrape.job_name}`);
      return {
        ...scrape,
        static_configs: scrape.static_configs.map((fixed) => ({ ...fixed, targets: ours })),
      };
    }),
  };
}

type QueryAnswer =
  | {
      readonly resultType: 'vector';
      readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
    }
  | { readonly resultType: 'scalar'; readonly result: [number, string] };

interface AlertsAnswer {
  readonly alerts: readonly {
    state: 'pending' | 'firing';
    labels: Record<string, string>;
    annotations: Record<string, string>;
  }[];
}

async function ask<T>(url: string): Promise<T> {
  const response = await fetch(url);
  const answer = (await response.json()) as { status: string; error?: string; data: T };
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${url}`);
  return answer.data;
}
