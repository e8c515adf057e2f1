import Type from 'typebox';

export const integer = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
/** 0 stands for none. */
export const zeroOrInteger = (minimum: number, maximum: number, description: string) =>
  Type.Integer({
    default: 0,
    minimum: 0,
    maximum,
    not: { exclusiveMinimum: 0, exclusiveMaximum: minimum },
    description,
  });
/** One of some numbers. */
export const oneOf = <const N extends number>(values: readonly N[], fallback: N, description: string) =>
  Type.Unsafe<N>({ type: 'integer', enum: [...values], default: fallback, description });
export const text = (fallback: string, description: string) =>
  Type.String({ default: fallback, description });
export const flag = (fallback: boolean, description: string) =>
  Type.Boolean({ default: fallback, description });
