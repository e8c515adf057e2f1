import Type, { type Static } from 'typebox';
import { Errors } from 'typebox/value';
import type { TierConfigs } from '../domain/tier.ts';
import { AddressRuleError, parseAddressRules } from '../network/address-rules.ts';
import { findMisspelt } from './misspelt-settings.ts';
import { apiSettings } from './settings/api-settings.ts';
import { type TierSettingName, tierSettings } from './settings/tier-settings.ts';
import { databaseSettings } from './settings/database-settings.ts';
import { processSettings } from './settings/process-settings.ts';
import { type WorkerRole, workerSettings } from './settings/worker-settings.ts';
import { gatesSettings } from './settings/gates-settings.ts';
import { workspaceQueueSettings } from './settings/workspace-queue-settings.ts';
import { externalApiSettings } from './settings/external-api-settings.ts';
import { commandLineSettings } from './settings/command-line-settings.ts';
import { localSettings } from './settings/local-settings.ts';
import { relaySettings } from './settings/relay-settings.ts';
import { OperatorError } from '../process/operator-error.ts';
import { payloadRetentionProblems, tierSettingsSet, tiersOf } from './tiers.ts';

export type { WorkerRole } from './settings/worker-settings.ts';

/**
 * Every setting, by the name of its environment variable: the only source of types, defaults, checks and the table in
 * docs/configuration.md. TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_* are read by
 * \@temporalio/envconfig.
 */
export const configSchema = Type.Object({
  ...apiSettings,
  ...tierSettings,
  ...databaseSettings,
  ...processSettings,
  ...workerSettings,
  ...gatesSettings,
  ...workspaceQueueSettings,
  ...externalApiSettings,
  ...localSettings,
  ...commandLineSettings,
  ...relaySettings,
});

interface Property {
  readonly type?: string;
  readonly default: unknown;
  readonly description: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly not?: { readonly exclusiveMaximum: number };
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
}

const PROPERTIES = configSchema.properties as unknown as Readonly<Record<string, Property>>;

export type Settings = Readonly<Static<typeof configSchema>>;

/** All settings, parsed once. */
export interface Config extends Settings {
  /** The numbers that a tier's row begins with; see tiers.ts. */
  readonly tiers: TierConfigs;
  /** The tier settings that are set; the others have their defaults. */
  readonly tierSettingsSet: ReadonlySet<TierSettingName>;
  readonly roles: ReadonlySet<WorkerRole>;
}

/** Thrown when configuration is wrong. Names every wrong variable at once, and the allowed values. */
export class ConfigError extends OperatorError {
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
    tierSettingsSet: tierSettingsSet(env),
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
    const shown = ['DATABASE_URL', 'OUTBOX_URL'].includes(name)
      ? 'is not a URL of that form'
      : `is ${JSON.stringify(env[name])}`;
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
function problemsBeyondForm(settings: Settings): string[] {
  const { CORS_ORIGINS } = settings;
  const origins = CORS_ORIGINS === '' ? [] : CORS_ORIGINS.split(',');
  return [
    ...payloadRetentionProblems(settings),
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
