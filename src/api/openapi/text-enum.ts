import Type, { type TSchemaOptions } from 'typebox';

/** One of some words. Says that they are texts, which Type.Enum alone leaves to be guessed. */
export function textEnum<const Words extends readonly string[]>(words: Words, options: TSchemaOptions = {}) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], ...options });
}
