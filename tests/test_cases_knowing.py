"""What guards and derivations are told, what time does by itself, and ends that somebody named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import msgspec
import pytest
from pydantic import Field

from gridtown import town as towns
from gridtown.cases import actions, ledger, sealing, store
from gridtown.kernel.clocks import Limit, days, hours
from gridtown.kernel.effects import Spawn
from gridtown.kernel.forms import CaseRef, Computed, Form, Personal, Ref
from gridtown.kernel.line import Kind, Line, Register
from gridtown.kernel.procedure import Move, Procedure
from gridtown.kernel.told import Actor, Doing, Refused, Told

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
BASIS = "made up for a test"


class Firm(Form):
    name: str
    likely: Annotated[int, Field(ge=1, le=5)]
    harm: Annotated[int, Field(ge=1, le=5)]
    score: Annotated[int, Computed()] = 0


class Asking(Form):
    description: str
    firm: Annotated[int, Ref("firm")]
    who: Annotated[str, Personal("id")] = ""
    closes: date | None = None
    nth: Annotated[int, Computed()] = 0


class Vote(Form):
    yes: bool


class Count(Form):
    votes: Annotated[int, Computed()] = 0


def nth(told: Told, doing: Doing) -> dict[str, Any]:
    return {"nth": len(doing.earlier()) + 1}


def not_when_pending(told: Told, doing: Doing) -> str | None:
    return "guard.pending" if any(not e.ended for e in doing.earlier()) else None


def only_of_harmless(told: Told, doing: Doing) -> str | None:
    firm = next(iter(doing.records.values()))
    return "guard.harmful" if firm.answers["score"] > 9 else None


def counted(told: Told, doing: Doing) -> dict[str, Any]:
    return {"votes": sum(1 for fact in told.all("vote") if fact.answers["yes"])}


PROCEDURE = Procedure(
    start="open",
    end={"counted": "done", "given_up": "unsolved"},
    moves=(
        Move("give_up", "open -> given_up", by="clerk", sets={"level": "hard"}),
        Move("vote", "open -> =", by="clerk", form=Vote, guards=(only_of_harmless,), holder="keep"),
        Move("count", "open -> counted", by="system", form=Count, derive=counted),
    ),
    limits=(Limit("open", days(10), BASIS, then="count", until="closes", ceiling=days(30)),),
)
TOPIC = Kind(
    "topic", intake=Asking, procedure=PROCEDURE, number="TP{year}-{n:03}", raised_by=("clerk",), about="firm",
    same_by=("who", "firm"), guards=(not_when_pending,), derive=nth,
)  # fmt: skip


class Tip(Form):
    description: str
    who: Annotated[str, Personal("id")] = ""
    firm: Annotated[int, Ref("firm")] | None = None
    sort: str = ""


class Chosen(Form):
    kind: str
    who: Annotated[str, Personal("id")] = ""


class FoundOut(Form):
    firm: Annotated[int, Ref("firm")]
    sort: str = ""
    nth: Annotated[int, Computed()] = 0


class Compared(Form):
    with_case: Annotated[str, CaseRef()]
    state: Annotated[str, Computed()] = ""
    firms: Annotated[tuple[str, ...], Computed()] = ()


def compared(told: Told, doing: Doing) -> dict[str, Any]:
    """What the other case tells, and every firm that stands."""
    other = doing.case(str(doing.answers["with_case"]))
    state = f"{told.number} {other.number} {other.state}" if other else "none"
    return {"state": state, "firms": tuple(firm.name for firm in doing.of("firm"))}


TIP = Kind(
    "tip", intake=Tip, number="TI{year}-{n:03}", raised_by=("clerk",), about="firm", same_by=("firm", "sort"),
    procedure=Procedure(
        start="open",
        end={"passed_on": "done"},
        moves=(
            Move("pass_on", "open -> passed_on", by="clerk",
                 effect=Spawn("made_up/topic", carry={"firm": "firm", "who": "who", "description": "who"},
                              give={"description": "转来的"})),
            Move("choose", "open -> passed_on", by="clerk", form=Chosen,
                 effect=Spawn(field="kind", carry={"firm": "firm", "who": "who", "sort": "sort",
                                                   "description": "description"},
                              give={"source": "resident"})),
            Move("find_out", "open -> =", by="clerk", form=FoundOut, derive=nth, holder="keep"),
            Move("compare", "open -> =", by="clerk", form=Compared, derive=compared, reads=("firm",)),
        ),
        limits=(Limit("open", days(10), BASIS),),
    ),
)  # fmt: skip
FIRMS = Register(
    "firm", form=Firm, kept_by=("clerk",), derive=lambda d: {"score": d.answers["likely"] * d.answers["harm"]}
)
LINE = Line(owner="nobody", kinds=(TOPIC, TIP), registers=(FIRMS,)).named("made_up", {}, "")


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The town, with one line more."""
    assert LINE.faults() == []
    town = towns.current()
    grown = replace(
        town,
        lines={**town.lines, "made_up": LINE},
        tables={**town.tables, "made_up": {}},
        amounts={**town.amounts, "made_up": {}},
    )
    monkeypatch.setattr(towns, "current", lambda: grown)
    return


