/**
 * For how many days rows and payloads are kept. Fixed classes, because each has partitions of its own, which are there before a tier takes the
 * class.
 */
export const RETENTION_DAYS = [7, 30, 90, 365] as const;
export type RetentionDays = (typeof RETENTION_DAYS)[number];

/** The class of what is kept because its tier had no retention at that time. */
export const KEPT = 0;

/** Every class that has partitions. */
export const RETENTION_CLASSES = [KEPT, ...RETENTION_DAYS] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];

export function isRetentionClass(value: unknown): value is RetentionClass {
  return (RETENTION_CLASSES as readonly unknown[]).includes(value);
}
