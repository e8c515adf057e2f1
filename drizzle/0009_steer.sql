CREATE TYPE "bulk_act" AS ENUM('cancel', 'terminate', 'rerun');--> statement-breakpoint
CREATE TYPE "act" AS ENUM('workspace_created', 'tier_changed', 'limit_changed', 'workers_changed', 'paused', 'resumed', 'workspace_deleted', 'workspace_gone', 'restore_resumed', 'tier_settings_changed', 'key_created', 'key_rotated', 'key_revoked', 'bulk_cancel', 'bulk_terminate', 'bulk_rerun');--> statement-breakpoint
CREATE TYPE "change_source" AS ENUM('api', 'command line', 'signal', 'configuration', 'itself');--> statement-breakpoint
CREATE TABLE "bulk_act_parts" (
	"act_id" uuid NOT NULL,
	"workspace_id" text NOT NULL,
	"after_id" uuid DEFAULT '00000000-0000-0000-0000-000000000000' NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	"waits_for_room" boolean DEFAULT false NOT NULL,
	"due_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "bulk_act_parts_act_id_workspace_id_pk" PRIMARY KEY("act_id","workspace_id")
);
--> statement-breakpoint
CREATE TABLE "bulk_acts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" text,
	"act" "bulk_act" NOT NULL,
	"filter" jsonb NOT NULL,
	"reason" text,
	"by" text,
	"idempotency_key" text,
	"accepted_at" timestamp with time zone NOT NULL,
	"matching" integer NOT NULL,
	"matching_is_lower_bound" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"workspace_id" text,
	"act" "act" NOT NULL,
	"by" text,
	"source" "change_source" NOT NULL,
	"from" jsonb,
	"to" jsonb,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "workspace_deletions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"requested_by" text,
	"usage" jsonb DEFAULT '{}' NOT NULL,
	"last_seq" bigint,
	"last_event" bigint,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "paused_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "pause_reason" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "paused_by" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "deleting_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "deleting_by" text;--> statement-breakpoint
ALTER TABLE "bulk_act_parts" ADD CONSTRAINT "bulk_act_parts_act_id_bulk_acts_id_fk" FOREIGN KEY ("act_id") REFERENCES "bulk_acts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_act_parts_due" ON "bulk_act_parts" USING btree ("due_at") WHERE "bulk_act_parts"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_acts_idempotency_key" ON "bulk_acts" USING btree (coalesce("workspace_id", '*'),"idempotency_key") WHERE "bulk_acts"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "changes_by_workspace" ON "changes" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "workspace_deletions_by_workspace" ON "workspace_deletions" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "workspaces_paused" ON "workspaces" USING btree ("paused_until") WHERE "workspaces"."paused_at" is not null;--> statement-breakpoint
CREATE INDEX "workspaces_deleting" ON "workspaces" USING btree ("id") WHERE "workspaces"."deleting_since" is not null;--> statement-breakpoint
CREATE TABLE "sampler" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"holder" uuid NOT NULL,
	"held_until" timestamp with time zone NOT NULL,
	"through_event_id" bigint,
	CONSTRAINT "sampler_only_row" CHECK ("sampler"."only_row")
);
--> statement-breakpoint
CREATE TABLE "workspace_samples" (
	"workspace_id" text NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"pending" integer NOT NULL,
	"running" integer NOT NULL,
	"admitted" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"wait_p95_seconds" double precision,
	"handoff_p99_seconds" double precision,
	CONSTRAINT "workspace_samples_pkey" PRIMARY KEY("workspace_id","minute")
);
--> statement-breakpoint
CREATE INDEX "workspace_samples_minute" ON "workspace_samples" USING btree ("minute");--> statement-breakpoint
CREATE INDEX "workspace_samples_failed" ON "workspace_samples" USING btree ("minute") WHERE "workspace_samples"."failed" > 0;--> statement-breakpoint
-- A row is written some times in its minute: there is room for that on its page.
ALTER TABLE "workspace_samples" SET (fillfactor = 80);--> statement-breakpoint
ALTER TABLE "ended_executions" ADD COLUMN "latest_rerun" uuid;