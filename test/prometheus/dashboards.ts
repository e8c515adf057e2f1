import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRepositoryFile } from '../project/compose-rules.ts';
import { REPOSITORY } from '../support/processes/started.ts';

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly datasource?: unknown;
  }[];
}

export interface Dashboard {
  readonly id: number | null;
  readonly uid?: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string;
      readonly datasource?: unknown;
    }[];
  };
  readonly panels: readonly Panel[];
}

/** A query as Prometheus is asked, and where it stands. */
export interface DashboardQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

const FOLDER = 'deploy/grafana';

/** By the names of their files. */
export function readDashboards(): Readonly<Record<string, Dashboard>> {
  const files = readdirSync(join(REPOSITORY, FOLDER)).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    files.map((file) => [file, JSON.parse(readRepositoryFile(`${FOLDER}/${file}`)) as Dashboard]),
  );
}

/** What Grafana puts in the place of its own variables in a short run. */
const GRAFANA = { __rate_interval: '20s', __range: '1m', __interval: '5s' };

/** All of them, with all installations and tiers chosen, and that workspace. */
export function dashboardQueries({ workspace }: { workspace: string }): DashboardQuery[] {
  const values: Readonly<Record<string, string>> = {
    ...GRAFANA,
    installation: '.*',
    tier: '.*',
    instance: '.*',
    workspace,
  };
  return Object.values(readDashboards()).flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({
        dashboard: title,
        panel: panel.title,
        expr: expr.replaceAll(/\$\{?(\w+)\}?/g, (_whole, name: string) => {
          const value = values[name];
          if (value === undefined) throw new Error(`${title}, ${panel.title}: nothing is known of $${name}`);
          return value;
        }),
      })),
    ),
  );
}