def clerk() -> Actor:
    return Actor("clerk", "clerk", frozenset({"clerk"}), towns.current().code, clearance=2)


def firm(harm: int = 2, key: str = "k:firm") -> int:
    return actions.keep(
        line="made_up", register="firm", answers={"name": "示例厂", "likely": 3, "harm": harm}, by=clerk(), now=NOW,
        key=key, place="330110110001",
    )  # fmt: skip


def report(key: str, record: int, **more: Any) -> actions.Receipt:
    return actions.report(
        line="made_up", kind="topic", answers={"description": "议题", "firm": record, **more}, by=clerk(), now=NOW,
        key=key, channel="counter",
    )  # fmt: skip


def row(receipt: actions.Receipt) -> store.Row:
    found = store.case_by("id", receipt.id)
    assert found is not None
    return found


def answers_of(entry: store.Written) -> dict[str, Any]:
    return msgspec.json.decode(entry.answers)


def test_a_record_has_what_follows_from_its_answers_and_nobody_may_answer_it() -> None:
    record = firm(harm=4)
    assert store.fetch("SELECT answers FROM cases_record WHERE id = %s", [record])[0][0].count('"score":12')
    with pytest.raises(Refused) as refusal:
        report("r1", record, nth=7)
    assert refusal.value.fields == {"nth": "mistake.extra_forbidden"}


def test_a_case_about_a_record_stands_on_its_page_and_lies_where_it_does() -> None:
    record = firm()
    found = row(report("r1", record))
    assert (found.record_id, found.place) == (record, "330110110001")
    with pytest.raises(Refused) as refusal:
        report("r2", record + 99)
    assert refusal.value.fields == {"firm": "refusal.no_such_record"}


def test_cases_alike_are_known_by_a_digest_that_goes_with_the_key() -> None:
    record = firm()
    first = report("r1", record, who="330110199001011234")
    assert "330110" not in row(first).alike
    assert len(row(first).alike) == 64
    with pytest.raises(Refused) as refusal:
        report("r2", record, who=" 330110199001011234 ")
    assert refusal.value.key == "guard.pending"
    report("r3", record, who="330110199001015678")
    report("r4", record)  # who says nothing is like nobody
    actions.take(case=first.id, verb="give_up", by=clerk(), now=NOW, key="t1")
    again = report("r5", record, who="330110199001011234")
    assert '"nth":2' in row(again).answers
    assert row(first).level == "hard"
    actions.erase(
        case=first.id,
        reason="本人要求",
        by=replace(clerk(), roles=frozenset({"admin", "supervisor"})),
        now=NOW,
        key="e1",
    )
    assert row(first).alike == ""
    assert ledger.verify().faults == ()


