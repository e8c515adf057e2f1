import { parse } from 'yaml';
import { readRepositoryFile } from '../project/compose-rules.ts';

/** A rule of deploy/prometheus/alerts.yaml. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

/** What an alert's times become in the run: each text on the left occurs in its expression, and becomes the one on the right. */
export type Shortened = Readonly<Record<string, string>>;

/** Longer than one scrape that fails on a busy machine. */
const FOR = '5s';

export function readAlertRules(): RuleFile {
  return parse(readRepositoryFile('deploy/prometheus/alerts.yaml')) as RuleFile;
}

export const rulesOf = (file: RuleFile): readonly AlertRule[] => file.groups.flatMap(({ rules }) => rules);

/** The same rules, with a `for` of five seconds where there is one, and with the times in their expressions as told. Throws when one is not there. */
export function shortenRules(file: RuleFile, times: Readonly<Record<string, Shortened>>): RuleFile {
  return {
    groups: file.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => shorten(rule, times[rule.alert] ?? {})),
    })),
  };
}

function shorten(rule: AlertRule, times: Shortened): AlertRule {
  const expr = Object.entries(times).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${rule.alert} has no ${from} to shorten`);
    return text.replaceAll(from, to);
  }, rule.expr);
  return { ...rule, expr, ...(rule.for !== undefined && { for: FOR }) };
}
