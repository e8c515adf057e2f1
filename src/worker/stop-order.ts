type Part = () => Promise<unknown>;

/** How what was started ends: first all that does work drains, at the same time; then what it used closes, the newest first. */
export interface AtStop {
  drain(part: Part): void;
  close(part: Part): void;
}

/** Collects the parts of a process as they are started. `stop` ends each of them once, however often it is called. */
export function createStopOrder(): AtStop & { stop(): Promise<void> } {
  const drains: Part[] = [];
  const closes: Part[] = [];
  return {
    drain: (part) => void drains.push(part),
    close: (part) => void closes.push(part),
    async stop() {
      await Promise.all(drains.splice(0).map((drain) => drain()));
      for (const close of closes.splice(0).reverse()) await close();
    },
  };
}