def test_whom_a_case_is_about_may_be_found_out_on_the_way() -> None:
    tips = [
        actions.report(
            line="made_up", kind="tip", answers={"description": "不知哪家"}, by=clerk(), now=NOW, key=f"t{n}",
            channel="counter",
        )
        for n in (1, 2)
    ]  # fmt: skip
    assert (row(tips[0]).record_id, row(tips[0]).alike) == (None, "")
    record = firm()
    for n, tip in enumerate(tips, 1):
        said = {"firm": record, "sort": "gas"}
        actions.take(case=tip.id, verb="find_out", answers=said, by=clerk(), now=NOW, key=f"f{n}")
        assert row(tip).record_id == record
        assert answers_of(store.entries_of(tip.id)[-1])["nth"] == n, "the second is like the first"
    assert row(tips[0]).place == "330110110001", "where the record lies"
    said = {"firm": record + 99}
    with pytest.raises(Refused) as refusal:
        actions.take(case=tips[0].id, verb="find_out", answers=said, by=clerk(), now=NOW, key="f3")
    assert refusal.value.fields == {"firm": "refusal.no_such_record"}
    actions.take(case=tips[0].id, verb="pass_on", by=clerk(), now=NOW, key="p1")
    (topic,) = store.fetch("SELECT answers, record_id FROM cases_case WHERE parent_id = %s", [tips[0].id])
    assert ("转来的" in topic[0], topic[1]) == (True, record), "what is given, and what was found out"
    assert ledger.verify().faults == ()


def tip(key: str, **more: Any) -> actions.Receipt:
    said = {"description": "有人反映", "firm": firm(key=f"{key}:firm"), "sort": "gas", **more}
    return actions.report(
        line="made_up", kind="tip", answers=said, by=clerk(), now=NOW, key=key, channel="counter"
    )


def child_of(receipt: actions.Receipt) -> store.Row:
    (number,) = store.fetch("SELECT number FROM cases_case WHERE parent_id = %s", [receipt.id])[0]
    found = store.case_by("number", number)
    assert found is not None
    return found


def clear(case: store.Row) -> dict[str, str]:
    """The personal answers of an intake."""
    assert case.sealed_key is not None
    secret = sealing.unwrap(case.sealed_key)
    said = msgspec.json.decode(case.answers)
    return {
        name: sealing.unseal(secret, name, value) for name, value in said.items() if sealing.is_sealed(value)
    }


def test_a_personal_answer_is_carried_under_seal_and_never_into_a_plain_field() -> None:
    known = tip("t1", who="330110199001011234")
    actions.take(case=known.id, verb="pass_on", by=clerk(), now=NOW, key="p1")
    topic = child_of(known)
    assert "330110199001011234" not in topic.answers
    assert clear(topic) == {"who": "330110199001011234"}
    assert '"description":"转来的"' in topic.answers, "what is personal stays out of it"
    assert topic.sealed_key != row(known).sealed_key, "under a key of its own"


def test_what_was_erased_is_not_carried() -> None:
    gone = tip("t1", who="330110199001011234")
    admin = replace(clerk(), roles=frozenset({"admin", "supervisor"}))
    actions.erase(case=gone.id, reason="本人要求", by=admin, now=NOW, key="e1")
    actions.take(case=gone.id, verb="pass_on", by=clerk(), now=NOW, key="p1")
    assert "who" not in child_of(gone).answers


def test_a_kind_that_was_chosen_is_given_what_it_asks_and_what_the_move_said() -> None:
    asked = tip("t1")
    said = {"kind": "made_up/topic", "who": "330110199001015678"}
    actions.take(case=asked.id, verb="choose", answers=said, by=clerk(), now=NOW, key="c1")
    topic = child_of(asked)
    assert clear(topic) == {"who": "330110199001015678"}
    assert "sort" not in topic.answers, "a topic has no such field"
    assert "source" not in topic.answers, "nor this one"
    assert topic.record_id == row(asked).record_id


