package main

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Request is what every workflow here takes. All fields may be left out.
type Request struct {
	// The workflow waits for the signal "finish" before it does anything.
	Wait bool `json:"wait"`
	// Its memo gets a field that nobody can decode.
	EncryptMemo bool `json:"encryptMemo"`
	// How long it goes on before its end; for "brief", how long its activity works.
	Ms int `json:"ms"`
	// How often it continues as new, how often its activity fails first, or how often it panics first.
	Times int `json:"times"`
	// For "raw": a payload's encoding, and its bytes as base64.
	Encoding string `json:"encoding"`
	Data     []byte `json:"data"`
	// For failures.
	Type    string `json:"type"`
	Message string `json:"message"`
}

// Report is a result with fields.
type Report struct {
	Lines int      `json:"lines"`
	Names []string `json:"names"`
}

func register(w worker.Registry) {
	// Results, as Go's own converter writes them.
	returning(w, "struct", func(workflow.Context, Request) (Report, error) {
		return Report{Lines: 2, Names: []string{"a", "b"}}, nil
	})
	returning(w, "bytes", func(workflow.Context, Request) ([]byte, error) { return []byte{0, 1, 2, 255}, nil })
	returning(w, "emptyString", func(workflow.Context, Request) (string, error) { return "", nil })
	returning(w, "proto", func(workflow.Context, Request) (*wrapperspb.StringValue, error) {
		return wrapperspb.String("a proto"), nil
	})
	returning(w, "raw", func(_ workflow.Context, request Request) (converter.RawValue, error) {
		return rawValue(request.Encoding, request.Data), nil
	})
	ending(w, "nothing", func(workflow.Context, Request) error { return nil })

	// Failures.
	ending(w, "plainError", func(_ workflow.Context, request Request) error { return errors.New(request.Message) })
	ending(w, "applicationError", applicationError)
	ending(w, "activityError", func(ctx workflow.Context, request Request) error {
		return workflow.ExecuteActivity(withActivities(ctx), fail, request).Get(ctx, nil)
	})
	ending(w, "childError", func(ctx workflow.Context, request Request) error {
		child := Request{Type: request.Type, Message: request.Message}
		return workflow.ExecuteChildWorkflow(ctx, "applicationError", child).Get(ctx, nil)
	})
	// A panic fails the workflow task, which Temporal repeats: the execution stays open.
	ending(w, "panics", func(ctx workflow.Context, request Request) error {
		if timesSeen(workflow.GetInfo(ctx).WorkflowExecution.RunID) <= request.Times {
			panic(request.Message)
		}
		return nil
	})

	// Work.
	w.RegisterWorkflowWithOptions(brief, workflow.RegisterOptions{Name: "brief"})
	returning(w, "retries", func(ctx workflow.Context, request Request) (int, error) {
		var attempt int
		err := workflow.ExecuteActivity(withActivities(ctx), failAtFirst, request).Get(ctx, &attempt)
		return attempt, err
	})
	returning(w, "continues", func(ctx workflow.Context, request Request) (int, error) {
		if request.Times == 0 {
			return request.Ms, nil
		}
		request.Times--
		request.Wait = false // It was told to go on once for all its runs.
		return 0, workflow.NewContinueAsNewError(ctx, "continues", request)
	})
	returning(w, "withChild", func(ctx workflow.Context, request Request) (int, error) {
		var result int
		err := workflow.ExecuteChildWorkflow(ctx, brief, Request{Ms: request.Ms}).Get(ctx, &result)
		return result, err
	})

	w.RegisterActivity(work)
	w.RegisterActivity(failAtFirst)
	w.RegisterActivity(fail)
}

func brief(ctx workflow.Context, request Request) (int, error) {
	var worked int
	err := workflow.ExecuteActivity(withActivities(ctx), work, request).Get(ctx, &worked)
	return worked, err
}

func applicationError(_ workflow.Context, request Request) error {
	return temporal.NewApplicationError(request.Message, request.Type)
}

func returning[T any](w worker.Registry, name string, result func(workflow.Context, Request) (T, error)) {
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, request Request) (T, error) {
		if err := prepare(ctx, request); err != nil {
			var none T
			return none, err
		}
		return result(ctx, request)
	}, workflow.RegisterOptions{Name: name})
}

func ending(w worker.Registry, name string, end func(workflow.Context, Request) error) {
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, request Request) error {
		if err := prepare(ctx, request); err != nil {
			return err
		}
		return end(ctx, request)
	}, workflow.RegisterOptions{Name: name})
}

func prepare(ctx workflow.Context, request Request) error {
	if request.EncryptMemo {
		unreadable := rawValue("binary/encrypted", []byte{0x8f, 0x00, 0xff})
		if err := workflow.UpsertMemo(ctx, map[string]any{"theirs": unreadable}); err != nil {
			return err
		}
	}
	if request.Wait {
		workflow.GetSignalChannel(ctx, "finish").Receive(ctx, nil)
	}
	return workflow.Sleep(ctx, time.Duration(request.Ms)*time.Millisecond)
}

// A payload that the converter passes on as it is: any encoding, any bytes.
func rawValue(encoding string, data []byte) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)},
		Data:     data,
	})
}

var seen sync.Map

// How often this process has come to this place in that run, this time included.
func timesSeen(runID string) int {
	count, _ := seen.LoadOrStore(runID, new(atomic.Int64))
	return int(count.(*atomic.Int64).Add(1))
}
