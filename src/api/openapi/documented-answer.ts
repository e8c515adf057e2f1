import Type, { type TSchema } from 'typebox';

/** A documented answer in JSON, of a schema that was registered under `$id`. */
export function answer(
  schemaId: string,
  description: string,
  headers: Record<string, TSchema> = {},
): TSchema {
  return { description, headers, content: { 'application/json': { schema: Type.Ref(schemaId) } } };
}

/** Of a 201 or 202. */
export const locationHeader = { Location: Type.String({ description: 'The path of what was created.' }) };
