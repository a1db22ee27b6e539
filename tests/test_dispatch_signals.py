"""Signals: decided and noted in one transaction; sent twice, at once, malformed or by the wrong device."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError

from gridtown import town as towns
from gridtown.cases import actions, ledger, store
from gridtown.cases.actions import NotFound
from gridtown.cases.actions.reporting import decoded
from gridtown.dispatch import carrying, signals
from gridtown.kernel.told import Refused
from tests import carriers
from tests.conftest import NOON, Here
from tests.scratch import Scratch

HOME, OTHER = "330110110001", "330110110002"


@pytest.fixture
def here(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Pingyao with two pumps, and a gauge in one village."""
    grown = carriers.grown(pingyao.town)
    monkeypatch.setattr(towns, "current", lambda: grown)
    carriers.gauge(pingyao.town.code, HOME)
    return pingyao


def pump(here: Here, place: str = HOME, n: int = 1) -> int:
    return carriers.pump(here.hats("dispatcher"), NOON, n, place)


def send(here: Here, key: str, pump: int, cm: float, post: str = "gauge-1", **more: Any) -> signals.Received:
    hats = here.hats(post)
    reading = {"pump": pump, "cm": cm, **more}
    return signals.receive("pumps", "level", reading, hats=hats, now=NOON, sent_as=key)


def noted() -> list[dict[str, Any]]:
    found = store.fetch("SELECT answers FROM cases_entry WHERE verb = 'signal' ORDER BY id", [])
    return [decoded(answers) for (answers,) in found]


def runs() -> list[tuple[Any, ...]]:
    return store.fetch(
        "SELECT number, channel, place, version FROM cases_case WHERE line = 'pumps' ORDER BY id", []
    )


def test_a_signal_opens_a_case_the_next_one_adds_to_it_and_each_is_noted(here: Here) -> None:
    record = pump(here)
    first, second, calm = (
        send(here, "k1", record, 250),
        send(here, "k2", record, 300),
        send(here, "k3", record, 20.5),
    )
    ((number, channel, place, version),) = runs()
    assert (channel, place, version) == ("device", HOME, 2)
    wrote = [(one.number, one.verb) for told in (first, second, calm) for one in told.wrote]
    assert wrote == [(number, "report"), (number, "note")]
    assert {e.by for e in store.entries_of(store.case_by("number", number).id)} == {"device-gauge-1"}
    assert [(n["signal"], n["reading"], [w["verb"] for w in n.get("wrote", ())]) for n in noted()] == [
        ("pumps/level", {"pump": record, "cm": 250.0}, ["report"]),
        ("pumps/level", {"pump": record, "cm": 300.0}, ["note"]),
        ("pumps/level", {"pump": record, "cm": 20.5}, []),
    ]
    assert ledger.verify().faults == ()


def test_a_signal_sent_twice_is_taken_once(here: Here) -> None:
    record = pump(here)
    first, again = send(here, "k1", record, 250), send(here, "k1", record, 250)
    assert (again.repeated, again.wrote, again.entry) == (True, first.wrote, first.entry)
    assert (len(runs()), len(noted())) == (1, 1)
    actions.journal(verb="export", answers={}, by=here.hats("dispatcher")[0], now=NOON, key="k2")
    with pytest.raises(Refused, match="key_reused"):
        send(here, "k2", record, 250)


def test_personal_answers_of_a_reading_are_not_noted_in_clear(here: Here) -> None:
    send(here, "k1", pump(here), 20, seen_by="演示人")
    assert "seen_by" not in noted()[0]["reading"]
    assert store.fetch("SELECT 1 FROM cases_entry WHERE answers LIKE %s", ["%演示人%"]) == []


@pytest.mark.parametrize(
    ("reading", "fields"),
    [
        ({"cm": 250}, {"pump": "mistake.missing"}),
        ({"pump": "one", "cm": -1}, {"pump": "mistake.int", "cm": "mistake.greater"}),
        ({"pump": 1, "cm": 9, "more": 1}, {"more": "mistake.extra_forbidden"}),
        ({"pump": 99, "cm": 250}, {"pump": "refusal.no_such_record"}),
    ],
)  # fmt: skip
def test_a_malformed_reading_is_refused_and_changes_nothing(here: Here, reading: Any, fields: Any) -> None:
    with pytest.raises(Refused) as refusal:
        signals.receive("pumps", "level", reading, hats=here.hats("gauge-1"), now=NOON, sent_as="k1")
    assert refusal.value.fields == fields
    assert (noted(), runs()) == ([], [])


def test_only_its_own_role_sends_a_signal_and_only_of_what_it_may_see(here: Here) -> None:
    near, far = pump(here), pump(here, OTHER, 2)
    with pytest.raises(Refused, match="may_not_signal"):
        send(here, "k1", near, 250, post="dispatcher")
    for line, key in (("pumps", "wave"), ("nothing", "level")):
        with pytest.raises(NotFound):
            signals.receive(line, key, {}, hats=here.hats("gauge-1"), now=NOON, sent_as="k2")
    with pytest.raises(Refused) as refusal:
        send(here, "k3", far, 250)
    assert refusal.value.fields == {"pump": "refusal.no_such_record"}
    assert signals.sendable(here.hats("dispatcher")) == []
    assert [(line, s.key) for line, s in signals.sendable(here.hats("gauge-1"))] == [("pumps", "level")]


@pytest.mark.parametrize(("cm", "why"), [(950, "not_found"), (13, "signal_failed")])
def test_what_cannot_be_written_is_undone_and_the_reading_is_noted_with_the_reason(
    here: Here, cm: float, why: str
) -> None:
    told = send(here, "k1", pump(here), cm)
    assert (told.wrote, told.refused, runs()) == ((), why, [])
    assert noted()[0]["refused"] == why
    assert noted()[0]["reading"]["cm"] == cm
    again = send(here, "k1", pump(here), cm)
    assert (again.repeated, again.refused) == (True, why)


def test_when_the_database_fails_nothing_is_noted_and_the_signal_may_come_again(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = pump(here)

    def fail(*args: Any, **more: Any) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(carrying.actions, "report", fail)
        with pytest.raises(DatabaseError):
            send(here, "k1", record, 250)
    assert noted() == []
    assert not send(here, "k1", record, 250).repeated


@pytest.mark.slow
def test_of_several_at_one_moment_the_first_opens_and_the_others_add(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    try:
        *said, pump = scratch.run("tests.programs.gauges", "race")
        seen = scratch.run("tests.programs.gauges", "seen", pump.removeprefix("pump "))
    finally:
        scratch.close()
    assert sorted(said[:3]) == ["taken note", "taken note", "taken report"]
    assert sorted(said[3:6]) == ["repeated note", "repeated note", "repeated report"]
    assert seen == ["readings 250 250 250", "cases 1", "faults 0"]
