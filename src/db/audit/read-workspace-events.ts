import type pg from 'pg';
import type { EventKind } from '../../domain/event.ts';
import type { Status } from '../../domain/status.ts';

/** An event as it was written; its time in microseconds since 1970. */
export interface AuditedEvent {
  readonly number: number;
  readonly kind: EventKind;
  readonly executionId: string | null;
  readonly status: Status | null;
  readonly at: number;
}

/** Some 200 bytes each, and read in some tens of milliseconds. */
const PAGE_EVENTS = 10_000;

/** A workspace's events as far as they are kept, by number, in the transaction of the client. */
export async function readWorkspaceEvents(
  client: pg.PoolClient,
  workspaceId: string,
): Promise<AuditedEvent[]> {
  const events: AuditedEvent[] = [];
  for (;;) {
    const { rows } = await client.query<AuditedEvent>(
      `select number::float8 as number, kind, execution_id as "executionId", status, (extract(epoch from at) * 1000000)::float8 as at
       from events where workspace_id = $1 and events.number > $2 order by events.number limit ${PAGE_EVENTS}`,
      [workspaceId, events.at(-1)?.number ?? 0],
    );
    events.push(...rows);
    if (rows.length < PAGE_EVENTS) return events;
  }
}
