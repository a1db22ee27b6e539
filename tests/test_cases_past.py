"""The past is sacred: cases of other times stay readable whatever has become of procedures, forms and lines."""

from dataclasses import replace

import pytest

from gridtown import town as towns
from gridtown.cases import actions, ledger, queries, store
from gridtown.cases.actions import Point
from gridtown.kernel.procedure import Procedure
from gridtown.kernel.told import Refused
from gridtown.people.scope import visible
from gridtown.town import Town
from tests.conftest import NOON, RESIDENT, Here


@pytest.fixture
def old(pingyao: Here) -> actions.Receipt:
    """A case that was dispatched under today's procedure."""
    told = actions.report(
        line="appeals", kind="matter", answers={"description": "井盖松动", "category": "road_damage"}, by=RESIDENT,
        now=NOON, key="old", channel="web", point=Point(*pingyao.inside()),
    )  # fmt: skip
    actions.take(case=told.id, verb="dispatch", by=pingyao.hats("dispatcher"), now=NOON, key="d")
    return told


def seen(here: Here, told: actions.Receipt) -> queries.CaseView:
    """The case's page as the dispatcher gets it."""
    hats = here.hats("dispatcher")
    view = queries.case(number=told.number, scope=visible(hats), hats=hats, now=NOON)
    assert view is not None
    return view


def changed(monkeypatch: pytest.MonkeyPatch, procedure: Procedure | None) -> None:
    """Tomorrow's town: the kind with another procedure, or without the line at all."""
    town = towns.current()
    lines = dict(town.lines)
    if procedure is None:
        del lines["appeals"]
    else:
        kind = replace(lines["appeals"].kind("matter"), procedure=procedure)
        lines["appeals"] = replace(lines["appeals"], kinds=(kind,))
    later: Town = replace(town, lines=lines)
    monkeypatch.setattr(towns, "at", lambda folder: later)


def without(state: str) -> Procedure:
    """Today's procedure with a state renamed away."""
    now = towns.current().kind("appeals", "matter").procedure
    moves = tuple(replace(m, path=m.path.replace(state, "being_handled")) for m in now.moves)
    limits = tuple(
        replace(limit, states=tuple("being_handled" if s == state else s for s in limit.states))
        for limit in now.limits
    )
    return replace(now, moves=moves, limits=limits)


def test_a_state_that_is_no_more_can_still_be_read_and_its_clock_still_runs(
    pingyao: Here, old: actions.Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen(pingyao, old)
    changed(monkeypatch, without("dispatched"))
    after = seen(pingyao, old)
    assert (after.row.state, after.row.due, after.steps, after.clocks) == (
        "dispatched", before.row.due, before.steps, before.clocks,
    )  # fmt: skip
    assert ledger.verify().faults == ()
    # what may be done anywhere may be done here too; a step of the old table is refused with its reason
    assert "note" in {offer.verb for offer in after.offers}
    with pytest.raises(Refused, match="not_from_here"):
        actions.take(case=old.id, verb="transfer", by=pingyao.hats("dispatcher"), now=NOON, key="t")


def test_a_line_that_was_taken_away_leaves_its_cases_readable(
    pingyao: Here, old: actions.Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, None)
    view = seen(pingyao, old)
    assert [step.verb for step in view.steps] == ["report", "dispatch"]
    assert view.offers == ()
    assert view.answers["description"] == "井盖松动"
    with pytest.raises(Refused, match="no_such_line"):
        actions.report(
            line="appeals",
            kind="matter",
            answers={"description": "x"},
            by=RESIDENT,
            now=NOON,
            key="n",
            channel="web",
        )
    assert ledger.verify().faults == ()


def test_a_form_that_asks_for_more_leaves_old_answers_as_they_were_given(
    pingyao: Here, old: actions.Receipt
) -> None:
    row = store.case_by("id", old.id)
    assert row is not None
    assert row.form_version == towns.current().kind("appeals", "matter").intake.version
    given = {"description": "井盖松动", "category": "road_damage"}
    assert given.items() <= seen(pingyao, old).answers.items()
