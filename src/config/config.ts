import Type, { type Static } from 'typebox';
import { Errors } from 'typebox/value';
import { findMisspelt } from './misspelt-settings.ts';
import { DEFAULT_TIER_CONFIGS, type TierConfigs } from '../domain/tier.ts';
import { AddressRuleError, parseAddressRules } from '../network/address-rules.ts';

/** The parts a worker process can play. */
export const WORKER_ROLES = ['gates', 'workspaces', 'external-api'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

const integer = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
/** 0 stands for none. */
const zeroOrInteger = (minimum: number, maximum: number, description: string) =>
  Type.Integer({
    default: 0,
    minimum: 0,
    maximum,
    not: { exclusiveMinimum: 0, exclusiveMaximum: minimum },
    description,
  });
const text = (fallback: string, description: string) => Type.String({ default: fallback, description });
const flag = (fallback: boolean, description: string) => Type.Boolean({ default: fallback, description });

const HOST_NAME = '(\\*\\.)?[A-Za-z0-9_.-]+';
const ORIGIN = 'https?://([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]+)?';

const pro = DEFAULT_TIER_CONFIGS.pro;
const enterprise = DEFAULT_TIER_CONFIGS.enterprise;
const YEAR_SECONDS = 365 * 24 * 3600;
/** More than the largest input, so that an empty queue takes any. */
const PENDING_BYTES_MIN = 2 ** 20;
const PENDING_BYTES_MAX = 2 ** 43;

/**
 * A gate's run has some 15 events before it has admitted anything, and Temporal begins at most one run a second. Measured with 30
 * executions of no length in five slots: with 12 events or fewer gates did little but continue as new; from 30 on it does not show.
 */
const CONTINUE_AS_NEW_AFTER_EVENTS_MIN = 40;

/**
 * Every setting, by the name of its environment variable: the only source of types, defaults, checks and the table in
 * docs/configuration.md. TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_* are read by
 * \@temporalio/envconfig.
 */
export const configSchema = Type.Object({
  HOST: text('127.0.0.1', 'Address the API listens on. Anything but loopback needs AUTH.'),
  PORT: integer(8080, 0, 65535, 'Port the API listens on.'),
  AUTH: Type.Enum(['', 'none', 'keys'], {
    default: '',
    description:
      'Who may call the API. `none`: whoever reaches it; unset means the same, and is refused where HOST is not loopback. `keys` is not there yet.',
  }),
  ALLOWED_HOSTS: Type.String({
    default: '',
    pattern: `^$|^${HOST_NAME}(,${HOST_NAME})*$`,
    description:
      'Names under which the API may be called, beside localhost, the name in HOST and every IP address: comma-separated; `*.example.com` stands for all names below it.',
  }),
  CORS_ORIGINS: Type.String({
    default: '',
    pattern: `^$|^${ORIGIN}(,${ORIGIN})*$`,
    description:
      'Origins of other web pages that may call the API from a browser, such as https://console.example.com: comma-separated.',
  }),
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
  TEMPORAL_UI_URL: Type.String({
    default: 'http://127.0.0.1:8233',
    pattern: '^https?://',
    description: 'Where people open the Temporal Web UI; used in links.',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'Least severe level that is logged.',
  }),
  TIER_PRO_CONCURRENT_LIMIT: integer(
    pro.concurrentLimit,
    1,
    1000,
    'Executions of a pro workspace open at once.',
  ),
  TIER_PRO_MAX_DURATION_SECONDS: integer(
    pro.maxDurationSeconds,
    1,
    YEAR_SECONDS,
    'Longest run of a pro execution.',
  ),
  TIER_PRO_MAX_PENDING: integer(pro.maxPending, 1, 10_000_000, 'Longest queue of a pro workspace.'),
  TIER_PRO_MAX_PENDING_BYTES: integer(
    pro.maxPendingBytes,
    PENDING_BYTES_MIN,
    PENDING_BYTES_MAX,
    'Most bytes of input in the queue of a pro workspace. By default 27 kB for each execution of a full queue, or 1,024 of the largest inputs.',
  ),
  TIER_ENTERPRISE_CONCURRENT_LIMIT: integer(
    enterprise.concurrentLimit,
    1,
    1000,
    'Executions of an enterprise workspace open at once.',
  ),
  TIER_ENTERPRISE_MAX_DURATION_SECONDS: integer(
    enterprise.maxDurationSeconds,
    1,
    YEAR_SECONDS,
    'Longest run of an enterprise execution.',
  ),
  TIER_ENTERPRISE_MAX_PENDING: integer(
    enterprise.maxPending,
    1,
    10_000_000,
    'Longest queue of an enterprise workspace.',
  ),
  TIER_ENTERPRISE_MAX_PENDING_BYTES: integer(
    enterprise.maxPendingBytes,
    PENDING_BYTES_MIN,
    PENDING_BYTES_MAX,
    'Most bytes of input in the queue of an enterprise workspace. By default 21 kB for each execution of a full queue.',
  ),
  MAX_WORKSPACES: integer(
    100_000,
    1,
    10_000_000,
    'How many workspaces may exist; those that are there stay when it is lowered.',
  ),
  MAX_WAITING_BYTES: integer(
    67_108_864,
    1_048_576,
    2_147_483_648,
    'Most bytes of input that wait in the memory of one API process to be written to Postgres.',
  ),
  MAX_INPUT_BYTES: integer(
    262_144,
    1,
    524_288,
    "Largest `input` of an execution. Bounded because a gate's history carries it and escaping can double it, and Temporal refuses 2 MB.",
  ),
  SWEEP_INTERVAL_SECONDS: integer(
    30,
    1,
    3600,
    'How often the sweep searches for workspaces that a lost wake left behind.',
  ),
  STALLED_AFTER_SECONDS: integer(
    60,
    1,
    86_400,
    'An execution whose workflow task fails, or waits for a worker, for this long is shown as stalled. Workers with the role gates check four times within it.',
  ),
  WORKER_ROLES: Type.String({
    default: WORKER_ROLES.join(','),
    pattern: `^(${WORKER_ROLES.join('|')})(,(${WORKER_ROLES.join('|')}))*$`,
    description:
      'What this worker process does: a comma-separated list of gates, workspaces and external-api.',
  }),
  WORKFLOWS_PATH: text('', "Module with the pool's workflows (.js or .ts). Defaults to the examples."),
  WORKFLOWS_FAIL_ON_ERROR: flag(
    true,
    "A plain error thrown by a workflow of the pool fails its execution. false: Temporal's own way in TypeScript, which fails the workflow task and repeats it until the code is corrected.",
  ),
  ACTIVITIES_PATH: text('', "Module with the pool's activities (.js). Defaults to the examples."),
  EXTERNAL_API_ALLOW: text(
    '',
    'What `httpRequest` may reach besides public addresses: a comma-separated list of networks, each with or without a port, such as `10.1.0.0/16,10.2.3.4:8443,[fd00::]/8:443`. Never the port of the API itself.',
  ),
  EXTERNAL_API_DENY: text(
    '',
    'What `httpRequest` may not reach, in the same form; goes before everything else.',
  ),
  EXTERNAL_API_MAX_RESPONSE_BYTES: integer(
    131_072,
    1,
    262_144,
    'Largest response body that `httpRequest` takes.',
  ),
  GATES_MAX_CACHED_WORKFLOWS: integer(
    1_000,
    10,
    100_000,
    'Gates that one worker process keeps in memory; about 0.5 MB each when hot.',
  ),
  GATES_MAX_CONCURRENT_WORKFLOW_TASKS: integer(
    40,
    2,
    1_000,
    'Gate workflow tasks run at once by one worker process.',
  ),
  GATES_MAX_CONCURRENT_RECONCILES: integer(
    40,
    1,
    1_000,
    'Local activities (reconcile, sweep) run at once by one worker process.',
  ),
  GATES_MAX_CONCURRENT_WATCHES: integer(
    1_000,
    1,
    10_000,
    'Watches of adopted children run at once by one worker process; one a gate.',
  ),
  GATES_WATCH_OVERDUE_SECONDS: integer(
    45,
    5,
    3_600,
    'A watch of adopted children that has not answered for this long is given up for another one when its gate is next woken.',
  ),
  GATES_WORKFLOW_POLLERS: integer(5, 2, 100, 'Polls for gate workflow tasks by one worker process.'),
  GATES_CONTINUE_AS_NEW_AFTER_EVENTS: zeroOrInteger(
    CONTINUE_AS_NEW_AFTER_EVENTS_MIN,
    50_000,
    'Gates continue as new after this many events; 0: when Temporal suggests it. Open gates follow a change at their next reconcile.',
  ),
  GATES_RESIZE_BY_SIGNAL: flag(
    true,
    'Let a signal `resize` with a number, or null, set the override. false: such signals are ignored with a warning, and limits change by the API alone.',
  ),
  WORKSPACE_MAX_QUEUES: integer(500, 1, 10_000, 'Workspace queues that one worker process polls at once.'),
  WORKSPACE_UNKNOWN_TYPE_SECONDS: integer(
    60,
    1,
    86_400,
    'How long an execution whose workflow type no worker of the pool knows is offered to them before it fails.',
  ),
  WORKSPACE_QUEUE_LINGER_SECONDS: integer(
    300,
    0,
    86_400,
    'How long a workspace queue is polled after its last work.',
  ),
  WORKSPACE_MAX_CONCURRENT_WORKFLOW_TASKS: integer(
    10,
    2,
    1_000,
    'Workflow tasks of one workspace run at once by one worker process.',
  ),
  WORKSPACE_MAX_CONCURRENT_ACTIVITIES: integer(
    20,
    1,
    1_000,
    'Activities of one workspace run at once by one worker process.',
  ),
  WORKSPACE_MAX_CACHED_WORKFLOWS: integer(
    20,
    2,
    10_000,
    'Workflows of one workspace that one worker process keeps in memory.',
  ),
  WORKSPACE_WORKFLOW_POLLERS: integer(
    2,
    2,
    100,
    'Polls for workflow tasks on each workspace queue by one worker process, sticky ones included.',
  ),
  WORKSPACE_ACTIVITY_POLLERS: integer(
    1,
    1,
    100,
    'Polls for activities on each workspace queue by one worker process.',
  ),
  WORKSPACE_SHARED_THREADS: flag(
    true,
    'Run the workflows of all workspace queues of a process on shared threads. false: a stock SDK Worker a queue, about 40 MB each.',
  ),
  WORKSPACE_WORKFLOW_THREADS: integer(
    1,
    1,
    64,
    'Threads that one worker process runs workspace workflows on, when shared.',
  ),
  EXTERNAL_API_MAX_CONCURRENT_ACTIVITIES: integer(
    100,
    1,
    10_000,
    'External API calls made at once by one worker process.',
  ),
  EXTERNAL_API_MAX_CONCURRENT_PER_WORKSPACE: integer(
    25,
    1,
    10_000,
    'Of these, how many one workspace makes at once in one worker process; its others wait.',
  ),
  EXTERNAL_API_ACTIVITY_POLLERS: integer(5, 1, 100, 'Polls for external API calls by one worker process.'),
  WORKER_HEALTH_PORT: integer(
    0,
    0,
    65535,
    'Port on HOST where a worker process serves /health/live, /health/ready and /metrics; 0: none.',
  ),
  SHUTDOWN_GRACE_SECONDS: integer(
    10,
    0,
    3_600,
    'How long a stopping process waits for the work that it has begun.',
  ),
  SLUICE_DATA_DIR: text('.sluice', 'Where `npm start` keeps its Postgres and Temporal data.'),
  LOCAL_POSTGRES_PORT: integer(54329, 1, 65535, 'Port of the Postgres that `npm start` brings.'),
  LOCAL_TEMPORAL_PORT: integer(7233, 1, 65535, 'Port of the Temporal dev server that `npm start` brings.'),
  LOCAL_TEMPORAL_UI_PORT: integer(8233, 1, 65535, 'Port of its Web UI.'),
  LOCAL_ECHO_PORT: integer(
    9099,
    1,
    65535,
    'Port of the echo service that `npm start` brings: the one place on this machine that `httpRequest` may then reach.',
  ),
  TEMPORAL_CLI_SHA256: Type.String({
    default: '',
    pattern: '^$|^[0-9a-fA-F]{64}$',
    description:
      "SHA-256 of the Temporal CLI's archive, in place of the pinned one: without either `npm start` does not download it.",
  }),
});

interface Property {
  readonly type?: string;
  readonly default: unknown;
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly not?: { readonly exclusiveMaximum: number };
  readonly enum?: readonly string[];
  readonly pattern?: string;
}

const PROPERTIES = configSchema.properties as unknown as Readonly<Record<string, Property>>;

export type Settings = Readonly<Static<typeof configSchema>>;

/** All settings, parsed once. */
export interface Config extends Settings {
  readonly tiers: TierConfigs;
  readonly roles: ReadonlySet<WorkerRole>;
}

/** Thrown when configuration is wrong. Names every wrong variable at once, and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Configuration is wrong; nothing was started.\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads all settings from environment variables; an empty one counts as not set.
 *
 * @throws ConfigError when any value is not allowed, or a variable is nearly called like a setting.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const settings: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(PROPERTIES)) {
    const raw = env[name]?.trim();
    settings[name] = raw === undefined || raw === '' ? property.default : fromText(raw, property.type);
  }
  const problems = [...problemsOf(settings, env), ...problemsBeyondForm(settings as Settings)];
  if (problems.length > 0) throw new ConfigError(problems);
  const checked = settings as Settings;
  return Object.freeze({
    ...checked,
    tiers: tiersOf(checked),
    roles: new Set(checked.WORKER_ROLES.split(',') as WorkerRole[]),
  });
}

/** A text that does not fit stays as it is, so that the schema refuses it by name. */
function fromText(raw: string, type: string | undefined): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(raw)) return Number(raw);
  if (type === 'boolean' && (raw === 'true' || raw === 'false')) return raw === 'true';
  return raw;
}

