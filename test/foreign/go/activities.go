package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// An activity whose worker was killed is run again after the time-out: longer than any takes.
func withActivities(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 4 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    100 * time.Millisecond,
			BackoffCoefficient: 1.5,
			MaximumInterval:    time.Second,
		},
	})
}

// Holds a slot for that long.
func work(ctx context.Context, request Request) (int, error) {
	select {
	case <-time.After(time.Duration(request.Ms) * time.Millisecond):
		return request.Ms, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Fails that often, and then says at which attempt it worked.
func failAtFirst(ctx context.Context, request Request) (int, error) {
	attempt := int(activity.GetInfo(ctx).Attempt)
	if attempt <= request.Times {
		return 0, fmt.Errorf("attempt %d fails", attempt)
	}
	return attempt, nil
}

func fail(_ context.Context, request Request) error {
	return temporal.NewNonRetryableApplicationError(request.Message, request.Type, nil)
}
