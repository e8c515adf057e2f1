-- The outbox of Sluice, for a database of your own: docs/relay.md. Postgres 14 to 18. Apply it by its owner-to-be:
--
--     psql --set ON_ERROR_STOP=1 "$OUTBOX_URL" --file deploy/outbox/outbox.sql
--
-- A second time changes nothing but the functions, which become those of this file. `npx sluice relay` moves its rows to a Sluice.

begin;

create schema if not exists sluice_outbox;

-- No foreign key, no unique constraint but the id: a caller's transaction waits for nobody's, however long it stays open.
create table if not exists sluice_outbox.requests (
  id uuid primary key,
  workspace text not null,
  workflow_type text not null,
  -- Kept as it was written, character for character.
  input json,
  -- Null: the id is the key.
  idempotency_key text,
  -- The members of a request beside these, as the API names them.
  attributes jsonb,
  created_at timestamptz not null default clock_timestamp(),
  -- Both null but with OUTBOX_KEEP_HOURS: without it a row that was sent is deleted.
  sent_at timestamptz,
  execution_id uuid,
  -- What Sluice has refused for good stays until somebody deletes it, or sends it again by making these null.
  refused_at timestamptz,
  reason text,
  detail text
);

create index if not exists requests_unsent on sluice_outbox.requests (workspace, id)
  where sent_at is null and refused_at is null;
create index if not exists requests_sent on sluice_outbox.requests (sent_at) where sent_at is not null;

-- Which relay sends the rows of which workspace, until when; with no relay: not before which time they are tried again.
create table if not exists sluice_outbox.leases (
  workspace text primary key,
  relay uuid,
  until timestamptz not null
);

-- Writes one request and gives its id; it is sent if and only if the caller's transaction commits. The parameters are those of sluice.enqueue.
create or replace function sluice_outbox.enqueue(
  workspace text,
  workflow_type text,
  input text default null,
  idempotency_key text default null,
  reference text default null,
  labels jsonb default null,
  start_after timestamptz default null,
  start_before timestamptz default null,
  execution_timeout integer default null,
  retry_policy jsonb default null
) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  called_at constant timestamptz := clock_timestamp();
  micros constant bigint := extract(epoch from called_at) * 1000000;
  time_form constant text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
  attributes jsonb := '{}';
  request_id uuid;
