ALTER TYPE "limit_change_source" ADD VALUE 'tier';--> statement-breakpoint
CREATE TABLE "tier_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tier" "tier" NOT NULL,
	"changed_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"source" "limit_change_source" NOT NULL,
	"limit" integer NOT NULL,
	"max_duration_seconds" integer NOT NULL,
	"max_pending" integer NOT NULL,
	"max_pending_bytes" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tiers" (
	"name" "tier" PRIMARY KEY NOT NULL,
	"limit" integer NOT NULL,
	"max_duration_seconds" integer NOT NULL,
	"max_pending" integer NOT NULL,
	"max_pending_bytes" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "tiers_limit_range" CHECK ("tiers"."limit" between 1 and 1000),
	CONSTRAINT "tiers_positive" CHECK ("tiers"."max_duration_seconds" > 0 and "tiers"."max_pending" > 0 and "tiers"."max_pending_bytes" > 0)
);
--> statement-breakpoint
ALTER TABLE "tier_changes" ADD CONSTRAINT "tier_changes_tier_tiers_name_fk" FOREIGN KEY ("tier") REFERENCES "tiers"("name") ON DELETE no action ON UPDATE no action;