import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problem } from './problem.ts';

type ValidationErrors = NonNullable<Problem['errors']>;
type RequestPart = ValidationErrors[number]['in'];

/** Thrown when a part of a request does not match its schema. Names everything that does not. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  readonly errors: ValidationErrors;

  constructor(errors: ValidationErrors) {
    super(errors.map(({ in: part, path, message }) => `${part}${path} ${message}`).join('; '));
    this.errors = errors;
  }
}

/**
 * Validates a request by its TypeBox schema. Nothing is removed and nothing is coerced, but that a whole number in a query string is
 * read as one, and a single value as a list where there may be several: everything there is text.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (data: unknown) => {
    const value = httpPart === 'querystring' ? withTypes(schema, data) : data;
    return validator.Check(value) ? { value } : { error: validator.Errors(value) };
  };
};

function withTypes(schema: TSchema, query: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(query as object).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' ? typed(properties[name]?.type, value) : value,
    ]),
  );
}

function typed(type: string | undefined, text: string): unknown {
  if (type === 'array') return [text];
  return type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Makes one error of all that the validator found in one part of a request. */
export function formatSchemaErrors(
  errors: readonly FastifySchemaValidationError[],
  part: string,
): InvalidRequestError {
  // Each unknown member is named by an error of its own; the one for the whole only says it again.
  const own = errors.filter((error) => error.keyword !== 'additionalProperties');
  const choices = new Set(own.filter(isOfChoices).map(({ instancePath }) => instancePath));
  const byPath = new Map<string, string[]>();
  for (const error of own) {
    if (isOfChoices(error)) continue;
    const { instancePath: path, message, keyword, params } = error;
    const said = describe(keyword, params) ?? message ?? 'is not valid';
    byPath.set(path, [...(byPath.get(path) ?? []), said]);
  }
  return new InvalidRequestError(
    [...byPath].flatMap(([path, messages]) =>
      (choices.has(path) ? [messages.join(', or ')] : messages).map((message) => ({
        in: part as RequestPart,
        path,
        message,
      })),
    ),
  );
}

/** Says only that none of the choices matches; each of them says why by an error of its own. */
const isOfChoices = ({ keyword }: FastifySchemaValidationError) => keyword === 'anyOf';

/** Where the validator's own words do not name the culprit. */
function describe(keyword: string, params: Record<string, unknown>): string | null {
  if (keyword === 'boolean') return 'is not known here';
  if (keyword === 'enum') return `must be one of ${JSON.stringify(params['allowedValues'])}`;
  if (keyword === 'pattern') return `must match ${String(params['pattern'])}`;
  return null;
}
