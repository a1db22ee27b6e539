"""How many statements each call sends to the database, counted in a process of its own on the filled ledger."""

import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridtown.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402


class Count:
    """Statements apart from those that begin and end a transaction."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Count one."""
        self.n += not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK"))
        return execute(sql, params, many, context)


def main() -> None:
    """One call of each sort, the second of its kind so that nothing is read for the first time."""
    plan, client, found = json.loads(Path(sys.argv[1]).read_text()), Client(), {}
    spot = plan["spots"][0]

    def call(name: str, method: str, path: str, post: str, said: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {plan['tokens'][post]}", "Idempotency-Key": uuid4().hex}
        count = Count()
        with connection.execute_wrapper(count):
            body = json.dumps(said) if said is not None else ""
            response = client.generic(method, f"/api/{path}", body, "application/json", headers=headers)
        assert response.status_code < 300, response.content
        found[name] = count.n
        return response.json()

    for _ in range(2):
        answers = {
            "description": plan["texts"][0],
            "category": plan["category"],
            "contact_phone": "13800001234",
        }
        point = {"lon": spot["lon"], "lat": spot["lat"]}
        said = {"line": "appeals", "kind": "matter", "answers": answers, "point": point}
        number = call("create", "POST", "cases", "dispatcher", said)["number"]
        call("list_100", "GET", "cases?size=100", "dispatcher")
        call("detail", "GET", f"cases/{number}", "dispatcher")
        call(
            "dispatch",
            "POST",
            f"cases/{number}/moves/dispatch",
            "dispatcher",
            {"answers": {"to": spot["to"]}},
        )
        call("fix", "POST", f"cases/{number}/moves/fix", spot["to"], {"answers": {"answer": "已处理"}})
        call("verify", "POST", f"cases/{number}/moves/verify", spot["verify"], {})
        box = f"{spot['lon'] - 0.01},{spot['lat'] - 0.01},{spot['lon'] + 0.01},{spot['lat'] + 0.01}"
        call("map", "GET", f"map?bbox={box}&zoom=15", "dispatcher")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