function problemsOf(
  settings: Record<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const misspelt = findMisspelt(env, Object.keys(PROPERTIES)).map(
    ({ name, meant }) =>
      `${name} is not a setting; ${meant} is. If it is for another program, give Sluice an environment without it, or with an empty one.`,
  );
  const wrong = new Set(Errors(configSchema, settings).map((error) => error.instancePath.slice(1)));
  const misfits = [...wrong].map((name) => {
    const property = PROPERTIES[name]!;
    const shown = name === 'DATABASE_URL' ? 'is not a URL of that form' : `is ${JSON.stringify(env[name])}`;
    return `${name} ${shown}; allowed: ${allowed(property)}. ${property.description}`;
  });
  return [
    ...misspelt,
    ...misfits,
    ...ADDRESS_LISTS.flatMap((name) => addressListProblem(name, settings[name])),
  ];
}

const ADDRESS_LISTS = ['EXTERNAL_API_ALLOW', 'EXTERNAL_API_DENY'] as const;

function addressListProblem(name: string, value: unknown): string[] {
  try {
    parseAddressRules(String(value));
    return [];
  } catch (error) {
    if (!(error instanceof AddressRuleError)) throw error;
    return [`${name}: ${error.message}.`];
  }
}

/** What no form can say. */
function problemsBeyondForm({ AUTH, CORS_ORIGINS }: Settings): string[] {
  const origins = CORS_ORIGINS === '' ? [] : CORS_ORIGINS.split(',');
  return [
    ...(AUTH === 'keys'
      ? [
          'AUTH is "keys", which this version does not have yet; allowed: none. Put a proxy that asks who calls before the API.',
        ]
      : []),
    ...origins
      .filter((origin) => !URL.canParse(origin))
      .map((origin) => `CORS_ORIGINS has ${JSON.stringify(origin)}, which is not an origin.`),
  ];
}

