-- The functions of docs/transactional-enqueue.md, by which a service's own transaction asks. They run as their owner for whoever is granted them.
-- So each name says its schema, and search_path leads nowhere that a caller can write to. Literals with a backslash are E'', whatever a session says
-- of strings. Who asks is session_user: current_user is the owner here. test/sql compares each figure with HTTP's.
CREATE FUNCTION "sluice"."refuse_value"(what text, todo text, facts json DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
begin
  if facts is not null then
    raise exception using errcode = 'invalid_parameter_value', message = what, hint = todo, detail = facts;
  end if;
  raise exception using errcode = 'invalid_parameter_value', message = what, hint = todo;
end $$;
--> statement-breakpoint
-- UUIDv7, of two calls of a session the later one the higher. Before 18 of our own: 48 bits of milliseconds, 12 bits for 4096ths of one, which are finer
-- than the clock, and 62 random bits. One expression, so that it becomes part of the INSERT that calls it.
DO $$
begin
  execute 'create function sluice.inbox_id() returns uuid language sql return ' || case when current_setting('server_version_num')::integer >= 180000 then 'uuidv7()'
    else $id$overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 4096000)::bigint), 15, '0') || substr(gen_random_uuid()::text, 20) placing '7' from 13 for 0)::uuid$id$ end;
end $$;
--> statement-breakpoint
-- Beside what the type json refuses, as src/api/json/json-text.ts: halves of surrogate pairs, and too deep nesting. Of a text that is JSON.
CREATE FUNCTION "sluice"."require_kept_exactly"(input text) RETURNS void LANGUAGE plpgsql AS $$
declare
  brackets text := regexp_replace(regexp_replace(input, E'"([^"\\\\]|\\\\.)*"', '', 'g'), E'[^][{}]+', '', 'g');
begin
  if regexp_replace(replace(input, E'\\\\', '__'), E'\\\\ud[89ab][0-9a-f]{2}\\\\ud[c-f][0-9a-f]{2}', '_', 'gi') ~* E'\\\\ud[89a-f]' then
    perform sluice.refuse_value('input has half of a surrogate pair, which is no character', 'Pass both halves of it, or neither.');
  end if;
  for level in 1..63 loop
    exit when brackets = '';
    brackets := regexp_replace(brackets, E'\\[\\]|\\{\\}', '', 'g');
  end loop;
  if brackets <> '' then
    perform sluice.refuse_value('input is nested deeper than 63 levels', 'Pass a flatter value.');
  end if;
end $$;
--> statement-breakpoint
-- A member of a retry policy that is a number. Compared as double precision, which HTTP reads; what that cannot hold is refused before.
CREATE FUNCTION "sluice"."require_number"(policy jsonb, member text, at_least double precision, at_most double precision, is_whole boolean)
RETURNS void LANGUAGE plpgsql AS $$
declare
  given numeric;
begin
  if not policy ? member then return; end if;
  if jsonb_typeof(policy->member) = 'number' then
    given := policy->>member;
    if given between 0.0001 and 1e10 and given::double precision between at_least and at_most
      and (not is_whole or given::double precision = trunc(given::double precision)) then return; end if;
  end if;
  perform sluice.refuse_value(format('retry_policy.%s is not a number from %s to %s', member, at_least, at_most),
    case when is_whole then 'Pass a whole number in that range, or leave it out.' else 'Pass seconds, or a factor, in that range, or leave it out.' end);
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."require_retry_policy"(policy jsonb) RETURNS void LANGUAGE plpgsql AS $$
declare
  unknown text;
  types constant jsonb := policy->'nonRetryableErrorTypes';
