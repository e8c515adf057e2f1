import { useEffect, useState } from 'preact/hooks';
import { routeOf } from './route.ts';

/** The address of the page, in the parts that it shows something by. */
export interface Place {
  readonly pathname: string;
  readonly search: string;
}

const watchers = new Set<() => void>();

/** The address now, and again whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const look = () => setPlace(here());
    watchers.add(look);
    addEventListener('popstate', look);
    return () => {
      watchers.delete(look);
      removeEventListener('popstate', look);
    };
  }, []);
  return place;
}

/** `replace`: the browser's way back leads past the address before, as for a filter that is being typed. */
export function goTo(path: string, how: 'add' | 'replace' = 'add'): void {
  if (how === 'add') history.pushState(null, '', path);
  else history.replaceState(null, '', path);
  for (const watcher of watchers) watcher();
}

/** A parameter that is null or empty is left out of the address. */
export function searchWith(search: string, changes: Readonly<Record<string, string | null>>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Lets plain links change the place without loading the page anew. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.defaultPrevented || event.button !== 0 || link.target !== '') return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.hash !== '') return;
    if (routeOf(link.pathname).page === 'nowhere') return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
}

function here(): Place {
  return { pathname: location.pathname, search: location.search };
}