function allowed(property: Property): string {
  if (property.enum) return property.enum.filter((value) => value !== '').join(', ');
  if (property.not)
    return `0, or a whole number from ${property.not.exclusiveMaximum} to ${property.maximum}`;
  if (property.type === 'integer') return `a whole number from ${property.minimum} to ${property.maximum}`;
  if (property.type === 'boolean') return 'true or false';
  return property.pattern ? `text of the form ${property.pattern}` : 'text';
}

function tiersOf(settings: Settings): TierConfigs {
  return {
    pro: {
      concurrentLimit: settings.TIER_PRO_CONCURRENT_LIMIT,
      maxDurationSeconds: settings.TIER_PRO_MAX_DURATION_SECONDS,
      maxPending: settings.TIER_PRO_MAX_PENDING,
      maxPendingBytes: settings.TIER_PRO_MAX_PENDING_BYTES,
    },
    enterprise: {
      concurrentLimit: settings.TIER_ENTERPRISE_CONCURRENT_LIMIT,
      maxDurationSeconds: settings.TIER_ENTERPRISE_MAX_DURATION_SECONDS,
      maxPending: settings.TIER_ENTERPRISE_MAX_PENDING,
      maxPendingBytes: settings.TIER_ENTERPRISE_MAX_PENDING_BYTES,
    },
  };
}
