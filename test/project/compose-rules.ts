import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/command-line.ts';
import { configSchema, ConfigError, readConfig } from '../../src/config/config.ts';

const ROOT = new URL('../../../', import.meta.url);

type Values = Readonly<Record<string, string | number | boolean | null>>;

export interface ComposeService {
  readonly image?: string;
  readonly build?: unknown;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Values;
  readonly secrets?: readonly string[];
  readonly ports?: readonly unknown[];
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
}

export type ComposeServices = Readonly<Record<string, ComposeService>>;

export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

export function composeServices(text: string): ComposeServices {
  return (parse(text, { merge: true }) as { services: ComposeServices }).services;
}

/** Everything that is wrong with a compose file: by the specification's own schema, and by what this project promises. */
export function composeProblems(text: string): string[] {
  const schemaProblems = problemsBySchema(parse(text, { merge: true }));
  if (schemaProblems.length > 0) return schemaProblems;
  const services = composeServices(text);
  return Object.entries(services).flatMap(([name, service]) =>
    [
      ...portProblems(service),
      ...lifeProblems(service, services),
      ...commandProblems(service),
      ...environmentProblems(service),
      ...accessProblems(service),
      ...privilegeProblems(service),
      ...boundProblems(service),
      ...imageProblems(service),
    ].map((problem) => `${name}: ${problem}`),
  );
}

function problemsBySchema(document: unknown): string[] {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const validate = ajv.compile(
    JSON.parse(readRepositoryFile('test/project/schema/compose-spec.json')) as object,
  );
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    (error) => `schema: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

function portProblems(service: ComposeService): string[] {
  return (service.ports ?? [])
    .filter((port) => typeof port !== 'string' || !/^127\.0\.0\.1:\d+:\d+$/.test(port))
    .map((port) => `port ${JSON.stringify(port)} is not published on 127.0.0.1`);
}

/** A service that ends by itself is the one that is never restarted. */
function endsByItself(service: ComposeService): boolean {
  return service.restart === 'no';
}

function lifeProblems(service: ComposeService, services: ComposeServices): string[] {
  const problems: string[] = [];
  if (!endsByItself(service) && !service.healthcheck?.test) problems.push('runs on and has no health check');
  for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
    const needed = services[name];
    if (!needed) problems.push(`depends on ${name}, which does not exist`);
    else if (condition !== (endsByItself(needed) ? 'service_completed_successfully' : 'service_healthy'))
      problems.push(`waits for ${name} by ${condition}`);
  }
  const grace = Number(service.environment?.['SHUTDOWN_GRACE_SECONDS'] ?? 0);
  const killedAfter = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '10s')?.[1] ?? 0);
  if (grace > 0 && killedAfter <= grace)
    problems.push(`is killed after ${killedAfter} s, yet may take ${grace} s to stop`);
  return problems;
}

function commandProblems({ command = [] }: ComposeService): string[] {
  const missing = command
    .filter((word) => word.startsWith('dist/') && !existsSync(new URL(word, ROOT)))
    .map((word) => `its command ${word} does not exist after a build`);
  const [program, subcommand = ''] = command.slice(-2);
  const isUnknown = program?.endsWith('/sluice.js') === true && !(subcommand in COMMANDS);
  return isUnknown ? [...missing, `sluice has no command ${subcommand}`] : missing;
}

/** Read by \@temporalio/envconfig, not by src/config/config.ts. */
const TEMPORAL_VARIABLE = /^TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|TLS(_\w+)?)$/;
const REQUIRED_FROM_OUTSIDE = /^\$\{[A-Z_]+:\?[^}]+\}$/;

function environmentProblems(service: ComposeService): string[] {
  const environment = Object.entries(service.environment ?? {});
  const problems = environment
    .filter(([name, value]) => holdsLiteralSecret(name, String(value)))
    .map(
      ([name]) => `${name} holds a password; take it from the environment, and refuse to start without it`,
    );
  if (!service.build) return problems;
  for (const [name] of environment) {
    if (!(name in configSchema.properties) && !TEMPORAL_VARIABLE.test(name))
      problems.push(`${name} is not a setting of Sluice`);
  }
  try {
    readConfig(Object.fromEntries(environment.map(([name, value]) => [name, interpolate(String(value))])));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  return problems;
}

/** The API asks for keys, and is given the first in a file. */
function accessProblems({ command = [], environment = {}, secrets = [] }: ComposeService): string[] {
  if (command.at(-1) !== 'server') return [];
  const file = String(environment['ADMIN_KEY_FILE']);
  return [
    ...(environment['AUTH'] === 'keys' ? [] : ['asks nobody for a key']),
    ...(secrets.some((name) => file === `/run/secrets/${name}`) ? [] : ['has no file with its first key']),
  ];
}

function holdsLiteralSecret(name: string, value: string): boolean {
  if (/PASSWORD|PWD|SECRET|TOKEN|API_KEY/.test(name)) return !REQUIRED_FROM_OUTSIDE.test(value);
  const passwordInUrl = /^\w+:\/\/[^:/@]+:(.+)@[^@]*$/.exec(value)?.[1];
  return passwordInUrl !== undefined && !REQUIRED_FROM_OUTSIDE.test(passwordInUrl);
}

/** What compose makes of a value when every required variable is set to `given`. */
export function interpolate(value: string): string {
  return value.replace(
    /\$\{\w+(?::([?-])([^}]*))?\}/g,
    (_, kind: string | undefined, rest: string | undefined) => (kind === '-' ? (rest ?? '') : 'given'),
  );
}

function privilegeProblems(service: ComposeService): string[] {
  const problems: string[] = [];
  if (!service.cap_drop?.includes('ALL') || (service.cap_add ?? []).length > 0)
    problems.push('keeps capabilities');
  if (!service.security_opt?.includes('no-new-privileges:true')) problems.push('may gain privileges');
  if (service.build && service.read_only !== true) problems.push('may write to its own file system');
  if (service.user === 'root' || service.user === '0') problems.push('runs as root');
  return problems;
}

/** What one service uses up is missing to all others on the machine. */
function boundProblems({ mem_limit, pids_limit, logging }: ComposeService): string[] {
  return [
    ...(mem_limit === undefined ? ['may take all memory'] : []),
    ...(pids_limit === undefined ? ['may start any number of processes'] : []),
    ...(logging?.options?.['max-size'] === undefined ? ['may fill the disk with its log'] : []),
  ];
}

function imageProblems(service: ComposeService): string[] {
  if (service.build || /:\d+\.\d+[\w.-]*$/.test(service.image ?? '')) return [];
  return [`its image ${service.image} is not pinned to a version`];
}
