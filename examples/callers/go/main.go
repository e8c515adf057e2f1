// Runs thirty requests of one workspace and prints each result as it comes: one request each, and no polling.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"sync"

	"example.com/caller/sluice"
)

const executions = 30

// The longest that one request waits, in seconds.
const waitSeconds = 60

func main() {
	url, workspace := setting("SLUICE_URL", "http://127.0.0.1:8080"), setting("SLUICE_WORKSPACE", "acme")
	client, err := sluice.NewClientWithResponses(url, sluice.WithRequestEditorFn(withKey(os.Getenv("SLUICE_KEY"))))
	if err != nil {
		log.Fatal(err)
	}
	var group sync.WaitGroup
	for number := 1; number <= executions; number++ {
		group.Add(1)
		go func() {
			defer group.Done()
			execution, err := run(context.Background(), client, workspace, fmt.Sprintf("go-caller-%d-%d", os.Getpid(), number))
			if err != nil {
				log.Fatalf("%d: %v", number, err)
			}
			fmt.Printf("%2d %s %v\n", number, execution.Status, outcome(execution))
		}()
	}
	group.Wait()
}

// run returns the execution when it has ended. The key makes it safe to call again after an error: nothing runs twice.
func run(ctx context.Context, client *sluice.ClientWithResponses, workspace, key string) (*sluice.Execution, error) {
	wait := waitSeconds
	body := sluice.EnqueueExecutionJSONRequestBody{
		WorkflowType: "httpRequest",
		Input:        map[string]string{"method": "GET", "url": setting("REQUESTED_URL", "http://127.0.0.1:9099/hello")},
	}
	for {
		// A repeat of the key answers with the same execution, so the same request goes on waiting.
		params := &sluice.EnqueueExecutionParams{Wait: &wait, IdempotencyKey: &key}
		answer, err := client.EnqueueExecutionWithResponse(ctx, workspace, params, body)
		if err != nil {
			return nil, err
		}
		execution := answer.JSON202
		if execution == nil {
			execution = answer.JSON200
		}
		if execution == nil {
			return nil, fmt.Errorf("%s: %s", answer.Status(), answer.Body)
		}
		if execution.ClosedAt != nil {
			return execution, nil
		}
	}
}

func outcome(execution *sluice.Execution) any {
	if execution.Failure != nil {
		return execution.Failure.Message
	}
	return execution.Result
}

func withKey(key string) sluice.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		if key != "" {
			request.Header.Set("Authorization", "Bearer "+key)
		}
		return nil
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
