import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Stats } from '../ask/shapes.ts';
import { wordText } from '../text/text.ts';
import type { WorkspacesQuery } from './workspaces-query.ts';

interface FilterProps {
  readonly stats: Stats | null;
  readonly query: WorkspacesQuery;
}

/** Between the last key and the question. */
const TYPED_MS = 200;

export function WorkspacesFilter({ stats, query }: FilterProps) {
  const tiers = stats?.tiers.map(({ name }) => name) ?? [];
  const healths = Object.keys(stats?.health ?? {});
  return (
    <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
      <Search query={query} />
      <Choice
        name="Tier"
        all="all tiers"
        value={query.tier}
        values={tiers}
        onChange={(tier) => query.change({ tier })}
      />
      <Choice
        name="Health"
        all="any health"
        value={query.health}
        values={healths}
        onChange={(health) => query.change({ health })}
      />
    </form>
  );
}

function Search({ query }: { readonly query: WorkspacesQuery }) {
  const [text, setText] = useState(query.search);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(query.search), [query.search]);
  useEffect(() => {
    if (text === query.search) return undefined;
    const timer = setTimeout(() => query.change({ search: text }, 'replace'), TYPED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.target !== document.body) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return (
    <label class="search">
      <span class="unseen">Search workspaces</span>
      <input
        ref={field}
        type="search"
        placeholder="Search workspaces   /"
        value={text}
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly all: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onChange: (value: string | null) => void;
}

function Choice({ name, all, value, values, onChange }: ChoiceProps) {
  const shown = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <label>
      <span class="unseen">{name}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {shown.map((one) => (
          <option key={one} value={one}>
            {wordText(one)}
          </option>
        ))}
      </select>
    </label>
  );
}
