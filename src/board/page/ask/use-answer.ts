import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './ask.ts';

export interface Answered<T> {
  /** The last answer; that of the path before stays until there is one of this path. */
  readonly value: T | null;
  /** Why there is no newer one. */
  readonly error: unknown;
  readonly isLoading: boolean;
  /** Asks again; whoever waits for it sees the answer after. */
  readonly reload: () => Promise<void>;
}

/** Asks for a path now, whenever it changes, and when it is told to. Null asks for nothing. */
export function useAnswer<T>(
  path: string | null,
  read: (path: string, signal: AbortSignal) => Promise<T> = get,
): Answered<T> {
  const [state, setState] = useState<{ path: string | null; value: T | null; error: unknown }>({
    path: null,
    value: null,
    error: null,
  });
  const current = useRef<AbortController | null>(null);
  const reload = useCallback(async () => {
    current.current?.abort();
    if (path === null) return;
    const asking = (current.current = new AbortController());
    try {
      const value = await read(path, asking.signal);
      if (!asking.signal.aborted) setState({ path, value, error: null });
    } catch (error) {
      if (!asking.signal.aborted) setState((before) => ({ ...before, path, error }));
    }
  }, [path]);
  useEffect(() => {
    void reload();
    return () => current.current?.abort();
  }, [reload]);
  return { value: state.value, error: state.error, isLoading: state.path !== path, reload };
}

function get<T>(path: string, signal: AbortSignal): Promise<T> {
  return ask<T>('GET', path, undefined, signal);
}
