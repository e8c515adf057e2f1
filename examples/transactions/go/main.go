// Takes two orders, each in one transaction with the execution that is to fulfil it: one is committed, one is rolled back.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/jackc/pgx/v5"
)

var workspace = setting("SLUICE_WORKSPACE", "acme")

// The longest that one request waits, in seconds.
const waitSeconds = 60

func main() {
	ctx := context.Background()
	connection, err := pgx.Connect(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close(ctx)
	if _, err := connection.Exec(ctx, "create table if not exists shop_orders (id text primary key, item text not null)"); err != nil {
		log.Fatal(err)
	}

	var execution string
	order := rand.Text()
	err = pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) (err error) {
		execution, err = takeOrder(ctx, tx, order, "tea")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	code, ended, err := wait(execution)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("order %s %s with %v (HTTP %d)\n", order, ended.Status, ended.Result["status"], code)

	noCoffee := errors.New("there is no coffee")
	err = pgx.BeginFunc(ctx, connection, func(tx pgx.Tx) (err error) {
		if execution, err = takeOrder(ctx, tx, rand.Text(), "coffee"); err != nil {
			return err
		}
		return noCoffee
	})
	if !errors.Is(err, noCoffee) {
		log.Fatal(err)
	}
	fmt.Printf("rolled back: %v\n", err)
	if code, _, err = wait(execution); err != nil || code != http.StatusNotFound {
		log.Fatalf("HTTP %d, %v", code, err)
	}
	fmt.Println("its execution does not exist")
}

// takeOrder writes the order and asks for the execution. Both exist once tx has committed.
func takeOrder(ctx context.Context, tx pgx.Tx, id, item string) (execution string, err error) {
	if _, err = tx.Exec(ctx, "insert into shop_orders (id, item) values ($1, $2)", id, item); err != nil {
		return "", err
	}
	input, err := json.Marshal(map[string]string{"method": "GET", "url": setting("REQUESTED_URL", "http://127.0.0.1:9099/hello")})
	if err != nil {
		return "", err
	}
	err = tx.QueryRow(ctx, "select sluice.enqueue($1, $2, $3::text, idempotency_key => $4)::text",
		workspace, "httpRequest", string(input), "order-"+id).Scan(&execution)
	return execution, err
}

type execution struct {
	Status   string         `json:"status"`
	Result   map[string]any `json:"result"`
	ClosedAt *string        `json:"closedAt"`
}

// wait returns the execution when it has ended, or the HTTP status that says why there is none.
func wait(id string) (code int, ended execution, err error) {
	for ended.ClosedAt == nil {
		url := fmt.Sprintf("%s/v1/workspaces/%s/executions/%s?wait=%d", setting("SLUICE_URL", "http://127.0.0.1:8080"), workspace, id, waitSeconds)
		request, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return 0, ended, err
		}
		if key := os.Getenv("SLUICE_KEY"); key != "" {
			request.Header.Set("Authorization", "Bearer "+key)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, ended, err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if code = answer.StatusCode; err != nil || code != http.StatusOK {
			return code, ended, err
		}
		if err = json.Unmarshal(body, &ended); err != nil {
			return code, ended, err
		}
	}
	return code, ended, nil
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
