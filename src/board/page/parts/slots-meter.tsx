import { h } from 'preact';

interface SlotsMeterProps {
  readonly running: number;
  readonly limit: number;
}

/** Up to so many slots are drawn one by one. */
const DRAWN_MAX = 10;
const SIZE = 7;
const STEP = 9;
const WIDTH = DRAWN_MAX * STEP;

/** How many of the slots are held. Beyond the limit: those that were admitted before it was cut. */
export function SlotsMeter({ running, limit }: SlotsMeterProps) {
  return (
    <svg class="meter" width={WIDTH} height={SIZE} viewBox={`0 0 ${WIDTH} ${SIZE}`} aria-hidden="true">
      {Math.max(running, limit) <= DRAWN_MAX ? slots(running, limit) : bar(running, limit)}
    </svg>
  );
}

function slots(running: number, limit: number) {
  return Array.from({ length: Math.max(running, limit) }, (_, i) => (
    <rect
      key={i}
      x={i * STEP + 0.5}
      y="0.5"
      width={SIZE - 1}
      height={SIZE - 1}
      rx="1.5"
      class={i < running ? (i < limit ? 'held' : 'over') : 'free'}
    />
  ));
}

function bar(running: number, limit: number) {
  const whole = Math.max(running, limit, 1);
  const held = (Math.min(running, limit) / whole) * WIDTH;
  const over = (Math.max(0, running - limit) / whole) * WIDTH;
  return [
    <rect key="free" x="0.5" y="0.5" width={WIDTH - 1} height={SIZE - 1} rx="2" class="free" />,
    <rect key="held" x="0" y="0" width={held} height={SIZE} rx="2" class="held" />,
    <rect key="over" x={held} y="0" width={over} height={SIZE} rx="2" class="over" />,
  ];
}
