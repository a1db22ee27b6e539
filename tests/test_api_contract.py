"""The contract: kept as a file, complete, and held to by what is answered."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from gridtown import town as towns
from gridtown.api import contract
from gridtown.api.saying import own_words
from gridtown.cases import actions
from gridtown.people.models import Account
from tests.calling import DARK, Api
from tests.conftest import Here

DOCUMENT = contract.document()
OPERATIONS = [
    (method, path, said) for path, methods in DOCUMENT["paths"].items() for method, said in methods.items()
]
WRITES = [
    (m, p)
    for m, p, said in OPERATIONS
    if any(x["name"] == "Idempotency-Key" for x in said.get("parameters", []))
]


def test_the_contract_in_the_documents_is_the_one_that_is_served() -> None:
    assert contract.path().read_text("utf-8") == contract.text(), "run: gridtown contract"


def test_every_operation_says_what_it_does_takes_and_answers() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for method, path, said in OPERATIONS:
        assert said["summary"], path
        assert said["description"], path
        assert {"4XX", "5XX"} <= set(said["responses"]) or "application/json" not in json.dumps(
            said["responses"]
        )
        for part in json.dumps(said).split('"#/components/schemas/')[1:]:
            assert part.split('"')[0] in schemas, f"{method} {path}"


def test_whatever_writes_needs_a_key(pingyao: Here) -> None:
    uploads = {("post", "/api/files"), ("post", "/api/public/files")}  # kept under their own digest
    asking = {
        ("post", f"/api/{path}") for path in ("tools/{line}/{tool}", "claims/read", "claims/check")
    }  # writes nothing
    assert {(m, p) for m, p, _ in OPERATIONS if m != "get"} - uploads - asking == set(WRITES)
    desk = Api(pingyao, "dispatcher")
    number = desk.report().json()["number"]
    for body in ("", "short", "with space in it", "ü" * 9):
        said = desk.post(f"cases/{number}/moves/dispatch", {}, body)
        assert said.status_code == 400, body
        assert said.json()["type"] == "urn:gridtown:key_needed"


def answers(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem that a response is."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = response.json()
    assert said["type"] == f"urn:gridtown:{kind}"
    assert said["status"] == status
    assert said["request"] == response.headers["X-Request-Id"]
    assert said["detail"]
    assert not said["detail"].startswith("refusal."), said
    return said


def test_errors_are_problems_in_the_callers_language(pingyao: Here) -> None:
    desk = Api(pingyao, "dispatcher")
    told = desk.report().json()
    path = f"cases/{told['number']}/moves"
    missing = desk.report(answers={"category": "street_light"})
    assert answers(missing, 422, "form_invalid")["fields"] == {"description": "Required"}
    desk.lang = "zh-CN,zh;q=0.9"
    assert answers(desk.report(answers={}), 422, "form_invalid")["fields"] == {"description": "必填"}
    desk.lang = "en"
    assert answers(desk.post(f"{path}/fix", {"answers": {"answer": "x"}}), 422, "not_from_here")
    assert "{" not in answers(desk.post(f"{path}/verify"), 422, "not_from_here")["detail"]
    answers(desk.post(f"{path}/dispatch", {"version": 9}), 409, "overtaken")
    answers(desk.post("cases", "{not json"), 400, "malformed")
    answers(desk.post("cases", {"line": 5}), 400, "malformed")
    assert answers(desk.get("cases", size=1000), 400, "malformed")["fields"] == {"size": "Too large"}
    answers(desk.get("cases", after="xyz"), 400, "bad_cursor")
    answers(desk.get("cases", after="9" * 30), 400, "bad_cursor")
    answers(desk.get("notices", before=10**30), 400, "malformed")
    answers(desk.get("map", bbox="5,5,1,1", zoom=3), 400, "malformed")
    answers(desk.get("nothing/here"), 404, "not_found")
    assert desk.client.patch("/api/cases").status_code in (404, 405)


def test_what_is_not_there_and_what_is_not_yours_answer_alike(pingyao: Here) -> None:
    number = Api(pingyao, "dispatcher").report(village="330110110001").json()["number"]
    other = Api(pingyao, "village-330110110002-receiver")
    hidden, absent = other.get(f"cases/{number}").json(), other.get("cases/AP2026-99999").json()
    hidden.pop("request"), absent.pop("request")
    assert hidden == absent


def test_without_a_token_nothing_is_told(pingyao: Here) -> None:
    for method, path, said in OPERATIONS:
        if "security" in said and method == "get":
            called = path.replace("{number}", "AP2026-00001").replace("{record}", "1").replace("/api/", "")
            answers(Api(pingyao).get(called), 401, "token_needed")
    forged = Api(pingyao)
    forged.token = "gt_nobody"
    answers(forged.get("cases"), 401, "token_needed")


def test_a_failure_inside_says_nothing_of_the_inside(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Api(pingyao, "dispatcher")

    def fail(**said: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(actions, "report", fail)
    said = desk.report()
    assert "hunter2" not in said.content.decode()
    assert answers(said, 500, "inside")["request"] in caplog.text
    assert "hunter2" in caplog.text


def test_the_pages_own_session_serves_with_its_csrf_token(pingyao: Here) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(Account.objects.get(pk=pingyao.post("dispatcher").holders[0]))
    assert browser.get("/api/cases").status_code == 200
    lon, lat = pingyao.inside()
    said = {"line": "appeals", "kind": "matter", "answers": DARK, "point": {"lon": lon, "lat": lat}}
    bare = {"Idempotency-Key": "from-the-page"}
    sent = browser.post("/api/cases", said, content_type="application/json", headers=bare)
    assert sent.status_code == 403
    browser.get("/signin")
    token = browser.cookies["csrftoken"].value
    headers = {**bare, "X-CSRFToken": token}
    assert (
        browser.post("/api/cases", said, content_type="application/json", headers=headers).status_code == 201
    )


def test_lines_are_told_with_their_forms_and_words(pingyao: Here) -> None:
    api = Api(pingyao)
    assert {line["key"] for line in api.get("lines").json()["lines"]} >= {"appeals", "patrol"}
    line = api.get("lines/appeals").json()
    kind = line["kinds"][0]
    assert kind["intake"]["schema"]["required"] == ["description"]
    assert {"dispatch", "fix", "verify"} <= {move["verb"] for move in kind["moves"]}
    assert line["words"]["verb.dispatch"]
    assert all(limit["basis"] for limit in kind["limits"])
    assert api.get("lines/nothing").status_code == 404


def test_a_line_is_told_with_its_dictionaries_and_not_with_a_towns_own_data(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = pingyao.town
    heights = {"r1": {"key": "r1", "zh": "高程", "en": "Elevation", "heights": "1 2 3"}}
    own = {**town.tables, "lookout": {**town.tables["lookout"], "elevation": heights}}
    monkeypatch.setattr(towns, "current", lambda: replace(town, tables=own))
    told = Api(pingyao).get("lines/lookout").json()["tables"]
    assert {"burning", "danger"} <= told.keys()
    assert "elevation" not in told
    assert Api(pingyao).get("lines/appeals").json()["tables"]["category"], (
        "the town's, from which its form asks"
    )


def test_outlines_are_sent_once(pingyao: Here) -> None:
    first = Api(pingyao).get("outlines", level="village")
    assert len(first.json()["features"]) == 21
    again = Client().get("/api/outlines?level=village", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_word_of_the_interface_is_there_in_both_languages() -> None:
    assert own_words()["refusal.token_needed"]["en"]
