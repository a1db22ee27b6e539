"""Cases over HTTP: the same actions as the pages, twice is once, pages that go on, statements that do not grow."""

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from gridtown.cases import store
from gridtown.cases.models import Case
from gridtown.people import snapshot as people
from tests.calling import DARK, Api
from tests.conftest import Here

MOST = 6  # statements a call


@pytest.fixture
def desk(pingyao: Here) -> Api:
    """The dispatcher's calls."""
    return Api(pingyao, "dispatcher")


def holder_of(number: str) -> str:
    """The post that a case waits on."""
    row = store.case_by("number", number)
    assert row is not None
    post = people.current().by_id(row.holder_id or 0)
    assert post is not None
    return post.key


def test_a_report_is_opened_once_and_read_again(desk: Api) -> None:
    first = desk.report("submission-1")
    assert first.status_code == 201
    again = desk.report("submission-1")
    assert (again.status_code, again.json()["number"]) == (200, first.json()["number"])
    assert again.json()["secret"] == first.json()["secret"]
    read = desk.get(f"cases/{first.json()['number']}").json()
    assert read["state"] == "reported"
    assert read["answers"]["description"] == DARK["description"]
    assert [step["verb"] for step in read["steps"]] == ["report"]
    assert "dispatch" in {offer["verb"] for offer in read["offers"]}
    assert {clock["limit"] for clock in read["clocks"]} == {"receive"}


def test_two_callers_may_use_the_same_key(pingyao: Here, desk: Api) -> None:
    other = Api(pingyao, "receiver")
    assert desk.report("submission-1").json()["number"] != other.report("submission-1").json()["number"]


def test_a_case_goes_from_report_to_end(pingyao: Here, desk: Api) -> None:
    number = desk.report().json()["number"]
    sent = desk.post(f"cases/{number}/moves/dispatch", {"version": 1})
    assert sent.status_code == 200, sent.content
    case = sent.json()["id"]
    fixed = Api(pingyao, holder_of(number)).post(f"cases/{case}/moves/fix", {"answers": {"answer": "灯已换"}})
    assert fixed.json()["state"] == "fixed", fixed.content
    checked = Api(pingyao, holder_of(number)).post(f"cases/{number}/moves/verify")
    assert checked.json()["state"] == "closed", checked.content
    steps = desk.get(f"cases/{number}").json()["steps"]
    assert [step["verb"] for step in steps] == ["report", "dispatch", "fix", "verify"]
    assert all(later["prev"] == earlier["hash"] for earlier, later in pairwise(steps))


def test_a_personal_answer_is_masked_and_read_in_clear_only_with_a_reason(pingyao: Here, desk: Api) -> None:
    told = desk.report(answers={**DARK, "contact_phone": "13812345678"}).json()
    read = desk.get(f"cases/{told['number']}")
    assert read.json()["masked"] == {"contact_phone": "138****5678"}
    assert b"13812345678" not in read.content
    assert b"sealed" not in read.content
    path = f"cases/{told['id']}/unseal"
    assert desk.post(path, {"fields": ["contact_phone"], "reason": ""}).status_code == 422
    clear = desk.post(path, {"fields": ["contact_phone"], "reason": "call back"})
    assert clear.json() == {"answers": {"contact_phone": "13812345678"}}
    assert desk.get(f"cases/{told['number']}").json()["steps"][-1]["verb"] == "unseal"
    assert Api(pingyao, "admin").post(path, {"fields": ["contact_phone"], "reason": "x"}).status_code in (
        404,
        422,
    )


def test_pages_go_on_where_the_one_before_ended(desk: Api) -> None:
    numbers = [desk.report().json()["number"] for _ in range(7)]
    first = desk.get("cases", size=3)
    assert 'rel="next"' in first.headers["Link"]
    met, cursor = [], ""
    while True:
        page = desk.get("cases", size=3, after=cursor).json()
        met += [row["number"] for row in page["rows"]]
        cursor = page["next"]
        if not cursor:
            break
    assert met == numbers[::-1]
    due = desk.get("cases", size=5, order="due").json()
    rest = desk.get("cases", size=5, order="due", after=due["next"]).json()
    assert len({row["number"] for row in due["rows"] + rest["rows"]}) == 7


def test_lists_are_narrowed(pingyao: Here, desk: Api) -> None:
    number = desk.report().json()["number"]
    desk.report()
    desk.post(f"cases/{number}/moves/dispatch")
    sent = desk.get("cases", state="dispatched").json()["rows"]
    assert [row["number"] for row in sent] == [number]
    assert [r["number"] for r in Api(pingyao, holder_of(number)).get("cases", mine=True).json()["rows"]] == [
        number
    ]
    assert len(desk.get("cases", open=True).json()["rows"]) == 2
    assert desk.get("cases", open=False).json()["rows"] == []
    assert len(desk.get("cases", text=number).json()["rows"]) == 1


