import { type ComponentChildren, h } from 'preact';
import type { WorkspaceStats } from '../ask/shapes.ts';
import { SlotsMeter } from '../parts/slots-meter.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Since } from '../parts/time.tsx';
import { numberText, secondsText } from '../text/text.ts';

interface FiguresProps {
  readonly stats: WorkspaceStats | null;
  readonly nowMs: number;
}

/** The workspace in numbers. */
export function Figures({ stats, nowMs }: FiguresProps) {
  if (stats === null) return <div class="figures-place" />;
  const { running, limit, limitSource, pending, scheduled, tier } = stats;
  return (
    <div class="figures-place">
      <dl class="figures">
        <Figure name={limitSource === 'override' ? 'Running / own limit' : `Running / limit of ${tier}`}>
          {numberText(running)}
          <span class="quiet"> / {numberText(limit)}</span>
          <SlotsMeter running={running} limit={limit} />
        </Figure>
        <Figure name="Pending">{numberText(pending)}</Figure>
        {scheduled > 0 && <Figure name="Scheduled">{numberText(scheduled)}</Figure>}
        <Figure name="Oldest wait">{secondsText(stats.oldestWaitSeconds)}</Figure>
        <Figure name="Wait p95">{secondsText(stats.waitP95Seconds)}</Figure>
        <Figure name="Handoff p99">{secondsText(stats.handoffP99Seconds)}</Figure>
        <Figure name="Last admission">
          <Since time={stats.lastAdmissionAt} nowMs={nowMs} word=" ago" />
        </Figure>
        <Figure name="Failed, last hour">
          <span class={stats.failedLastHour > 0 ? 'status-failed' : undefined}>
            {numberText(stats.failedLastHour)}
          </span>
        </Figure>
      </dl>
      <figure class="backlog">
        <figcaption class="quiet">Backlog, last hour</figcaption>
        <Sparkline values={stats.backlog} name="Backlog of the last hour" width={240} height={44} />
      </figure>
    </div>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