begin
  if workspace is null or workspace !~ '^[A-Za-z0-9_-]{1,64}$' collate "C" then
    raise exception 'workspace is %, which is no id of a workspace', coalesce(quote_literal(left(workspace, 100)), 'null')
      using errcode = '22023', hint = 'Give 1 to 64 letters, digits, _ or -.';
  end if;
  if workflow_type is null or char_length(workflow_type) not between 1 and 200 or workflow_type ~ '[[:cntrl:]]' then
    raise exception 'workflow_type is %, which is no name of a workflow type', coalesce(quote_literal(left(workflow_type, 100)), 'null')
      using errcode = '22023', hint = 'Give 1 to 200 characters, none of control.';
  end if;
  if octet_length(input) > 524288 then
    raise exception 'input has % bytes, and no Sluice takes more than 524288', octet_length(input)
      using errcode = '54000', hint = 'Put the data where the workflow can read it, and give its address.';
  end if;
  if char_length(idempotency_key) not between 1 and 255 or idempotency_key ~ E'[^\\u0020-\\u007e]' collate "C" then
    raise exception 'idempotency_key is %, which is no key', quote_literal(left(idempotency_key, 100))
      using errcode = '22023', hint = 'Give 1 to 255 printable characters of ASCII, or leave it out: the id that is returned is the key then.';
  end if;
  if reference is not null then
    if char_length(reference) not between 1 and 256 or reference ~ '[[:cntrl:]]' then
      raise exception 'reference is %, which is no reference', quote_literal(left(reference, 100))
        using errcode = '22023', hint = 'Give 1 to 256 characters, none of control.';
    end if;
    attributes := attributes || jsonb_build_object('reference', reference);
  end if;
  if labels is not null then
    if jsonb_typeof(labels) <> 'object' or jsonb_path_exists(labels, '$.* ? (@.type() != "string")')
      or jsonb_array_length(jsonb_path_query_array(labels, '$.keyvalue()', silent => true)) > 16
    then
      raise exception 'labels are %, which are no labels', left(labels::text, 100)
        using errcode = '22023', hint = 'Give a JSON object of at most 16 members, each of them a text.';
    end if;
    attributes := attributes || case when labels = '{}' then '{}' else jsonb_build_object('labels', labels) end;
  end if;
  if not isfinite(start_after) or start_after > called_at + interval '366 days' then
    raise exception 'start_after is %, which is no time within 366 days', start_after using errcode = '22023', hint = 'Give an earlier time.';
  end if;
  if not isfinite(start_before) or start_before > called_at + interval '366 days' or start_before <= greatest(called_at, start_after) then
    raise exception 'start_before is %, which is not later than now and than start_after, and within 366 days', start_before
      using errcode = '22023', hint = 'Give a time that is still to come.';
  end if;
  if start_after is not null then
    attributes := attributes || jsonb_build_object('startAfter', to_char(start_after at time zone 'UTC', time_form));
  end if;
  if start_before is not null then
    attributes := attributes || jsonb_build_object('startBefore', to_char(start_before at time zone 'UTC', time_form));
  end if;
  if execution_timeout is not null then
    if execution_timeout < 1 then
      raise exception 'execution_timeout is %, which is no number of seconds', execution_timeout
        using errcode = '22023', hint = 'Give 1 or more.';
    end if;
    attributes := attributes || jsonb_build_object('executionTimeout', execution_timeout);
  end if;
  if retry_policy is not null then
    if jsonb_typeof(retry_policy) <> 'object' then
      raise exception 'retry_policy is %, which is no retry policy', left(retry_policy::text, 100)
        using errcode = '22023', hint = 'Give a JSON object, such as {"maximumAttempts": 3}.';
    end if;
    attributes := attributes || jsonb_build_object('retryPolicy', retry_policy);
  end if;

  -- A UUID of version 7 with the microsecond behind its version: two calls of one session have ids in their order.
  request_id := (
    lpad(to_hex(micros / 1000), 12, '0')
    || to_hex(28672 + (micros % 1000) * 4096 / 1000)
    || substr(translate(gen_random_uuid()::text, '-', ''), 17)
  )::uuid;
  -- An input that is not JSON ends here, as 22P02 with Postgres' own words for the place.
  insert into sluice_outbox.requests (id, workspace, workflow_type, input, idempotency_key, attributes, created_at)
  values (request_id, workspace, workflow_type, input::json, idempotency_key, nullif(attributes, '{}'), called_at);
  return request_id;
end
$$;

create or replace function sluice_outbox.enqueue(
  workspace text,
  workflow_type text,
  input json,
  idempotency_key text default null,
  reference text default null,
  labels jsonb default null,
  start_after timestamptz default null,
  start_before timestamptz default null,
  execution_timeout integer default null,
  retry_policy jsonb default null
) returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $$
  select sluice_outbox.enqueue($1, $2, $3::text, $4, $5, $6, $7, $8, $9, $10)
$$;

create or replace function sluice_outbox.enqueue(
  workspace text,
  workflow_type text,
  input jsonb,
  idempotency_key text default null,
  reference text default null,
  labels jsonb default null,
  start_after timestamptz default null,
  start_before timestamptz default null,
  execution_timeout integer default null,
  retry_policy jsonb default null
) returns uuid
language sql
set search_path = pg_catalog, pg_temp
as $$
  select sluice_outbox.enqueue($1, $2, $3::text, $4, $5, $6, $7, $8, $9, $10)
$$;

-- By themselves functions are everybody's. GRANT says who may enqueue.
revoke all on all functions in schema sluice_outbox from public;

commit;