def test_several_are_moved_at_once_each_with_its_result(desk: Api) -> None:
    cases = [desk.report().json()["id"] for _ in range(3)]
    desk.post(f"cases/{cases[0]}/moves/dispatch")
    said = desk.post("moves", {"verb": "dispatch", "cases": cases}, "bulk-once")
    results = {result["id"]: result for result in said.json()["results"]}
    assert results[cases[0]]["type"] == "urn:gridtown:not_from_here"
    assert all(results[case]["taken"]["state"] == "dispatched" for case in cases[1:])
    again = desk.post("moves", {"verb": "dispatch", "cases": cases}, "bulk-once").json()["results"]
    assert [r.get("taken", {}).get("repeated") for r in again] == [None, True, True]


def test_a_photo_goes_with_a_report_and_comes_back(desk: Api) -> None:
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(raw, "PNG")
    raw.seek(0)
    raw.name = "lamp.png"
    sent = desk.client.post("/api/files", {"file": raw}, headers=desk.headers())
    assert sent.status_code == 201, sent.content
    digest = sent.json()["sha256"]
    assert desk.get(f"files/{digest}").status_code == 404, "nobody's case has it yet"
    number = desk.report(answers={**DARK, "photos": [digest]}).json()["number"]
    assert desk.get(f"cases/{number}").json()["files"][0]["stage"] == "before"
    got = desk.get(f"files/{digest}")
    assert (got.status_code, got.headers["Content-Type"]) == (200, "image/jpeg")


def statements(what: Callable[[], Any]) -> int:
    """How many statements a call sends, apart from those around a transaction."""
    met: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        met.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        response = what()
    assert response.status_code < 300, response.content
    return sum(not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for sql in met)


def _copies(n: int) -> None:
    """So many more rows like those that are there, which the calls must carry in as many statements."""
    rows = list(Case.objects.all())
    copies = []
    for i in range(n):
        copy = Case(
            **{
                f.attname: getattr(rows[i % len(rows)], f.attname)
                for f in Case._meta.fields
                if f.name != "id"
            }
        )
        copy.number = f"COPY-{Case.objects.count()}-{i}"
        copies.append(copy)
    Case.objects.bulk_create(copies)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows how many cases a place has")
def test_a_board_goes_through_what_it_asks_for_and_not_all_cases_of_the_town(
    pingyao: Here, desk: Api
) -> None:
    desk.report()
    _copies(300)
    met: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        met.append((sql, params))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a town's database knows its tables' sizes, and plans by them
        with connection.execute_wrapper(note):
            assert Api(pingyao, "leader").get("targets").status_code == 200
        read = [(sql, params) for sql, params in met if "FROM cases_" in sql]
        assert read
        for sql, params in read:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            assert "case_place" not in str(cursor.fetchall()), sql


def test_statements_a_call_do_not_grow_with_the_ledger(
    pingyao: Here, desk: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.api.caller.REMEMBERED", 3600.0)  # however slow this machine is just now
    lon, lat = pingyao.inside()
    box = f"{lon - 0.02},{lat - 0.02},{lon + 0.02},{lat + 0.02}"

    def all_calls() -> dict[str, int]:
        told = desk.report().json()
        number = told["number"]
        counted = {
            "create": statements(desk.report),
            "list": statements(lambda: desk.get("cases", size=200)),
            "map": statements(lambda: desk.get("map", bbox=box, zoom=15)),
            "board": statements(lambda: desk.get("board")),
            "feed": statements(lambda: desk.get("feed", after=0)),
            "dispatch": statements(lambda: desk.post(f"cases/{number}/moves/dispatch")),
        }
        worker, path = Api(pingyao, holder_of(number)), f"cases/{number}/moves/fix"
        counted["fix"] = statements(lambda: worker.post(path, {"answers": {"answer": "灯已换"}}))
        checker, path = Api(pingyao, holder_of(number)), f"cases/{number}/moves/verify"
        counted["verify"] = statements(lambda: checker.post(path))
        counted["detail"] = statements(lambda: desk.get(f"cases/{number}"))
        return counted

    _ = all_calls()
    _copies(max(0, 7 - Case.objects.count()))
    few = all_calls()
    _copies(200)
    many = all_calls()
    assert many == few
    assert {name: n for name, n in many.items() if n > MOST} == {}
