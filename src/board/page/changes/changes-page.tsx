import { h } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../ask/use-answer.ts';
import type { Change, Page } from '../ask/shapes.ts';
import { useLive } from '../live/live.ts';
import { useNow } from '../live/now.ts';
import { LiveMark } from '../parts/live-mark.tsx';
import { Notice } from '../parts/notice.tsx';
import { Pager } from '../parts/pager.tsx';
import { Title } from '../parts/title.tsx';
import { searchWith } from '../place/place.ts';
import { ChangesTable } from './changes-table.tsx';

/** What was done to all workspaces, tiers and keys. */
export function ChangesPage() {
  const [cursor, setCursor] = useState<string | null>(null);
  const changes = useAnswer<Page<Change>>(`/v1/changes${searchWith('', { cursor })}`);
  const liveness = useLive('/v1/events', changes.reload, false);
  const nowMs = useNow();
  return (
    <div class="page">
      <div class="page-head">
        <Title text="Changes" />
        <span class="grow" />
        <LiveMark liveness={liveness} />
      </div>
      <Notice error={changes.error} />
      <ChangesTable changes={changes.value?.items ?? null} nowMs={nowMs} withWorkspace />
      <Pager
        name="changes"
        isFirst={cursor === null}
        next={changes.value?.nextCursor ?? null}
        onFirst={() => setCursor(null)}
        onNext={setCursor}
      />
    </div>
  );
}
