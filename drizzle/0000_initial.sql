CREATE TYPE "limit_change_source" AS ENUM('api', 'signal', 'configuration');--> statement-breakpoint
CREATE TYPE "execution_status" AS ENUM('pending', 'running', 'completed', 'failed', 'cancelled', 'terminated', 'timed_out');--> statement-breakpoint
CREATE TYPE "tier" AS ENUM('pro', 'enterprise');--> statement-breakpoint
CREATE TYPE "workspace_workers" AS ENUM('pool', 'external');--> statement-breakpoint
CREATE TABLE "deployment" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "deployment_only_row" CHECK ("deployment"."only_row")
);
--> statement-breakpoint
CREATE TABLE "executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"status" "execution_status" DEFAULT 'pending' NOT NULL,
	"workflow_type" text NOT NULL,
	"input" text,
	"idempotency_key" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"admitted_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"run_id" text,
	"cancel_requested_at" timestamp with time zone,
	"cancel_delivered_at" timestamp with time zone,
	"result" text,
	"result_omitted_reason" text,
	"result_omitted_bytes" integer,
	"failure_type" text,
	"failure_message" text,
	CONSTRAINT "executions_running_is_admitted" CHECK ("executions"."status" <> 'running' or "executions"."admitted_at" is not null),
	CONSTRAINT "executions_terminal_is_closed" CHECK (("executions"."status" in ('pending', 'running')) = ("executions"."closed_at" is null))
);
--> statement-breakpoint
CREATE TABLE "limit_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"changed_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"source" "limit_change_source" NOT NULL,
	"tier" "tier" NOT NULL,
	"limit_override" integer,
	"limit" integer NOT NULL,
	"signal_key" text,
	CONSTRAINT "limit_changes_signal_key" UNIQUE("signal_key")
);
--> statement-breakpoint
CREATE TABLE "workflow_types" (
	"name" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"tier" "tier" NOT NULL,
	"limit_override" integer,
	"workers" "workspace_workers" DEFAULT 'pool' NOT NULL,
	"limit_in_force" integer NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"pending" integer DEFAULT 0 NOT NULL,
	"running" integer DEFAULT 0 NOT NULL,
	"reconciled_at" timestamp with time zone,
	"last_admission_at" timestamp with time zone,
	"gate_run_id" text,
	"sweep_wakes" integer DEFAULT 0 NOT NULL,
	"sweep_after" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "workspaces_id_form" CHECK ("workspaces"."id" ~ '^[A-Za-z0-9_-]{1,64}$'),
	CONSTRAINT "workspaces_limit_override_range" CHECK ("workspaces"."limit_override" between 1 and 1000),
	CONSTRAINT "workspaces_pending_not_negative" CHECK ("workspaces"."pending" >= 0)
);
--> statement-breakpoint
ALTER TABLE "executions" ADD CONSTRAINT "executions_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_changes" ADD CONSTRAINT "limit_changes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "executions_seq" ON "executions" USING btree ("workspace_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "executions_idempotency_key" ON "executions" USING btree ("workspace_id","idempotency_key") WHERE "executions"."idempotency_key" is not null;--> statement-breakpoint
CREATE INDEX "executions_pending" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "executions_running" ON "executions" USING btree ("workspace_id","seq") WHERE "executions"."status" = 'running';--> statement-breakpoint
CREATE INDEX "executions_by_status" ON "executions" USING btree ("workspace_id","status","seq");--> statement-breakpoint
CREATE INDEX "executions_start_time_unknown" ON "executions" USING btree ("admitted_at") WHERE "executions"."admitted_at" is not null and "executions"."started_at" is null;--> statement-breakpoint
CREATE INDEX "limit_changes_by_workspace" ON "limit_changes" USING btree ("workspace_id","id");--> statement-breakpoint
CREATE INDEX "workspaces_with_work" ON "workspaces" USING btree ("id") WHERE "workspaces"."pending" > 0 or "workspaces"."running" > 0;