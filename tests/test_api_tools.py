"""Tools and signals over HTTP: the same rules as on the pages, and tokens that a device is given for its post."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gridtown import town as towns
from gridtown.cases import store
from gridtown.cases.actions.reporting import decoded
from gridtown.town import clock
from tests import carriers
from tests.calling import Api
from tests.conftest import NOON, Here

HOME = "330110110001"


@pytest.fixture
def here(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Pingyao at noon with two pumps, and a gauge whose post nobody holds yet."""
    grown = carriers.grown(pingyao.town)
    monkeypatch.setattr(towns, "current", lambda: grown)
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for n in range(2):
        carriers.pump(pingyao.hats("dispatcher"), NOON, n, HOME, 10 + n)
    carriers.gauge(pingyao.town.code, HOME, account=False)
    return pingyao


@pytest.fixture
def device(here: Here, capsys: pytest.CaptureFixture[str]) -> Api:
    """The gauge, with a token made by the command."""
    call_command("token", "gauge-1", "--label", "水位计一号", "--lang", "en")
    caller = Api(here)
    caller.token = capsys.readouterr().out.rsplit(" ", 1)[1].strip()
    return caller


def pump_id() -> int:
    return int(store.fetch("SELECT min(id) FROM cases_record WHERE register = 'pump'", [])[0][0])


def test_tools_are_listed_with_what_they_ask(here: Here) -> None:
    listed = Api(here, "dispatcher").get("tools").json()["tools"]
    (plan, finish) = [tool for tool in listed if tool["line"] == "pumps"]
    assert (plan["line"], plan["key"], plan["name"], plan["shows"]) == (
        "pumps", "plan", "Pump plan", ["pump", "litres", "sort", "post"],
    )  # fmt: skip
    assert [f["name"] for f in plan["asks"]["fields"]] == ["most", "sort", "pump"]
    assert plan["asks"]["schema"]["properties"]["sort"]["enum"] == ["wet", "trial"]
    assert finish["asks"]["fields"] == []
    others = Api(here, "leader").get("tools").json()["tools"]
    assert not [tool for tool in others if tool["line"] == "pumps"]


def test_a_program_asks_and_accepts(here: Here) -> None:
    desk = Api(here, "dispatcher")
    told = desk.post("tools/pumps/plan", {"answers": {"sort": "wet"}}).json()
    first, second = told["proposals"]
    answers = {"pump": first["what"]["pump"], "sort": "wet", "title": "试泵 1 号泵"}
    assert first["does"] == [{"answers": answers, "kind": "run"}]
    assert first["why"] == ["Idle at 2026-03-02 12:00, fit for Flood"]
    assert (first["confidence"], first["accepted"]) == (0.5, False)
    said = {"answers": {"sort": "wet"}, "at": told["at"], "proposals": [first["digest"]]}
    (done,) = desk.post("tools/pumps/plan/accept", said).json()["results"]
    assert done["wrote"][0]["verb"] == "report"
    assert desk.get(f"cases/{done['wrote'][0]['number']}").json()["channel"] == "tool"
    again = desk.post("tools/pumps/plan/accept", {**said, "proposals": [first["digest"], "0" * 32]}).json()[
        "results"
    ]
    assert again[0] == {
        "digest": first["digest"],
        "wrote": [{"number": done["wrote"][0]["number"], "verb": ""}],
        "repeated": True,
    }
    assert again[1]["type"] == "urn:gridtown:proposal_gone"
    assert again[1]["detail"].startswith("Things have changed")
    (rest,) = desk.post("tools/pumps/plan/accept", {**said, "proposals": None}).json()["results"]
    assert rest["digest"] == second["digest"]


