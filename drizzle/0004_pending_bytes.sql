ALTER TABLE "workspaces" ADD COLUMN "pending_bytes" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What is pending is counted once; from here on each change of the queue keeps the count.
UPDATE "workspaces" w SET "pending_bytes" = p."bytes"
FROM (
  SELECT "workspace_id", coalesce(sum(octet_length("input")), 0) AS "bytes"
  FROM "executions" WHERE "status" = 'pending' GROUP BY "workspace_id"
) p
WHERE w."id" = p."workspace_id";
