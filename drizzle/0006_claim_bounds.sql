ALTER TABLE "workspaces" ADD COLUMN "claimed_through_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "oldest_running_seq" bigint DEFAULT 0 NOT NULL;