DROP INDEX "workspaces_with_work";--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "has_work" boolean GENERATED ALWAYS AS (pending > 0 or running > 0) STORED;--> statement-breakpoint
CREATE INDEX "workspaces_with_work" ON "workspaces" USING btree ("id") WHERE "workspaces"."has_work";--> statement-breakpoint
-- Room on each page for the next version of its rows: they change with each request and each hand-over.
ALTER TABLE "workspaces" SET (fillfactor = 50);
