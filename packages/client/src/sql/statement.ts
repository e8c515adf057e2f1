/** A value as it is sent: a text, which the statement casts. Drivers differ in what they make of any other type. */
export type Value = string | null;

/** A statement and its values, which stay apart: no value is ever part of the text. */
export interface Statement {
  /** What stands before, between and after the values. */
  readonly parts: readonly string[];
  readonly values: readonly Value[];
}

/** A template's values become the statement's, in their order. */
export function bound({ raw }: TemplateStringsArray, ...values: Value[]): Statement {
  return { parts: raw.map((part) => part.replace(/\s+/g, ' ')), values };
}

/** With Postgres' own placeholders: $1, $2 and so on. */
export function numberedText({ parts }: Statement): string {
  return parts.reduce((text, part, index) => `${text}$${index}${part}`);
}
