ALTER TYPE "event_kind" ADD VALUE 'scheduled' BEFORE 'accepted';--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"workspace_id" text,
	"rights" text[] NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"created_by" text,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	"replaced_by" text,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_keys_id_form" CHECK ("api_keys"."id" ~ '^[0-9A-Za-z]{12}$'),
	CONSTRAINT "api_keys_rights" CHECK ("api_keys"."rights" <@ array['enqueue', 'read', 'cancel', 'operate', 'admin'] and cardinality("api_keys"."rights") > 0),
	CONSTRAINT "api_keys_workspace_rights" CHECK ("api_keys"."workspace_id" is null or not "api_keys"."rights" && array['operate', 'admin'])
);
--> statement-breakpoint
ALTER TABLE "ended_executions" ALTER COLUMN "seq" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "executions" ALTER COLUMN "seq" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ended_executions" ADD COLUMN "cancel_requested_by" text;--> statement-breakpoint
ALTER TABLE "ended_executions" ADD COLUMN "terminate_requested_by" text;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "cancel_requested_by" text;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "terminate_requested_by" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "scheduled" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "scheduled_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "limit_changes" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "tier_changes" ADD COLUMN "changed_by" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_by_workspace" ON "api_keys" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "executions_scheduled" ON "executions" USING btree ("start_after") WHERE "executions"."seq" is null;--> statement-breakpoint
CREATE INDEX "executions_scheduled_by_workspace" ON "executions" USING btree ("workspace_id","start_after","id") WHERE "executions"."seq" is null;--> statement-breakpoint
CREATE INDEX "executions_start_before" ON "executions" USING btree ("start_before") WHERE "executions"."status" = 'pending' and "executions"."start_before" is not null;--> statement-breakpoint
CREATE INDEX "executions_start_before_by_workspace" ON "executions" USING btree ("workspace_id","start_before") WHERE "executions"."status" = 'pending' and "executions"."start_before" is not null;--> statement-breakpoint
-- Lists go by id, which ascends with time and stays when a row moves. Indexes for indexes: a handoff writes no more than before.
DROP INDEX "executions_seq";--> statement-breakpoint
DROP INDEX "executions_pending";--> statement-breakpoint
DROP INDEX "executions_running";--> statement-breakpoint
CREATE UNIQUE INDEX "executions_pending" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "executions_running" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'running';--> statement-breakpoint
CREATE INDEX "executions_by_workspace" ON "executions" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "executions_reference" ON "executions" USING btree ("reference","workspace_id","id") WHERE "executions"."reference" is not null;--> statement-breakpoint
DROP INDEX "ended_executions_seq";--> statement-breakpoint
DROP INDEX "ended_executions_by_status";--> statement-breakpoint
CREATE INDEX "ended_executions_by_workspace" ON "ended_executions" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "ended_executions_by_status" ON "ended_executions" USING btree ("workspace_id","status","id") WHERE "ended_executions"."status" <> 'completed';--> statement-breakpoint
CREATE INDEX "ended_executions_not_completed" ON "ended_executions" USING btree ("id") WHERE "ended_executions"."status" <> 'completed';--> statement-breakpoint
CREATE INDEX "ended_executions_reference" ON "ended_executions" USING btree ("reference","workspace_id","id") WHERE "ended_executions"."reference" is not null;--> statement-breakpoint
-- By its text: the value is new where 0007 runs in the same transaction.
ALTER TABLE "executions" ADD CONSTRAINT "executions_queued_has_seq" CHECK (("executions"."status"::text = 'scheduled') = ("executions"."seq" is null));--> statement-breakpoint
-- For people; columns can be added at its end alone.
CREATE OR REPLACE VIEW "all_executions" AS
SELECT e."id", e."workspace_id", e."seq", e."status", e."workflow_type",
	(SELECT convert_from(p."data", 'UTF8') FROM "payloads" p WHERE p."execution_id" = e."id" AND p."kind" = 'input' AND p."encoding" IS NULL) AS "input",
	e."input_bytes", e."idempotency_key", e."created_at", e."admitted_at", e."limit_at_admission", e."started_at", e."closed_at", e."run_id",
	e."cancel_requested_at", e."cancel_delivered_at", e."terminate_requested_at", e."terminate_delivered_at",
	(SELECT convert_from(p."data", 'UTF8') FROM "payloads" p WHERE p."execution_id" = e."id" AND p."kind" = 'result' AND p."encoding" IS NULL) AS "result",
	e."result_bytes", e."result_omitted_reason", e."result_omitted_bytes", e."failure_type", e."failure_message", e."payloads_deleted_at",
	e."retention_days", e."moved_at", e."created_by", e."cancel_requested_by", e."terminate_requested_by", e."rerun_of", e."start_after",
	e."start_before", e."execution_timeout_seconds", e."retry_policy", e."reference", e."labels"
FROM (
	SELECT "id", "workspace_id", "seq", "status", "workflow_type", "input_bytes", "idempotency_key", "created_at", "admitted_at",
		"limit_at_admission", "started_at", "run_id", "cancel_requested_at", "cancel_delivered_at", "terminate_requested_at", "terminate_delivered_at",
		NULL::timestamp with time zone AS "closed_at", NULL::integer AS "result_bytes", NULL::text AS "result_omitted_reason",
		NULL::integer AS "result_omitted_bytes", NULL::text AS "failure_type", NULL::text AS "failure_message",
		NULL::timestamp with time zone AS "payloads_deleted_at", NULL::smallint AS "retention_days", NULL::timestamp with time zone AS "moved_at",
		"created_by", "cancel_requested_by", "terminate_requested_by", "rerun_of", "start_after", "start_before", "execution_timeout_seconds",
		"retry_policy", "reference", "labels"
	FROM "executions"
	UNION ALL
	SELECT "id", "workspace_id", "seq", "status", "workflow_type", "input_bytes", "idempotency_key", "created_at", "admitted_at",
		"limit_at_admission", "started_at", "run_id", "cancel_requested_at", "cancel_delivered_at", "terminate_requested_at", "terminate_delivered_at",
		"closed_at", "result_bytes", "result_omitted_reason", "result_omitted_bytes", "failure_type", "failure_message",
		"payloads_deleted_at", "retention_days", "moved_at",
		"created_by", "cancel_requested_by", "terminate_requested_by", "rerun_of", "start_after", "start_before", "execution_timeout_seconds",
		"retry_policy", "reference", "labels"
	FROM "ended_executions"
) e;