@pytest.mark.parametrize(
    ("path", "said", "status", "kind"),
    [
        ("pumps/plan", {"answers": {"most": -1}}, 422, "form_invalid"),
        ("pumps/plan", {"question": {}}, 400, "malformed"),
        ("pumps/nothing", {}, 404, "not_found"),
        ("pumps/plan/accept", {"answers": {}, "at": "2026-03-02T04:00:00", "proposals": None}, 400, "malformed"),
        ("pumps/plan/accept", {"answers": {}, "at": "2026-02-02T04:00:00Z", "proposals": None}, 422, "question_old"),
        ("pumps/plan/accept", {"answers": {}, "at": "2026-03-02T04:00:00Z", "proposals": []}, 400, "malformed"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_a_problem(
    here: Here, path: str, said: Any, status: int, kind: str
) -> None:
    answer = Api(here, "dispatcher").post(f"tools/{path}", said)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:gridtown:{kind}")
    assert Api(here, "leader").post("tools/pumps/plan", {}).status_code == 404


def test_a_device_sends_a_reading_with_the_token_of_its_post(here: Here, device: Api) -> None:
    assert [(s["line"], s["key"], s["name"]) for s in device.get("signals").json()["signals"]] == [
        ("pumps", "level", "Water level")
    ]
    reading = {"pump": pump_id(), "cm": 250}
    sent = device.post("signals/pumps/level", reading, "reading-0001")
    assert sent.status_code == 201
    (wrote,) = sent.json()["wrote"]
    again = device.post("signals/pumps/level", reading, "reading-0001")
    assert (again.status_code, again.json()) == (200, {**sent.json(), "repeated": True})
    calm = device.post("signals/pumps/level", {**reading, "cm": 1})
    assert (calm.status_code, set(calm.json())) == (201, {"entry"})
    assert store.case_by("number", wrote["number"]).channel == "device"
    failed = device.post("signals/pumps/level", {**reading, "cm": 13}).json()
    assert failed["type"] == "urn:gridtown:signal_failed"
    assert failed["detail"].startswith("The reading is noted")


def test_a_reading_that_is_not_taken_is_answered_as_a_problem_and_logged(
    here: Here, device: Api, caplog: pytest.LogCaptureFixture
) -> None:
    cases = [
        ("{not json", None, 400, "malformed"),
        ({"cm": 250}, None, 422, "form_invalid"),
        ({"pump": pump_id(), "cm": 250}, "short", 400, "key_needed"),
        ([1], None, 400, "malformed"),
    ]
    for said, key, status, kind in cases:
        answer = device.post("signals/pumps/level", said, key)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:gridtown:{kind}"), said
    assert len([r for r in caplog.records if "was not taken" in r.message]) == len(cases)
    other = Api(here, "dispatcher").post("signals/pumps/level", {"pump": pump_id(), "cm": 250})
    assert other.json()["type"] == "urn:gridtown:may_not_signal"
    assert Api(here).post("signals/pumps/level", {}).status_code == 401
    assert device.post("signals/pumps/wave", {}).status_code == 404
    assert store.fetch("SELECT 1 FROM cases_entry WHERE verb = 'signal'", []) == []


def test_a_revoked_token_opens_nothing_and_both_are_in_the_journal(
    here: Here, device: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.api.caller.REMEMBERED", 0.0)
    call_command("token", "--list", "--lang", "en")
    number, name, label, last4, _, state = capsys.readouterr().out.strip().split("\t")
    assert (name, label, last4, state) == ("device-gauge-1", "水位计一号", f"…{device.token[-4:]}", "valid")
    assert device.get("signals").status_code == 200
    call_command("token", "--revoke", number)
    assert device.get("signals").status_code == 401
    with pytest.raises(CommandError):
        call_command("token", "--revoke", number)
    call_command("token", "--list", "--lang", "en")
    assert "no longer valid" in capsys.readouterr().out
    noted = store.fetch("SELECT answers FROM cases_entry WHERE verb = 'token' ORDER BY id", [])
    assert [decoded(answers)["done"] for (answers,) in noted] == ["make", "revoke"]
    assert device.token not in str(noted)


def test_a_second_token_is_for_the_same_holder_and_several_holders_must_be_told_apart(
    here: Here, device: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("token", "gauge-1", "--days", "30", "--lang", "en")
    assert "account device-gauge-1" in capsys.readouterr().out
    for args in (["nobody"], [], ["dispatcher"], ["dispatcher", "--account", "device-gauge-1"]):
        with pytest.raises(CommandError):
            call_command("token", *args)
    name = here.hats("dispatcher")[0].person
    call_command("token", "dispatcher", "--account", name, "--lang", "en")
    assert f"account {name}" in capsys.readouterr().out
