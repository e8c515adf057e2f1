CREATE TYPE "inbox_kind" AS ENUM('enqueue', 'put_workspace');--> statement-breakpoint
CREATE TYPE "role_right" AS ENUM('enqueue', 'put_workspace');--> statement-breakpoint
ALTER TYPE "act" ADD VALUE 'role_granted';--> statement-breakpoint
ALTER TYPE "act" ADD VALUE 'role_revoked';--> statement-breakpoint
ALTER TYPE "change_source" ADD VALUE 'sql';--> statement-breakpoint
CREATE TABLE "execution_aliases" (
	"workspace_id" text NOT NULL,
	"id" uuid NOT NULL,
	"execution_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "execution_aliases_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"kind" "inbox_kind" NOT NULL,
	"workflow_type" text,
	"input" text,
	"idempotency_key" text,
	"attributes" jsonb,
	"tier" text,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "role_grants" (
	"role" text NOT NULL,
	"workspace_id" text NOT NULL,
	"right" "role_right" NOT NULL,
	"granted_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "role_grants_role_workspace_id_right_pk" PRIMARY KEY("role","workspace_id","right")
);
--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "max_input_bytes" integer;--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "inbox_notify" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "execution_aliases_execution" ON "execution_aliases" USING btree ("execution_id");--> statement-breakpoint
CREATE INDEX "inbox_by_workspace" ON "inbox" USING btree ("workspace_id","id");