"""Tools: asked within a scope in a constant number of queries, accepted once, refused when things have changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridtown import town as towns
from gridtown.cases import actions, ledger, store
from gridtown.cases.actions import NotFound
from gridtown.dispatch import tools
from gridtown.kernel.told import Refused
from gridtown.kernel.tool import Reads
from gridtown.people.scope import visible
from tests import carriers
from tests.conftest import NOON, Here

HOME, OTHER = "330110110001", "330110110002"
LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def here(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    """Pingyao with pumps: three that work, one that does not, in two villages."""
    assert carriers.LINE.faults() == []
    assert carriers.LINE.words_needed() <= set(carriers.WORDS) | set(towns.lines.common_words())
    grown = carriers.grown(pingyao.town)
    monkeypatch.setattr(towns, "current", lambda: grown)
    hats = pingyao.hats("dispatcher")
    for n, (place, litres) in enumerate(((HOME, 10), (HOME, 30), (OTHER, 20), (HOME, 0))):
        carriers.pump(hats, NOON, n, place, litres, owner="演示人")
    return pingyao


def ask(
    here: Here, key: str = "plan", post: str = "dispatcher", at: Any = None, now: Any = NOON, **said: Any
) -> Any:
    hats = here.hats(post)
    return tools.ask("pumps", key, said, hats=hats, scope=visible(hats), now=now, at=at)


def accept(
    here: Here,
    wanted: Any,
    key: str = "plan",
    post: str = "dispatcher",
    at: Any = NOON,
    now: Any = LATER,
    **said: Any,
) -> list[tools.Outcome]:
    hats = here.hats(post)
    return tools.accept("pumps", key, said, at=at, wanted=wanted, hats=hats, scope=visible(hats), now=now)


def runs() -> list[tuple[Any, ...]]:
    return store.fetch(
        "SELECT number, channel, record_id, state FROM cases_case WHERE line = 'pumps' ORDER BY id", []
    )


def test_a_tool_proposes_from_the_books_and_writes_nothing(here: Here) -> None:
    entries = store.fetch("SELECT count(*) FROM cases_entry", [])
    told = ask(here)
    assert [s.proposal.what["litres"] for s in told.suggested] == [30, 20, 10, 0]
    assert [bool(s.digest) for s in told.suggested] == [True, True, True, False]
    assert {kept.answers.get("owner") for kept in told.asked.records["pump"]} == {None}, (
        "personal answers stay out"
    )
    assert store.fetch("SELECT count(*) FROM cases_entry", []) == entries


def test_the_number_of_queries_does_not_grow(here: Here) -> None:
    def counted() -> int:
        ask(here, at=NOON, now=LATER)
        with CaptureQueriesContext(connection) as queries:
            ask(here, at=NOON, now=LATER)
        return len(queries)

    first = counted()
    for n in range(10, 40):
        record = carriers.pump(here.hats("dispatcher"), NOON, n, HOME)
        if n % 2:
            open_run(here, record, f"r{n}")
    assert counted() == first == 4, "records, cases, entries, and which proposals were accepted"


def open_run(here: Here, record: int, key: str, **more: Any) -> actions.Receipt:
    return actions.report(
        line="pumps", kind="run", answers={"pump": record, **more}, by=here.hats("dispatcher"), now=NOON, key=key,
        channel="counter",
    )  # fmt: skip


def test_cases_are_told_with_their_last_moves_and_without_personal_answers(here: Here) -> None:
    record = ask(here).suggested[0].proposal.what["pump"]
    told = open_run(here, record, "r1", caller="00012345678")
    by = here.hats("dispatcher")
    for n, remark in enumerate(("first", "second")):
        said = {"remark": remark, "who": "演示人"}
        actions.take(case=told.id, verb="note", answers=said, by=by, now=NOON, key=f"n{n}")
    ended = open_run(here, record, "r2")
    actions.take(case=ended.id, verb="finish", by=by, now=LATER, key="f")
    seen = ask(here, now=LATER).asked.cases["run"]
    assert [(s.number, s.ended, s.state) for s in seen] == [
        (told.number, False, "asked"),
        (ended.number, True, "over"),
    ]
    assert seen[0].answers == {"pump": record, "sort": "wet"}
    assert seen[0].moved == {"note": {"remark": "second"}}
    assert seen[1].moved == {"finish": {}}
    assert (seen[0].record, seen[0].place, seen[0].opened, seen[1].closed) == (record, HOME, NOON, LATER)
    only_open = ask(here, "finish", now=LATER)
    assert [s.number for s in only_open.asked.cases["run"]] == [told.number]
    long_ago = ask(here, now=NOON + timedelta(days=40)).asked.cases["run"]
    assert [s.number for s in long_ago] == [told.number], "opened too long ago, and ended"


def test_a_question_is_answered_within_the_askers_scope(here: Here) -> None:
    hidden = next(s.proposal for s in ask(here).suggested if s.proposal.what["litres"] == 20)
    open_run(here, hidden.what["pump"], "r1")
    hats = tuple(
        replace(hat, roles=frozenset({"dispatcher"})) for hat in here.hats(f"village-{HOME}-receiver")
    )
    told = tools.ask("pumps", "plan", {}, hats=hats, scope=visible(hats), now=NOON)
    assert [s.proposal.what["litres"] for s in told.suggested] == [30, 10, 0]
    assert told.asked.cases["run"] == ()
    with pytest.raises(Refused) as refusal:
        tools.ask("pumps", "plan", {"pump": hidden.what["pump"]}, hats=hats, scope=visible(hats), now=NOON)
    assert refusal.value.fields == {"pump": "refusal.no_such_record"}
    assert store.fetch("SELECT 1 FROM cases_case WHERE channel = 'tool'", []) == []


def test_whoever_may_not_see_the_case_is_told_only_that_it_is_done(here: Here) -> None:
    digest = next(s.digest for s in ask(here).suggested if s.proposal.what["litres"] == 20)
    accept(here, [digest])
    hats = tuple(
        replace(hat, roles=frozenset({"dispatcher"})) for hat in here.hats(f"village-{HOME}-receiver")
    )
    (told,) = tools.accept(
        "pumps", "plan", {}, at=NOON, wanted=[digest], hats=hats, scope=visible(hats), now=LATER
    )
    assert (told.repeated, told.wrote, told.proposal) == (True, (), None)


@pytest.mark.parametrize("post", ["leader", f"grid-{HOME}001"])
def test_a_tool_is_there_for_its_roles_only(here: Here, post: str) -> None:
    assert not [tool for line, tool in tools.offered(here.hats(post)) if line == "pumps"]
    for call in (lambda: ask(here, post=post), lambda: accept(here, None, post=post)):
        with pytest.raises(NotFound):
            call()
    offered = [tool.key for line, tool in tools.offered(here.hats("dispatcher")) if line == "pumps"]
    assert offered == ["plan", "finish"]


def test_accepting_writes_once_however_often_and_whoever_accepts(here: Here) -> None:
    first = ask(here).suggested[0]
    (done,) = accept(here, [first.digest])
    ((number, channel, record, _),) = runs()
    assert ((number, "report"), channel, record) == (
        (done.wrote[0].number, done.wrote[0].verb), "tool", first.proposal.what["pump"],
    )  # fmt: skip
    entry = store.entries_of(store.case_by("number", number).id)[0]
    assert entry.by == here.hats("dispatcher")[0].person
    (again,) = accept(here, [first.digest])
    assert (again.repeated, again.wrote[0].number, again.refused) == (True, number, None)
    hats = tuple(replace(h, person="another") for h in here.hats("dispatcher"))
    asked = {"line": "pumps", "key": "plan", "answers": {}, "at": NOON + timedelta(minutes=3), "now": LATER}
    (second,) = tools.accept(**asked, wanted=[first.digest, first.digest], hats=hats, scope=visible(hats))
    assert (second.repeated, second.wrote[0].number) == (True, number), "of the same question on the same day"
    assert len(runs()) == 1
    assert ledger.verify().faults == ()


def test_what_is_no_longer_proposed_is_refused(here: Here) -> None:
    first, second, *_ = ask(here).suggested
    open_run(here, first.proposal.what["pump"], "meanwhile")
    gone, done = accept(here, [first.digest, second.digest])
    assert gone.refused.key == "proposal_gone"
    assert done.wrote
    made_up = accept(here, ["0" * 32])[0]
    assert made_up.refused.key == "proposal_gone"
    other = accept(here, [second.digest], sort="wet")[0]
    assert other.refused.key == "proposal_gone", "another question proposes other things"
    with pytest.raises(Refused, match="question_old"):
        accept(here, [second.digest], now=NOON + timedelta(hours=25))
    with pytest.raises(Refused, match="question_old"):
        accept(here, [second.digest], at=NOON + timedelta(hours=1), now=NOON)
    assert len(runs()) == 2


def test_all_that_stand_are_accepted_together_and_none_twice(here: Here) -> None:
    outcomes = accept(here, None)
    assert [bool(o.wrote) for o in outcomes] == [True] * 3
    assert accept(here, None) == []
    shown = ask(here, at=NOON, now=LATER, most=0).suggested
    assert shown == ()
    assert {run[3] for run in runs()} == {"asked"}


def test_a_proposal_of_several_steps_is_done_whole_or_not_at_all(here: Here) -> None:
    record = ask(here).suggested[0].proposal.what["pump"]
    told, other = open_run(here, record, "r1"), open_run(here, record, "r2")
    first, second = ask(here, "finish", now=LATER).suggested
    (done,) = accept(here, [first.digest], "finish", at=LATER)
    assert [(w.number, w.verb) for w in done.wrote] == [(told.number, "note"), (told.number, "finish")]
    hats = tuple(replace(h, roles=h.roles | {"gauge"}) for h in here.hats("dispatcher"))
    barred = towns.current().kind("pumps", "run").procedure.moves[0]
    assert barred.verb == "finish"
    version = store.case_by("id", other.id).version
    object.__setattr__(barred, "guards", (lambda told, doing: "guard.by_another",))
    try:
        (refused,) = tools.accept(
            "pumps", "finish", {}, at=LATER, wanted=[second.digest], hats=hats, scope=visible(hats), now=LATER
        )
    finally:
        object.__setattr__(barred, "guards", ())
    assert (refused.refused.key, refused.wrote) == ("guard.by_another", ())
    assert store.case_by("id", other.id).version == version, "the note before it was undone"


def test_what_a_tool_still_proposes_is_shown_as_accepted(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn = replace(carriers.PLAN, run=lambda asked: carriers.plan(replace(asked, cases={"run": ()})))
    line = replace(carriers.LINE, tools=(stubborn,))
    grown = replace(towns.current(), lines={**towns.current().lines, "pumps": line})
    monkeypatch.setattr(towns, "current", lambda: grown)
    first = ask(here).suggested[0]
    (done,) = accept(here, [first.digest])
    shown = ask(here, at=NOON, now=LATER).suggested
    assert [(s.accepted, s.done) for s in shown[:2]] == [(True, done.wrote[0].number), (False, "")]
    assert len(accept(here, None)) == 2
    assert len(runs()) == 3
    tomorrow = NOON + timedelta(days=1)
    assert not ask(here, now=tomorrow).suggested[0].accepted, "a new day is a new question"


def test_reasons_are_said_in_the_words_of_the_line(here: Here) -> None:
    why = ask(here).suggested[0].proposal.why
    town = towns.current()
    assert tools.reasons(town, "pumps", why, "zh") == ["2026-03-02 12:00 起闲置，可用于排涝"]
    assert tools.reasons(town, "pumps", why, "en") == ["Idle at 2026-03-02 12:00, fit for Flood"]


def test_a_line_may_not_declare_what_could_not_be_carried_out() -> None:
    tool = replace(carriers.PLAN, reads=Reads(("well",), ("walk",)), roles=("reporter",))
    signal = replace(carriers.LEVEL, by="anyone", reads=Reads(("well",)))
    faults = replace(carriers.LINE, tools=(tool,), signals=(signal,)).faults()
    assert faults == [
        "tool plan reads what is not there: walk", "tool plan reads what is not there: well",
        "tool plan is for nobody who could accept what it proposes",
        "signal level reads what is not there: well", "signal level needs a role that a device's post can have",
    ]  # fmt: skip
