import { h } from 'preact';
import { numberText } from '../text/text.ts';

interface SparklineProps {
  /** The oldest first. */
  readonly values: readonly number[];
  /** What the values are, for who does not see the line. */
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
}

/** A line of numbers, from zero to its own peak. */
export function Sparkline({ values, name, width = 96, height = 22 }: SparklineProps) {
  const peak = Math.max(0, ...values);
  if (values.length < 2 || peak === 0) return <Flat name={name} width={width} height={height} />;
  const step = width / (values.length - 1);
  const points = values.map(
    (value, i) => `${round(i * step)},${round(height - 1.5 - (value / peak) * (height - 3))}`,
  );
  const label = `${name}: now ${numberText(values.at(-1)!)}, at most ${numberText(peak)}`;
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} />
      <polyline points={points.join(' ')} />
    </svg>
  );
}

function Flat({
  name,
  width,
  height,
}: {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}) {
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${name}: none`}
    >
      <line x1="0" x2={width} y1={height - 1.5} y2={height - 1.5} />
    </svg>
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
