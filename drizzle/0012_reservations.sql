CREATE TABLE "workspace_listeners" (
	"workspace_id" text NOT NULL,
	"listener_id" uuid NOT NULL,
	"listens_until" timestamp with time zone NOT NULL,
	CONSTRAINT "workspace_listeners_workspace_id_listener_id_pk" PRIMARY KEY("workspace_id","listener_id")
);
--> statement-breakpoint
ALTER TABLE "ended_executions" ADD COLUMN "started_ahead" boolean;--> statement-breakpoint
ALTER TABLE "executions" ADD COLUMN "started_ahead" boolean;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "reserved_through_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "reserved_limit" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "reserved_by" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "recall_number" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "is_recalling" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "recall_wanted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "workspace_listeners_until" ON "workspace_listeners" USING btree ("listens_until");--> statement-breakpoint
-- As of the types before it: a column of it in somebody else's table would keep it from being changed.
REVOKE ALL ON TYPE "workspace_listeners" FROM PUBLIC;
