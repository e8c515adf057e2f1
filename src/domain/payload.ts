/** What of an execution can be large. */
export const PAYLOAD_KINDS = ['input', 'result'] as const;
export type PayloadKind = (typeof PAYLOAD_KINDS)[number];
