import { h } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { useAnswer } from '../ask/use-answer.ts';
import type { Page, Tier } from '../ask/shapes.ts';
import { ActDialog, Field, ReasonField } from '../parts/dialog.tsx';
import { workspacePath } from '../place/route.ts';
import { countText } from '../text/text.ts';
import type { WorkspaceDialogProps } from './workspace-dialog-props.ts';

/** As the API bounds it. */
const LIMIT_MAX = 1_000;

/** Changes the tier of a workspace, or the limit that it has in place of its tier's. */
export function LimitDialog({ stats, onDone, onClose }: WorkspaceDialogProps) {
  const [tier, setTier] = useState(stats.tier);
  const [own, setOwn] = useState(stats.limitOverride === null ? '' : String(stats.limitOverride));
  const [reason, setReason] = useState('');
  const tiers = useAnswer<Page<Tier>>('/v1/tiers').value?.items ?? [];
  const limitOverride = own === '' ? null : Number(own);
  const limit = limitOverride ?? tiers.find(({ name }) => name === tier)?.limit ?? null;
  const isSame = tier === stats.tier && limitOverride === stats.limitOverride;
  const act = async () => {
    const changes = {
      ...(tier !== stats.tier && { tier }),
      ...(limitOverride !== stats.limitOverride && { limitOverride }),
      ...(reason !== '' && { reason }),
    };
    await ask('PATCH', `/v1${workspacePath(stats.id)}`, changes);
    onDone();
  };
  return (
    <ActDialog
      title={`Change the limit of ${stats.id}`}
      button={limit === null || isSame ? 'Change' : `Change to ${limit}`}
      isIncomplete={isSame}
      act={act}
      onClose={onClose}
    >
      <Field name="Tier">
        <select value={tier} onChange={(event) => setTier(event.currentTarget.value)}>
          {(tiers.length === 0 ? [{ name: stats.tier, limit: null }] : tiers).map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
              {one.limit !== null && `, ${one.limit} at once`}
            </option>
          ))}
        </select>
      </Field>
      <Field name="Own limit" hint="Left empty, the tier's limit is in force.">
        <input
          type="number"
          min={1}
          max={LIMIT_MAX}
          value={own}
          onInput={(event) => setOwn(event.currentTarget.value)}
        />
      </Field>
      <ReasonField value={reason} onInput={setReason} />
      {limit !== null && <p class="consequence">{consequence(limit, stats)}</p>}
    </ActDialog>
  );
}

function consequence(
  limit: number,
  { running, pending, limit: before }: WorkspaceDialogProps['stats'],
): string {
  if (limit === before) return `The limit in force stays ${limit}.`;
  if (limit < running)
    return `Nothing is stopped: ${countText(running - limit, 'execution')} more than that run, and nothing is admitted before they have ended.`;
  const admitted = Math.min(pending, limit - running);
  if (limit > before && admitted > 0)
    return `${capital(countText(admitted, 'waiting execution'))} get a slot at once.`;
  return `Up to ${countText(limit, 'execution')} will run at once.`;
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
