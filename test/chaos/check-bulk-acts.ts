import type { Pool } from 'pg';
import { FLEETING } from './load/load.ts';

/**
 * What bulk acts have done otherwise than they say: a line for each. In a workspace that is deleted what they did goes with it, so of that one nothing can
 * be said.
 */
export async function checkBulkActs(pool: Pool): Promise<{ acts: number; done: number; wrong: string[] }> {
  const { rows: acts } = await pool.query<{
    id: string;
    act: string;
    workspace_id: string | null;
    records: number;
    matching: number;
    done: number;
    judged: number;
  }>(
    `select a.id, a.act, a.workspace_id, a.matching, coalesce(sum(p.done), 0)::integer as done,
       coalesce(sum(p.done + p.skipped + p.failed), 0)::integer as judged,
       (select count(*)::integer from changes c where c."to" ->> 'bulkActId' = a.id::text) as records
     from bulk_acts a left join bulk_act_parts p on p.act_id = a.id group by a.id`,
  );
  const wrong = acts.flatMap(({ id, act, workspace_id: of, records, matching, judged }) => [
    ...(records === 1 ? [] : [`bulk act ${id} has ${records} records among the changes`]),
    // What has ended stays, so each that was counted comes up; of what runs some end before their turn.
    ...(act === 'rerun' && of !== null && of !== FLEETING.id && judged < matching
      ? [`bulk act ${id} came to ${judged} of ${matching} ended executions of ${of}`]
      : []),
  ]);
  const { rows: parts } = await pool.query<{
    id: string;
    workspace_id: string;
    done: number;
    reruns: number;
  }>(
    `select p.act_id as id, p.workspace_id, p.done, count(e.id)::integer as reruns
     from bulk_act_parts p join bulk_acts a on a.id = p.act_id and a.act = 'rerun'
     left join all_executions e on e.workspace_id = p.workspace_id and e.idempotency_key = 'bulk-act/' || p.act_id || '/' || e.rerun_of
     where p.workspace_id <> $1 group by p.act_id, p.workspace_id`,
    [FLEETING.id],
  );
  for (const { id, workspace_id: of, done, reruns } of parts)
    if (reruns !== done) wrong.push(`bulk act ${id} says ${done} reruns in ${of}, and there are ${reruns}`);
  const { rows: twice } = await pool.query<{ rerun_of: string; times: number }>(
    `select rerun_of, count(*)::integer as times from all_executions where idempotency_key like 'bulk-act/%'
     group by workspace_id, rerun_of, idempotency_key having count(*) > 1`,
  );
  for (const { rerun_of: of, times } of twice) wrong.push(`one bulk act ran ${of} again ${times} times`);
  return { acts: acts.length, done: acts.reduce((sum, act) => sum + act.done, 0), wrong };
}
