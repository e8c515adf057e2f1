-- Rows move from here to where they belong in batches, after this transaction: `executions`, `ended_executions` and `payloads`.
ALTER TABLE "executions" RENAME TO "legacy_executions";--> statement-breakpoint
ALTER TABLE "legacy_executions" RENAME CONSTRAINT "executions_pkey" TO "legacy_executions_pkey";--> statement-breakpoint
ALTER TABLE "stalled_executions" DROP CONSTRAINT "stalled_executions_execution_id_executions_id_fk";--> statement-breakpoint
-- The next round over the running executions finds them again.
DELETE FROM "stalled_executions";--> statement-breakpoint
ALTER TABLE "legacy_executions" DROP CONSTRAINT "executions_workspace_id_workspaces_id_fk";--> statement-breakpoint
ALTER TABLE "legacy_executions" DROP CONSTRAINT "executions_running_is_admitted";--> statement-breakpoint
ALTER TABLE "legacy_executions" DROP CONSTRAINT "executions_terminal_is_closed";--> statement-breakpoint
DROP INDEX "executions_seq";--> statement-breakpoint
DROP INDEX "executions_idempotency_key";--> statement-breakpoint
DROP INDEX "executions_pending";--> statement-breakpoint
DROP INDEX "executions_running";--> statement-breakpoint
DROP INDEX "executions_by_status";--> statement-breakpoint
DROP INDEX "executions_start_time_unknown";--> statement-breakpoint
ALTER TYPE "execution_status" ADD VALUE 'scheduled';--> statement-breakpoint
ALTER TYPE "execution_status" ADD VALUE 'expired';--> statement-breakpoint
ALTER TYPE "execution_status" ADD VALUE 'rejected';--> statement-breakpoint
CREATE TYPE "payload_kind" AS ENUM('input', 'result');--> statement-breakpoint
CREATE TYPE "event_kind" AS ENUM('accepted', 'admitted', 'cancel_requested', 'terminate_requested', 'ended', 'workspace_changed');--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "schema_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "epoch" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "tiers" ADD COLUMN "retention_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tiers" ADD COLUMN "payload_retention_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tier_changes" ADD COLUMN "retention_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tier_changes" ADD COLUMN "payload_retention_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "last_event" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "answered_event" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "restoring_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "restored_to" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "workspaces_restoring" ON "workspaces" USING btree ("id") WHERE "workspaces"."restoring_since" is not null;--> statement-breakpoint
CREATE TABLE "executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"status" "execution_status" DEFAULT 'pending' NOT NULL,
	"workflow_type" text NOT NULL,
	"input_bytes" integer,
	"payload_retention_days" smallint DEFAULT 0 NOT NULL,
	"idempotency_key" text,
	"content_digest" bytea,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"admitted_at" timestamp with time zone,
	"limit_at_admission" integer,
	"started_at" timestamp with time zone,
	"run_id" text,
	"cancel_requested_at" timestamp with time zone,
	"cancel_delivered_at" timestamp with time zone,
	"terminate_requested_at" timestamp with time zone,
	"terminate_delivered_at" timestamp with time zone,
	"created_by" text,
	"parent_execution_id" uuid,
	"rerun_of" uuid,
	"start_after" timestamp with time zone,
	"start_before" timestamp with time zone,
	"execution_timeout_seconds" integer,
	"retry_policy" jsonb,
	"reference" text,
	"labels" jsonb,
	"traceparent" text,
	CONSTRAINT "executions_running_is_admitted" CHECK ("executions"."status" <> 'running' or "executions"."admitted_at" is not null),
	CONSTRAINT "executions_live" CHECK ("executions"."status"::text in ('pending', 'running', 'scheduled'))
);
--> statement-breakpoint
CREATE TABLE "ended_executions" (
	"id" uuid NOT NULL,
	"workspace_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"status" "execution_status" NOT NULL,
	"workflow_type" text NOT NULL,
	"input_bytes" integer,
	"payload_retention_days" smallint NOT NULL,
	"idempotency_key" text,
	"content_digest" bytea,
	"created_at" timestamp with time zone NOT NULL,
	"admitted_at" timestamp with time zone,
	"limit_at_admission" integer,
	"started_at" timestamp with time zone,
	"run_id" text,
	"cancel_requested_at" timestamp with time zone,
	"cancel_delivered_at" timestamp with time zone,
	"terminate_requested_at" timestamp with time zone,
	"terminate_delivered_at" timestamp with time zone,
	"created_by" text,
	"parent_execution_id" uuid,
	"rerun_of" uuid,
	"start_after" timestamp with time zone,
	"start_before" timestamp with time zone,
	"execution_timeout_seconds" integer,
	"retry_policy" jsonb,
	"reference" text,
	"labels" jsonb,
	"traceparent" text,
	"closed_at" timestamp with time zone NOT NULL,
	"result_bytes" integer,
	"result_omitted_reason" text,
	"result_omitted_bytes" integer,
	"failure_type" text,
	"failure_message" text,
	"payloads_deleted_at" timestamp with time zone,
	"retention_days" smallint NOT NULL,
	"moved_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "ended_executions_ended" CHECK ("ended_executions"."status"::text not in ('pending', 'running', 'scheduled'))
) PARTITION BY LIST ("retention_days");
--> statement-breakpoint
CREATE TABLE "payloads" (
	"execution_id" uuid NOT NULL,
	"kind" "payload_kind" NOT NULL,
	"retention_days" smallint NOT NULL,
	"kept_from" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"encoding" text,
	"data" bytea NOT NULL
) PARTITION BY LIST ("retention_days");
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigserial NOT NULL,
	"workspace_id" text NOT NULL,
	"number" bigint NOT NULL,
	"kind" "event_kind" NOT NULL,
	"execution_id" uuid,
	"seq" bigint,
	"status" "execution_status",
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
) PARTITION BY RANGE ("at");
--> statement-breakpoint
-- One table for each retention class; their partitions by time are made by `migrate` and by workers, ahead of time.
CREATE TABLE "ended_executions_0" PARTITION OF "ended_executions" FOR VALUES IN (0) PARTITION BY RANGE ("moved_at");--> statement-breakpoint
CREATE TABLE "ended_executions_7" PARTITION OF "ended_executions" FOR VALUES IN (7) PARTITION BY RANGE ("moved_at");--> statement-breakpoint
CREATE TABLE "ended_executions_30" PARTITION OF "ended_executions" FOR VALUES IN (30) PARTITION BY RANGE ("moved_at");--> statement-breakpoint
CREATE TABLE "ended_executions_90" PARTITION OF "ended_executions" FOR VALUES IN (90) PARTITION BY RANGE ("moved_at");--> statement-breakpoint
CREATE TABLE "ended_executions_365" PARTITION OF "ended_executions" FOR VALUES IN (365) PARTITION BY RANGE ("moved_at");--> statement-breakpoint
CREATE TABLE "payloads_0" PARTITION OF "payloads" FOR VALUES IN (0) PARTITION BY RANGE ("kept_from");--> statement-breakpoint
CREATE TABLE "payloads_7" PARTITION OF "payloads" FOR VALUES IN (7) PARTITION BY RANGE ("kept_from");--> statement-breakpoint
CREATE TABLE "payloads_30" PARTITION OF "payloads" FOR VALUES IN (30) PARTITION BY RANGE ("kept_from");--> statement-breakpoint
CREATE TABLE "payloads_90" PARTITION OF "payloads" FOR VALUES IN (90) PARTITION BY RANGE ("kept_from");--> statement-breakpoint
CREATE TABLE "payloads_365" PARTITION OF "payloads" FOR VALUES IN (365) PARTITION BY RANGE ("kept_from");--> statement-breakpoint
ALTER TABLE "executions" ADD CONSTRAINT "executions_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "executions_seq" ON "executions" USING btree ("workspace_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "executions_idempotency_key" ON "executions" USING btree ("workspace_id","idempotency_key") WHERE "executions"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "executions_pending" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "executions_running" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'running';--> statement-breakpoint
CREATE INDEX "executions_start_time_unknown" ON "executions" USING btree ("admitted_at") WHERE "executions"."admitted_at" is not null and "executions"."started_at" is null;--> statement-breakpoint
CREATE INDEX "ended_executions_id" ON "ended_executions" USING btree ("id");--> statement-breakpoint
CREATE INDEX "ended_executions_seq" ON "ended_executions" USING btree ("workspace_id","seq");--> statement-breakpoint
CREATE INDEX "ended_executions_by_status" ON "ended_executions" USING btree ("workspace_id","status","seq");--> statement-breakpoint
CREATE INDEX "ended_executions_idempotency_key" ON "ended_executions" USING btree ("workspace_id","idempotency_key") WHERE "ended_executions"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "ended_executions_start_time_unknown" ON "ended_executions" USING btree ("admitted_at") WHERE "ended_executions"."admitted_at" is not null and "ended_executions"."started_at" is null;--> statement-breakpoint
CREATE INDEX "payloads_execution" ON "payloads" USING btree ("execution_id");--> statement-breakpoint
CREATE INDEX "events_id" ON "events" USING btree ("id");--> statement-breakpoint
CREATE INDEX "events_number" ON "events" USING btree ("workspace_id","number");--> statement-breakpoint
-- Rows are deleted at every handoff: what is dead goes soon.
ALTER TABLE "executions" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);--> statement-breakpoint
-- For people: live and ended as one, with payloads as text. The product reads the tables.
CREATE VIEW "all_executions" AS
SELECT e."id", e."workspace_id", e."seq", e."status", e."workflow_type",
	(SELECT convert_from(p."data", 'UTF8') FROM "payloads" p WHERE p."execution_id" = e."id" AND p."kind" = 'input' AND p."encoding" IS NULL) AS "input",
	e."input_bytes", e."idempotency_key", e."created_at", e."admitted_at", e."limit_at_admission", e."started_at", e."closed_at", e."run_id",
	e."cancel_requested_at", e."cancel_delivered_at", e."terminate_requested_at", e."terminate_delivered_at",
	(SELECT convert_from(p."data", 'UTF8') FROM "payloads" p WHERE p."execution_id" = e."id" AND p."kind" = 'result' AND p."encoding" IS NULL) AS "result",
	e."result_bytes", e."result_omitted_reason", e."result_omitted_bytes", e."failure_type", e."failure_message", e."payloads_deleted_at",
	e."retention_days", e."moved_at"