def test_a_guard_sees_the_record_that_a_case_is_about() -> None:
    harmless, harmful = report("r1", firm()), report("r2", firm(harm=5, key="k:2"))
    actions.take(case=harmless.id, verb="vote", answers={"yes": True}, by=clerk(), now=NOW, key="v1")
    with pytest.raises(Refused) as refusal:
        actions.take(case=harmful.id, verb="vote", answers={"yes": True}, by=clerk(), now=NOW, key="v2")
    assert refusal.value.key == "guard.harmful"


def test_a_derivation_is_told_another_case_and_whole_registers() -> None:
    record, _, retired = firm(), firm(key="k:2"), firm(key="k:3")
    actions.retire(record=retired, reason="停业", by=clerk(), now=NOW, key="k:4")
    topic = report("r1", record)
    tip = actions.report(
        line="made_up",
        kind="tip",
        answers={"description": "线索"},
        by=clerk(),
        now=NOW,
        key="t1",
        channel="counter",
    )

    def compare(number: str, key: str, by: Actor) -> dict[str, Any]:
        actions.take(case=tip.id, verb="compare", answers={"with_case": number}, by=by, now=NOW, key=key)
        return answers_of(store.entries_of(tip.id)[-1])

    told = compare(topic.number, "c1", clerk())
    assert told["state"] == f"{tip.number} {topic.number} open"
    assert told["firms"] == ["示例厂", "示例厂"], "the retired one is not told"
    assert compare("TP2020-001", "c2", clerk())["state"] == "none"
    actions.take(case=topic.id, verb="give_up", by=clerk(), now=NOW, key="g1")
    assert compare(topic.number, "c3", clerk())["state"].endswith("given_up")
    low = replace(clerk(), clearance=0)
    with pytest.raises(actions.NotFound):
        compare(topic.number, "c4", low)


def test_a_move_reads_registers_that_are_there() -> None:
    (move,) = (m for m in TIP.procedure.moves if m.verb == "compare")
    wrong = replace(TIP.procedure, moves=(*TIP.procedure.moves[:-1], replace(move, reads=("ship",))))
    (fault,) = replace(LINE, kinds=(TOPIC, replace(TIP, procedure=wrong))).faults()
    assert fault == "tip: compare reads what is not there: ship"


def test_time_itself_makes_the_move_that_a_limit_names() -> None:
    said = report("r1", firm(), closes="2026-12-01")
    due = row(said).due
    assert due == datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC), "the end of that day in the town"
    for n, yes in enumerate((True, False, True)):
        actions.take(case=said.id, verb="vote", answers={"yes": yes}, by=clerk(), now=NOW, key=f"v{n}")
    assert actions.fall_due(now=due) >= 0
    assert row(said).state == "open"
    while actions.fall_due(now=due + timedelta(seconds=1)):
        pass
    assert (row(said).state, row(said).level) == ("counted", "small"), "nobody was late"
    done = store.entries_of(said.id)[-1]
    assert (done.verb, done.by, answers_of(done)) == ("count", "system", {"votes": 2})
    assert not actions.fall_due(now=due + timedelta(days=1)), "once"
    assert [e.verb for e in store.entries_of(said.id)].count("expire") == 0, "time answered: nothing expired"
    assert ledger.verify().faults == ()


@pytest.mark.parametrize(("closes", "why"), [("2026-11-20", "until_past"), ("2027-01-04", "beyond_ceiling")])
def test_a_named_end_lies_ahead_and_within_the_ceiling(closes: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        report("r1", firm(), closes=closes)
    assert refusal.value.fields == {"closes": f"refusal.{why}"}


def test_time_must_be_able_to_make_the_move_of_a_limit() -> None:
    broken = replace(PROCEDURE, limits=(Limit("open", hours(1), BASIS, then="vote"),))
    assert any(f.startswith("time cannot make the move of the limit on: open") for f in broken.faults())
    idle = replace(PROCEDURE, limits=(Limit("open", hours(1), BASIS),), moves=PROCEDURE.moves[1:])
    assert any(f.startswith("no role can act in: open") for f in idle.faults())