begin
  if jsonb_typeof(policy) <> 'object' then
    perform sluice.refuse_value('retry_policy is not a JSON object', 'Pass one as ''{"maximumAttempts":5}'', or null.');
  end if;
  select member into unknown from jsonb_object_keys(policy) as members (member)
  where member not in ('initialInterval', 'backoffCoefficient', 'maximumInterval', 'maximumAttempts', 'nonRetryableErrorTypes') limit 1;
  if unknown is not null then
    perform sluice.refuse_value(format('retry_policy has the member %s, which is not known', to_jsonb(unknown)),
      'It may have initialInterval, backoffCoefficient, maximumInterval, maximumAttempts and nonRetryableErrorTypes.');
  end if;
  perform sluice.require_number(policy, 'initialInterval', 0.001, 31536000, false);
  perform sluice.require_number(policy, 'backoffCoefficient', 1, 1000, false);
  perform sluice.require_number(policy, 'maximumInterval', 0.001, 31536000, false);
  perform sluice.require_number(policy, 'maximumAttempts', 1, 2147483647, true);
  if (policy->>'maximumInterval')::double precision < coalesce((policy->>'initialInterval')::double precision, 1) then
    perform sluice.refuse_value('retry_policy.maximumInterval is less than initialInterval, which is 1 s when it is left out',
      'Pass a longer maximumInterval or a shorter initialInterval.');
  end if;
  if policy ? 'nonRetryableErrorTypes' and (jsonb_typeof(types) <> 'array' or jsonb_array_length(types) > 32
    or exists (select from jsonb_array_elements(types) as elements (element)
      where jsonb_typeof(element) <> 'string' or length(element #>> '{}') not between 1 and 255))
  then
    perform sluice.refuse_value('retry_policy.nonRetryableErrorTypes is not a list of at most 32 names of up to 255 characters', 'Pass fewer or shorter names.');
  end if;
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."require_labels"(labels jsonb) RETURNS void LANGUAGE plpgsql AS $$
declare
  wrong text;
begin
  if jsonb_typeof(labels) <> 'object' then
    perform sluice.refuse_value('labels is not a JSON object', 'Pass one as ''{"customer":"acme"}'', or null.');
  end if;
  if (select count(*) from jsonb_object_keys(labels)) > 16 then
    perform sluice.refuse_value('labels has more than 16 members', 'Leave some out.');
  end if;
  select name into wrong from jsonb_each(labels) as named (name, value)
  where name !~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$' collate "C" or jsonb_typeof(value) <> 'string'
    or length(value #>> '{}') > 255 or (value #>> '{}') ~ E'[\\u0001-\\u001f\\u007f-\\u009f]' limit 1;
  if wrong is not null then
    perform sluice.refuse_value(format('the label %s has a name or a value that labels cannot have', to_jsonb(left(wrong, 100))),
      'A name has 1 to 63 letters, digits, ".", "_", "/" or "-" and begins with a letter or a digit; a value is text of up to 255 characters without control characters.');
  end if;
end $$;
--> statement-breakpoint
-- RFC 3339 in UTC to the millisecond, as HTTP keeps a time; null for null.
CREATE FUNCTION "sluice"."time_text"(name text, given timestamptz) RETURNS text LANGUAGE plpgsql AS $$
begin
  if not isfinite(given) or extract(year from timezone(interval '0', given)) not between 1 and 9999 then
    perform sluice.refuse_value(name || ' is no time that can be kept', 'Pass a time of the years 1 to 9999.');
  end if;
  return to_char(date_trunc('milliseconds', timezone(interval '0', given)), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end $$;
--> statement-breakpoint
-- What an execution keeps beside what it runs, as RequestAttributes of src/enqueue/request-attributes.ts; null when nothing is said.
CREATE FUNCTION "sluice"."request_attributes"(reference text, labels jsonb, start_after timestamptz, start_before timestamptz, execution_timeout integer, retry_policy jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
declare
  said jsonb;
begin
  if length(reference) not between 1 and 256 or reference ~ E'[\\u0001-\\u001f\\u007f-\\u009f]' then
    perform sluice.refuse_value('reference does not have 1 to 256 characters without control characters', 'Pass a shorter name, or null.');
  end if;
  if labels is not null then perform sluice.require_labels(labels); end if;
  if execution_timeout < 1 then
    perform sluice.refuse_value('execution_timeout is less than 1 second', 'Pass whole seconds, or null for what the workspace''s tier allows.');
  end if;
  if retry_policy is not null then perform sluice.require_retry_policy(retry_policy); end if;
  said := jsonb_strip_nulls(jsonb_build_object('reference', reference, 'startAfter', sluice.time_text('start_after', start_after),
    'startBefore', sluice.time_text('start_before', start_before), 'executionTimeout', execution_timeout,
    'labels', nullif(labels, '{}'))) || case when retry_policy is null then '{}' else jsonb_build_object('retryPolicy', retry_policy) end;
  if date_trunc('milliseconds', start_before) <= date_trunc('milliseconds', start_after) then
    perform sluice.refuse_value('start_before is not later than start_after', 'Pass a later start_before.');
  end if;
  return nullif(said, '{}');
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."number_text"(value double precision) RETURNS text LANGUAGE plpgsql SET extra_float_digits = 1 AS $$
begin
  return value::text;
end $$;
--> statement-breakpoint
-- As attributesText of src/enqueue/request-attributes.ts: members in the order in which JavaScript names them, numbers as it writes them.
CREATE FUNCTION "sluice"."attributes_text"(value jsonb) RETURNS text LANGUAGE plpgsql AS $$
begin
  case jsonb_typeof(value)
    when 'object' then
      return '{' || coalesce((select string_agg(to_json(name)::text || ':' || sluice.attributes_text(member), ',' order by
          case when name ~ '^(0|[1-9][0-9]{0,9})$' and name::numeric < 4294967295 then name::numeric end nulls last, name collate "C")
        from jsonb_each(value) as members (name, member)), '') || '}';
    when 'array' then
      return '[' || coalesce((select string_agg(sluice.attributes_text(element), ',' order by place)
        from jsonb_array_elements(value) with ordinality as elements (element, place)), '') || ']';
    when 'string' then return to_json(value #>> '{}')::text;
    when 'number' then return sluice.number_text((value #>> '{}')::double precision);
    else return value::text;
  end case;
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."refuse_deleting"(workspace text) RETURNS void LANGUAGE plpgsql AS $$
begin
  raise exception using errcode = 'object_not_in_prerequisite_state', message = format('the workspace %s is being deleted and takes nothing new', workspace),
    hint = format('When it is gone, PUT /v1/workspaces/%s makes it anew.', workspace);
end $$;
--> statement-breakpoint
-- As src/enqueue/admission-rules.ts, by what was committed when it was read and without a lock: sequencing decides strictly.
CREATE FUNCTION "sluice"."require_rules"(workspace text, workflow_type text, bytes integer, start_after timestamptz, start_before timestamptz, execution_timeout integer, facts record)
RETURNS void LANGUAGE plpgsql AS $$
declare
  moment constant timestamptz := clock_timestamp();
  ahead constant timestamptz := moment + interval '366 days';
begin
  if facts.is_deleting then perform sluice.refuse_deleting(workspace); end if;
  if bytes > facts.max_input_bytes then
    raise exception using errcode = 'program_limit_exceeded', message = format('input has %s bytes; at most %s are taken', bytes, facts.max_input_bytes),
      detail = json_build_object('type', 'payload-too-large', 'bytes', bytes, 'maxBytes', facts.max_input_bytes),
      hint = 'Store large data elsewhere and pass a reference to it; MAX_INPUT_BYTES of the API is the bound.';
  end if;
  if facts.is_of_pool and not facts.is_known then
    perform sluice.refuse_value(format('the pool''s workers do not know the workflow type %s', to_json(workflow_type)),
      'Deploy workers that have it, or set the workspace''s workers to "external" if other workers serve its queue.',
      json_build_object('type', 'workflow-type-unknown', 'workflowType', workflow_type));
  end if;
  if start_after > ahead or start_before > ahead then
    perform sluice.refuse_value(case when start_after > ahead then 'start_after' else 'start_before' end || ' is more than 366 days ahead', 'Pass a nearer time.');
  end if;
  if start_before <= moment then
    perform sluice.refuse_value('start_before has passed', 'Pass a time to come by the clock of this Postgres.');
  end if;
  if execution_timeout > facts.max_duration_seconds then
    perform sluice.refuse_value(format('execution_timeout is more than %s seconds, which is how long the workspace''s tier lets one execution run', facts.max_duration_seconds),
      'Pass fewer seconds, or null.');
  end if;
  if facts.waiting >= facts.max_pending then
    raise exception using errcode = 'configuration_limit_exceeded', message = format('%s executions of the workspace %s wait in the queue, and its tier allows %s', facts.waiting, workspace, facts.max_pending),
      detail = json_build_object('type', 'queue-full', 'limit', facts.max_pending, 'pending', facts.waiting),
      hint = 'Roll back, and try again when some have been admitted.';
  end if;
  if facts.waiting_bytes + bytes > facts.max_pending_bytes and bytes > 0 then
    raise exception using errcode = 'configuration_limit_exceeded',
      message = format('the inputs in the queue of the workspace %s have %s bytes, this one has %s, and its tier allows %s in all', workspace, facts.waiting_bytes, bytes, facts.max_pending_bytes),
      detail = json_build_object('type', 'queue-bytes-full', 'bytes', bytes, 'pendingBytes', facts.waiting_bytes, 'maxPendingBytes', facts.max_pending_bytes),
      hint = 'Roll back, and try again when some have been admitted, or store large data elsewhere.';
  end if;
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."enqueue"(workspace text, workflow_type text, input text DEFAULT NULL, idempotency_key text DEFAULT NULL, reference text DEFAULT NULL,
  labels jsonb DEFAULT NULL, start_after timestamptz DEFAULT NULL, start_before timestamptz DEFAULT NULL, execution_timeout integer DEFAULT NULL,
  retry_policy jsonb DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
declare
  kept_input constant text := btrim(enqueue.input, E' \t\r\n');
  kept jsonb;
  is_plain boolean;
  is_json boolean;
  wrong text;
  facts record;
  standing_id uuid;
  standing_digest bytea;
  execution_id uuid;
begin
  -- Most calls are this: no attributes, and nothing that is refused. One statement reads what must hold and writes. Each function in an expression costs
  -- a transaction about a microsecond, so the forms are tested coarsely; whatever does not pass goes the long way below, which judges and says why.
  begin
    is_plain := enqueue.reference is null and enqueue.labels is null and enqueue.start_after is null and enqueue.start_before is null
      and enqueue.execution_timeout is null and enqueue.retry_policy is null
      and octet_length(enqueue.workflow_type) <= 200 and enqueue.workflow_type ~ E'^[^\\u0001-\\u001f\\u007f-\\u009f]+$'
      and (kept_input is null or kept_input not like E'%\\\\u%' and replace(kept_input, '[', '{') not like repeat('%{', 64) || '%' and kept_input::json is not null);
    if is_plain and enqueue.idempotency_key is not null then
      is_plain := length(enqueue.idempotency_key) <= 255 and enqueue.idempotency_key ~ E'^[\\u0020-\\u007e]+$' collate "C";
      select found.id, found.content_digest into standing_id, standing_digest from (
        select e.id, e.content_digest from sluice.executions e where e.workspace_id = enqueue.workspace and e.idempotency_key = enqueue.idempotency_key
        union all
        -- The time leaves out the partitions of the weeks to come.
        select e.id, e.content_digest from sluice.ended_executions e where e.workspace_id = enqueue.workspace and e.idempotency_key = enqueue.idempotency_key
          and e.moved_at < statement_timestamp() + interval '1 day'
      ) as found limit 1;
      -- A subtransaction that is given up lets go of its locks, so that no partition waits for an open caller to be dropped. What is read stays.
      raise sqlstate 'SLC00';
    end if;
  exception when sqlstate 'SLC00' or invalid_text_representation or statement_too_complex then null;
  end;
  if is_plain and standing_id is null then
    insert into sluice.inbox (id, workspace_id, kind, workflow_type, input, idempotency_key, "by")
    select sluice.inbox_id(), w.id, 'enqueue', enqueue.workflow_type, kept_input, enqueue.idempotency_key, 'role:' || g.role
    from sluice.workspaces w join sluice.tiers t on t.name = w.tier cross join sluice.deployment d
      join sluice.role_grants g on g.role = session_user::text and g.workspace_id in (w.id, '*') and g."right" = 'enqueue'
    where w.id = enqueue.workspace and w.deleting_since is null and not d.inbox_notify and w.pending + w.scheduled < t.max_pending
      and coalesce(octet_length(kept_input), 0) <= least(coalesce(d.max_input_bytes, 262144), t.max_pending_bytes - w.pending_bytes - w.scheduled_bytes)
      and (w.workers <> 'pool' or exists (select from sluice.workflow_types k
        where k.name in (enqueue.workflow_type, '*') and k.seen_at >= clock_timestamp() - interval '10 minutes'))
    limit 1
    returning id into execution_id;
    if execution_id is not null then return execution_id; end if;
  end if;
  if (enqueue.workspace ~ '^[A-Za-z0-9_-]+$' collate "C" and length(enqueue.workspace) <= 64) is not true then
    perform sluice.refuse_value('workspace is not the id of a workspace', 'An id has 1 to 64 letters, digits, "_" or "-".');
  end if;
  if (length(enqueue.workflow_type) between 1 and 200 and enqueue.workflow_type !~ E'[\\u0001-\\u001f\\u007f-\\u009f]') is not true then
    perform sluice.refuse_value('workflow_type does not have 1 to 200 characters without control characters', 'Pass the name of a workflow.');
  end if;
  if length(enqueue.idempotency_key) not between 1 and 255 or enqueue.idempotency_key ~ E'[^\\u0020-\\u007e]' collate "C" then
    perform sluice.refuse_value('idempotency_key does not have 1 to 255 characters of printable ASCII', 'Pass a shorter or plainer key, or its digest in hex; null for none.');
  end if;
  if octet_length(kept_input) > 524288 then
    raise exception using errcode = 'program_limit_exceeded', message = format('input has %s bytes; no installation takes more than 524288', octet_length(kept_input)),
      detail = json_build_object('type', 'payload-too-large', 'bytes', octet_length(kept_input), 'maxBytes', 524288),
      hint = 'Store large data elsewhere and pass a reference to it.';
  end if;
  if num_nonnulls(enqueue.reference, enqueue.labels, enqueue.start_after, enqueue.start_before, enqueue.execution_timeout, enqueue.retry_policy) > 0 then
    kept := sluice.request_attributes(enqueue.reference, enqueue.labels, enqueue.start_after, enqueue.start_before, enqueue.execution_timeout, enqueue.retry_policy);
  end if;
  -- Given up as the one above.
  begin
    is_json := kept_input::json is not null;
    select w.deleting_since is not null as is_deleting, w.workers = 'pool' as is_of_pool, w.pending + w.scheduled as waiting,
      w.pending_bytes + w.scheduled_bytes as waiting_bytes, t.max_pending, t.max_pending_bytes, t.max_duration_seconds,
      coalesce(d.max_input_bytes, 262144) as max_input_bytes, coalesce(d.inbox_notify, false) as notifies,
      exists (select from sluice.workflow_types k
        where k.name in (enqueue.workflow_type, '*') and k.seen_at >= clock_timestamp() - interval '10 minutes') as is_known
    into facts
    from sluice.workspaces w join sluice.tiers t on t.name = w.tier left join sluice.deployment d on true
    where w.id = enqueue.workspace
      and exists (select from sluice.role_grants g where g.role = session_user::text and g.workspace_id in (enqueue.workspace, '*') and g."right" = 'enqueue');
    -- One that the same transaction has put, or another whose turn has yet to come. What its pool knows is looked at when it is sequenced.
    if facts.max_pending is null then
      select false as is_deleting, false as is_of_pool, 0 as waiting, 0::bigint as waiting_bytes, t.max_pending, t.max_pending_bytes, t.max_duration_seconds,
        coalesce(d.max_input_bytes, 262144) as max_input_bytes, coalesce(d.inbox_notify, false) as notifies, true as is_known
      into facts
      from sluice.inbox i join sluice.tiers t on t.name::text = i.tier left join sluice.deployment d on true
      where i.workspace_id = enqueue.workspace and i.kind = 'put_workspace'
        and exists (select from sluice.role_grants g where g.role = session_user::text and g.workspace_id in (enqueue.workspace, '*') and g."right" = 'enqueue')
      order by i.id desc limit 1;
    end if;
    -- What was seen within ten minutes is known, and most is. For the rest as knownWorkflowTypes of src/enqueue/known-workflow-types.ts.
    if facts.is_of_pool and not facts.is_known then
      facts.is_known := (select bool_or(k.name in (enqueue.workflow_type, '*')) from sluice.workflow_types k
        where k.seen_at >= (select max(x.seen_at) - interval '10 minutes' from sluice.workflow_types x));
    end if;
    if facts.max_pending is not null and enqueue.idempotency_key is not null and standing_id is null then
      select found.id, found.content_digest into standing_id, standing_digest from (
        select e.id, e.content_digest from sluice.executions e where e.workspace_id = enqueue.workspace and e.idempotency_key = enqueue.idempotency_key
        union all
        select e.id, e.content_digest from sluice.ended_executions e where e.workspace_id = enqueue.workspace and e.idempotency_key = enqueue.idempotency_key
          and e.moved_at < statement_timestamp() + interval '1 day'
      ) as found limit 1;
    end if;
    raise sqlstate 'SLC00';
  exception
    when sqlstate 'SLC00' then null;
    when invalid_text_representation then
      get stacked diagnostics wrong = pg_exception_detail;
      raise exception using errcode = 'invalid_text_representation', message = 'input is not JSON: ' || wrong,
        hint = 'Pass the text of a JSON value, as ''{"order":4711}'' or to_jsonb(...); leave it out for none.';
    when statement_too_complex then
      perform sluice.refuse_value('input is nested deeper than 63 levels', 'Pass a flatter value.');
  end;
  if facts.max_pending is null then
    raise exception using errcode = 'insufficient_privilege', message = format('%s may not enqueue in the workspace %s, or there is none', session_user, enqueue.workspace),
      hint = format('Create the workspace, or let an operator run: npx sluice grants add %s %s', session_user, enqueue.workspace);
  end if;
  if strpos(kept_input, E'\\u') > 0 or length(kept_input) - length(translate(kept_input, '[{', '')) > 63 then
    perform sluice.require_kept_exactly(kept_input);
  end if;
  -- A key is read before any rule, so that a repeat is answered alike whatever has changed since. Other content under it is rejected when it is sequenced.
  if standing_id is not null then
    if standing_digest is not distinct from sha256(convert_to(enqueue.workflow_type, 'UTF8') || E'\\x00' || convert_to(coalesce(kept_input, ''), 'UTF8')
      || case when kept is null then '' else E'\\x00' || convert_to(sluice.attributes_text(kept), 'UTF8') end) then return standing_id; end if;
  elsif num_nonnulls(enqueue.start_after, enqueue.start_before, enqueue.execution_timeout) > 0 or facts.is_deleting or facts.is_of_pool and not facts.is_known
    or facts.waiting >= facts.max_pending or octet_length(kept_input) > least(facts.max_input_bytes, facts.max_pending_bytes - facts.waiting_bytes)
  then
    perform sluice.require_rules(enqueue.workspace, enqueue.workflow_type, octet_length(kept_input), enqueue.start_after, enqueue.start_before, enqueue.execution_timeout, facts);
  end if;
  execution_id := sluice.inbox_id();
  insert into sluice.inbox (id, workspace_id, kind, workflow_type, input, idempotency_key, attributes, "by")
  values (execution_id, enqueue.workspace, 'enqueue', enqueue.workflow_type, kept_input, enqueue.idempotency_key, kept, 'role:' || session_user);
  if facts.notifies then perform pg_notify('sluice_inbox', ''); end if;
  return execution_id;
end $$;
--> statement-breakpoint
CREATE FUNCTION "sluice"."enqueue"(workspace text, workflow_type text, input json, idempotency_key text DEFAULT NULL, reference text DEFAULT NULL,
  labels jsonb DEFAULT NULL, start_after timestamptz DEFAULT NULL, start_before timestamptz DEFAULT NULL, execution_timeout integer DEFAULT NULL,
  retry_policy jsonb DEFAULT NULL)
RETURNS uuid LANGUAGE sql
RETURN sluice.enqueue(workspace, workflow_type, input::text, idempotency_key, reference, labels, start_after, start_before, execution_timeout, retry_policy);
--> statement-breakpoint
CREATE FUNCTION "sluice"."enqueue"(workspace text, workflow_type text, input jsonb, idempotency_key text DEFAULT NULL, reference text DEFAULT NULL,
  labels jsonb DEFAULT NULL, start_after timestamptz DEFAULT NULL, start_before timestamptz DEFAULT NULL, execution_timeout integer DEFAULT NULL,
  retry_policy jsonb DEFAULT NULL)
RETURNS uuid LANGUAGE sql
RETURN sluice.enqueue(workspace, workflow_type, input::text, idempotency_key, reference, labels, start_after, start_before, execution_timeout, retry_policy);
--> statement-breakpoint
CREATE FUNCTION "sluice"."put_workspace"(id text, tier text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
declare
  facts record;
begin
  if (put_workspace.id ~ '^[A-Za-z0-9_-]+$' collate "C" and length(put_workspace.id) <= 64) is not true then
    perform sluice.refuse_value('id is not the id of a workspace', 'An id has 1 to 64 letters, digits, "_" or "-".');
  end if;
  begin
    select exists (select from sluice.role_grants g
        where g.role = session_user::text and g.workspace_id in (put_workspace.id, '*') and g."right" = 'put_workspace') as may,
      exists (select from sluice.tiers t where t.name::text = put_workspace.tier) as is_tier,
      exists (select from sluice.workspaces w where w.id = put_workspace.id and w.deleting_since is not null) as is_deleting,
      coalesce((select d.inbox_notify from sluice.deployment d), false) as notifies
    into facts;
    raise sqlstate 'SLC00';
  exception when sqlstate 'SLC00' then null;
  end;
  if not facts.may then
    raise exception using errcode = 'insufficient_privilege', message = format('%s may not put the workspace %s', session_user, put_workspace.id),
      hint = format('Let an operator run: npx sluice grants add %s %s --right put-workspaces', session_user, put_workspace.id);
  end if;
  if not facts.is_tier then
    perform sluice.refuse_value(format('there is no tier %s', coalesce(put_workspace.tier, 'null')), 'GET /v1/tiers and `npx sluice tiers list` list all of them.', '{"type":"tier-not-found"}');
  end if;
  if facts.is_deleting then perform sluice.refuse_deleting(put_workspace.id); end if;
  insert into sluice.inbox (id, workspace_id, kind, tier, "by")
  values (sluice.inbox_id(), put_workspace.id, 'put_workspace', put_workspace.tier, 'role:' || session_user);
  if facts.notifies then perform pg_notify('sluice_inbox', ''); end if;
end $$;
--> statement-breakpoint
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA "sluice" FROM PUBLIC;
--> statement-breakpoint
-- Whoever may use the schema could make a table with a column of one of our types, which then could be neither changed nor dropped.
DO $$
declare
  statement text;
begin
  for statement in
    select format('revoke all on type %s from public', t.oid::regtype) from pg_type t left join pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'sluice'::regnamespace and (t.typtype = 'e' or t.typtype = 'c' and not c.relispartition)
  loop execute statement; end loop;
end $$;
