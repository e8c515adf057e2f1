"""Runs thirty requests of one workspace and prints each result as it comes: one request each, and no polling."""

import os
from concurrent.futures import ThreadPoolExecutor

from sluice_client import AuthenticatedClient, Client
from sluice_client.api.executions import enqueue_execution
from sluice_client.models import EnqueueExecutionBody, Execution

EXECUTIONS = 30
WAIT_SECONDS = 60
URL = os.environ.get("SLUICE_URL", "http://127.0.0.1:8080")
WORKSPACE = os.environ.get("SLUICE_WORKSPACE", "acme")
KEY = os.environ.get("SLUICE_KEY")
REQUESTED_URL = os.environ.get("REQUESTED_URL", "http://127.0.0.1:9099/hello")

# Longer than a request waits.
TIMEOUT_SECONDS = WAIT_SECONDS + 15


def run(client: Client | AuthenticatedClient, key: str) -> Execution:
    """The execution when it has ended. The key makes it safe to call again after an error: nothing runs twice."""
    body = EnqueueExecutionBody(
        workflow_type="httpRequest",
        input_={"method": "GET", "url": REQUESTED_URL},
    )
    while True:
        # A repeat of the key answers with the same execution, so the same request goes on waiting.
        answer = enqueue_execution.sync_detailed(
            WORKSPACE, client=client, body=body, wait=WAIT_SECONDS, idempotency_key=key
        )
        if not isinstance(answer.parsed, Execution):
            raise SystemExit(f"{answer.status_code}: {answer.content.decode()}")
        if answer.parsed.closed_at is not None:
            return answer.parsed


def main() -> None:
    client = (
        AuthenticatedClient(URL, token=KEY, timeout=TIMEOUT_SECONDS)
        if KEY
        else Client(URL, timeout=TIMEOUT_SECONDS)
    )
    with client, ThreadPoolExecutor(max_workers=EXECUTIONS) as threads:
        keys = [f"python-caller-{os.getpid()}-{number}" for number in range(1, EXECUTIONS + 1)]
        for number, execution in enumerate(threads.map(lambda key: run(client, key), keys), start=1):
            outcome = execution.failure.message if execution.failure else execution.result
            print(f"{number:2} {execution.status.value} {outcome}")


if __name__ == "__main__":
    main()
