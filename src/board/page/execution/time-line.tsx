import { h } from 'preact';
import type { Execution } from '../ask/shapes.ts';
import { durationText, NONE, timeText, wordText } from '../text/text.ts';
import { isTerminal } from '../../../domain/status.ts';

interface TimeLineProps {
  readonly execution: Execution;
  readonly nowMs: number;
}

interface Step {
  readonly name: string;
  readonly time: string | null;
  /** What the time since the step before was spent with. */
  readonly spent: string;
}

const BAR_WIDTH = 1000;
const BAR_HEIGHT = 10;

/** When what happened, and how long it took. */
export function TimeLine({ execution, nowMs }: TimeLineProps) {
  const steps = stepsOf(execution);
  return (
    <section class="section" aria-label="Time line">
      <Bar execution={execution} nowMs={nowMs} />
      <ol class="time-line">
        {steps.map(({ name, time, spent }, i) => (
          <li key={name} class={time === null ? 'to-come' : undefined}>
            <span class="step">{name}</span>
            {time === null ? (
              <span class="quiet">{NONE}</span>
            ) : (
              <time dateTime={time}>{timeText(time)}</time>
            )}
            <span class="quiet">{spentText(steps, i, spent, nowMs)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stepsOf({ status, createdAt, startAfter, admittedAt, startedAt, closedAt }: Execution): Step[] {
  return [
    { name: status === 'rejected' ? 'Sequenced' : 'Accepted', time: createdAt, spent: '' },
    ...(startAfter === null ? [] : [{ name: 'Due', time: startAfter, spent: 'scheduled for' }]),
    { name: 'Admitted', time: admittedAt, spent: 'waited' },
    { name: 'Started', time: startedAt, spent: 'after' },
    {
      name: isTerminal(status) ? `Ended: ${wordText(status)}` : 'Ended',
      time: closedAt,
      spent: admittedAt === null ? 'waited' : 'ran',
    },
  ];
}

/** Since the last step before that there was; of the step that is being waited for, until now. */
function spentText(steps: readonly Step[], at: number, spent: string, nowMs: number): string {
  const before = steps.slice(0, at).findLast(({ time }) => time !== null)?.time ?? null;
  const { time } = steps[at]!;
  if (before === null) return '';
  if (time !== null) return `${spent} ${durationText(Date.parse(time) - Date.parse(before))}`;
  const isNext = steps.slice(at + 1).every((step) => step.time === null) && steps[at - 1]!.time !== null;
  return isNext && nowMs > Date.parse(before) ? `${durationText(nowMs - Date.parse(before))} so far` : '';
}

/** What of the time was waiting, and what was running. */
function Bar({ execution, nowMs }: TimeLineProps) {
  const from = Date.parse(execution.createdAt);
  const to = Math.max(from + 1, execution.closedAt === null ? nowMs : Date.parse(execution.closedAt));
  const admitted = execution.admittedAt === null ? to : Date.parse(execution.admittedAt);
  const waited = Math.min(1, Math.max(0, (admitted - from) / (to - from))) * BAR_WIDTH;
  return (
    <svg
      class="time-bar"
      viewBox={`0 0 ${BAR_WIDTH} ${BAR_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="waited" x="0" y="0" width={waited} height={BAR_HEIGHT} />
      <rect class="ran" x={waited} y="0" width={BAR_WIDTH - waited} height={BAR_HEIGHT} />
    </svg>
  );
}
