// A worker of a workspace with `workers: external`, as a team that writes Go would run it: it polls that workspace's task queue, and
// knows nothing of Sluice but the queue's name.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// Polls until it is told to stop. Prints one line when it has a connection: whoever started it waits for that.
func run() error {
	temporal, err := client.DialContext(context.Background(), client.Options{
		HostPort:  required("TEMPORAL_ADDRESS"),
		Namespace: required("TEMPORAL_NAMESPACE"),
	})
	if err != nil {
		return fmt.Errorf("connect to Temporal: %w", err)
	}
	defer temporal.Close()

	w := worker.New(temporal, "workflow.workspace."+required("WORKSPACE_ID"), worker.Options{
		// A worker that cannot go on ends, and is started again by whoever started it.
		OnFatalError: func(err error) { log.Fatal(err) },
	})
	register(w)
	if err := w.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	fmt.Println("polling")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	w.Stop()
	return nil
}

func required(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("%s is not set", name)
	}
	return value
}
