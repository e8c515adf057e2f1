import { useEffect, useState } from 'preact/hooks';
import { useAttention } from './attention.ts';

/** The time, again each second while somebody looks and nothing is paused. */
export function useNow(isPaused = false): number {
  const [nowMs, setNowMs] = useState(Date.now);
  const isOn = useAttention() && !isPaused;
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isOn]);
  return nowMs;
}