FROM (
	SELECT "id", "workspace_id", "seq", "status", "workflow_type", "input_bytes", "idempotency_key", "created_at", "admitted_at",
		"limit_at_admission", "started_at", "run_id", "cancel_requested_at", "cancel_delivered_at", "terminate_requested_at", "terminate_delivered_at",
		NULL::timestamp with time zone AS "closed_at", NULL::integer AS "result_bytes", NULL::text AS "result_omitted_reason",
		NULL::integer AS "result_omitted_bytes", NULL::text AS "failure_type", NULL::text AS "failure_message",
		NULL::timestamp with time zone AS "payloads_deleted_at", NULL::smallint AS "retention_days", NULL::timestamp with time zone AS "moved_at"
	FROM "executions"
	UNION ALL
	SELECT "id", "workspace_id", "seq", "status", "workflow_type", "input_bytes", "idempotency_key", "created_at", "admitted_at",
		"limit_at_admission", "started_at", "run_id", "cancel_requested_at", "cancel_delivered_at", "terminate_requested_at", "terminate_delivered_at",
		"closed_at", "result_bytes", "result_omitted_reason", "result_omitted_bytes", "failure_type", "failure_message",
		"payloads_deleted_at", "retention_days", "moved_at"
	FROM "ended_executions"
) e;--> statement-breakpoint
-- How far the batches have come; the table goes with legacy_executions.
CREATE TABLE "legacy_executions_progress" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"through_id" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
	"moved" bigint DEFAULT 0 NOT NULL
);--> statement-breakpoint
INSERT INTO "legacy_executions_progress" DEFAULT VALUES;
