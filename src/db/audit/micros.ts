/** Microseconds since 1970, exactly, as SQL: a timestamp read as a Date would lose them. */
export const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;
