"""Takes two orders, each in one transaction with the execution that is to fulfil it: one is committed, one is rolled back."""

import json
import os
import urllib.request
import uuid
from urllib.error import HTTPError

import psycopg

URL = os.environ.get("SLUICE_URL", "http://127.0.0.1:8080")
WORKSPACE = os.environ.get("SLUICE_WORKSPACE", "acme")
KEY = os.environ.get("SLUICE_KEY")
REQUESTED_URL = os.environ.get("REQUESTED_URL", "http://127.0.0.1:9099/hello")
WAIT_SECONDS = 60


class NoCoffee(Exception):
    pass


def take_order(connection: psycopg.Connection, order: str, item: str) -> str:
    """Writes the order and asks for the execution, whose id it gives. Both exist once the transaction has committed."""
    connection.execute("insert into shop_orders (id, item) values (%s, %s)", (order, item))
    request = json.dumps({"method": "GET", "url": REQUESTED_URL})
    (execution,) = connection.execute(
        "select sluice.enqueue(%s, %s, %s::text, idempotency_key => %s)::text",
        (WORKSPACE, "httpRequest", request, f"order-{order}"),
    ).fetchone()
    return execution


def wait(execution: str) -> dict:
    """The execution when it has ended."""
    url = f"{URL}/v1/workspaces/{WORKSPACE}/executions/{execution}?wait={WAIT_SECONDS}"
    headers = {"Authorization": f"Bearer {KEY}"} if KEY else {}
    while True:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=WAIT_SECONDS + 15
        ) as answer:
            ended = json.load(answer)
        if ended["closedAt"] is not None:
            return ended


def main() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table if not exists shop_orders (id text primary key, item text not null)")

        order = str(uuid.uuid4())
        with connection.transaction():
            execution = take_order(connection, order, "tea")
        ended = wait(execution)
        print(f"order {order} {ended['status']} with {ended['result']['status']}")

        try:
            with connection.transaction():
                execution = take_order(connection, str(uuid.uuid4()), "coffee")
                raise NoCoffee("there is no coffee")
        except NoCoffee as error:
            print(f"rolled back: {error}")
        try:
            wait(execution)
        except HTTPError as error:
            if error.code != 404:
                raise
            print("its execution does not exist")


if __name__ == "__main__":
    main()
