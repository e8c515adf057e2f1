import { h } from 'preact';
import type { Health } from '../../../domain/health.ts';
import type { Stats } from '../ask/shapes.ts';
import { countText, numberText, wordText } from '../text/text.ts';
import type { WorkspacesQuery } from './workspaces-query.ts';

interface TotalsProps {
  readonly stats: Stats | null;
  readonly query: WorkspacesQuery;
}

/** How many there are of what; a click shows those. */
export function Totals({ stats, query }: TotalsProps) {
  if (stats === null) return <div class="totals" />;
  const failures = stats.failures.executions;
  return (
    <div class="totals">
      <dl class="figures">
        <Figure name="Workspaces" value={stats.workspaces} />
        <Figure name="Running" value={stats.running} />
        <Figure name="Pending" value={stats.pending} />
      </dl>
      <ul class="chips" aria-label="By health">
        {present(stats).map((health) => (
          <li key={health}>
            <button
              type="button"
              class={`chip health-${health}`}
              aria-pressed={query.health === health}
              onClick={() => query.change({ health: query.health === health ? null : health })}
            >
              {wordText(health)} <b>{numberText(stats.health[health])}</b>
            </button>
          </li>
        ))}
      </ul>
      <a href="/failures" class={failures > 0 ? 'failures-link some' : 'failures-link'}>
        {failures === 0 ? 'no failures' : countText(failures, 'failure')} in the last hour
      </a>
    </div>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{numberText(value)}</dd>
    </div>
  );
}

/** The worst first, as the API has them. */
function present({ health }: Stats): Health[] {
  return (Object.keys(health) as Health[]).filter((one) => health[one] > 0);
}
