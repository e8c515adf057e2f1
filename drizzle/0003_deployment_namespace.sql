ALTER TABLE "deployment" ADD COLUMN "namespace_id" text;--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "namespace_name" text;--> statement-breakpoint
ALTER TABLE "deployment" ADD COLUMN "bound_at" timestamp with time zone;