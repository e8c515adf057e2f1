/** For how long, as people say it: `12 s`, `5 min`, `3.2 h`, `4.0 d`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

export function durationOrNull(seconds: number | null): string | null {
  return seconds === null ? null : duration(seconds);
}

/** How long ago a time of the API was, by this machine's clock. */
export function age(time: string | null): string | null {
  return time === null ? null : duration(Math.max(0, (Date.now() - Date.parse(time)) / 1000));
}

/** `90`, `90s`, `15m`, `2h`, `3d` in seconds; null for anything else. */
export function secondsOf(text: string): number | null {
  const [, number, unit = 's'] = /^(\d{1,7}(?:\.\d{1,3})?)([smhd]?)$/.exec(text) ?? [];
  if (number === undefined) return null;
  return Number(number) * { s: 1, m: 60, h: 3_600, d: 86_400, '': 1 }[unit]!;
}
