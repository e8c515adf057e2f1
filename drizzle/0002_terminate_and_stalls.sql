CREATE TYPE "stall_reason" AS ENUM('task-failing', 'no-worker', 'task-waiting', 'unreadable-memo');--> statement-breakpoint
CREATE TABLE "stall_round" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"after_workspace_id" text DEFAULT '' NOT NULL,
	"after_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "stall_round_only_row" CHECK ("stall_round"."only_row")
);
--> statement-breakpoint
CREATE TABLE "stalled_executions" (
	"execution_id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"reason" "stall_reason" NOT NULL,
	"message" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"failure_cause" text,
	"failure_message" text,
	"attempt" integer,
	"seen_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "terminate_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "terminate_delivered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "stalled_executions" ADD CONSTRAINT "stalled_executions_execution_id_executions_id_fk" FOREIGN KEY ("execution_id") REFERENCES "executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stalled_executions_by_workspace" ON "stalled_executions" USING btree ("workspace_id");