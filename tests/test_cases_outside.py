"""People without an account: whose link opens what, what of an open case is shown, and what stays in the house."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import pytest

from gridtown.cases import actions, ledger, queries, sealing, store
from gridtown.cases.actions import NotFound
from gridtown.kernel.forms import Form, Personal, Publishes, Shown
from gridtown.kernel.procedure import Move
from gridtown.kernel.told import Refused
from tests.conftest import NOON, RESIDENT, Here
from tests.neighbours import HAZARD, LINE, TOPIC, firm, grown, hazard, keeper, row, take, topic


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from grown(monkeypatch)


def seen(record: int, secret: str, **more: Any) -> queries.LinkedView:
    return queries.linked_view(record_id=record, secret=secret, **more)


def test_a_link_opens_its_record_and_no_other(pingyao: Here) -> None:
    (one, mine), (two, other) = firm(pingyao), firm(pingyao, "另一家")
    assert seen(one, mine).record.name == "示例食品厂"
    assert seen(one, f" {mine.upper()} ").record.id == one
    for record, secret in (
        (one, other),
        (one, ""),
        (one, mine[:-1]),
        (two, mine),
        (10**6, mine),
        (2**70, mine),
    ):
        with pytest.raises(NotFound):
            seen(record, secret)
    number = hazard(pingyao, two)
    with pytest.raises(NotFound):
        queries.linked_case(record_id=one, secret=mine, number=number)
    with pytest.raises(NotFound):
        take(number, "put_right", actions.linked(one, mine), statement="x", signed="0" * 64)


def test_a_renewed_link_ends_the_one_before_and_is_an_entry(pingyao: Here) -> None:
    record, old = firm(pingyao)
    assert actions.renew_link(record=record, by=keeper(pingyao), now=NOON, key="renew-1") == 1
    assert actions.renew_link(record=record, by=keeper(pingyao), now=NOON, key="renew-1") == 1, "once"
    new = actions.links.secrets_of([record])[record]
    assert new != old
    assert seen(record, new).record.id == record
    with pytest.raises(NotFound):
        seen(record, old)
    with pytest.raises(Refused):
        actions.renew_link(record=record, by=pingyao.hats("receiver"), now=NOON, key="renew-2")
    assert ledger.verify().faults == ()


def test_a_link_tells_when_its_record_is_off_the_register(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    actions.retire(record=record, reason="停业", by=keeper(pingyao), now=NOON, key="gone")
    with pytest.raises(Refused) as refusal:
        seen(record, secret)
    assert (refusal.value.key, refusal.value.params) == ("link_out_of_use", {"name": "示例食品厂"})
    with pytest.raises(NotFound):
        seen(record, "wrong")


def test_secrets_of_records_and_of_reports_are_different_ones() -> None:
    assert sealing.link_secret(1, 0) != sealing.link_secret(10, 0) != sealing.link_secret(1, 1)
    assert sealing.link_secret(1, 0) != sealing.secret_of("1 0")
    assert len(sealing.link_secret(123456, 7)) == 13


def test_what_a_firm_owes_the_soonest_first_with_the_moves_it_may_make(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    first, second = hazard(pingyao, record, "甲"), hazard(pingyao, record, "乙")
    take(first, "put_right", actions.linked(record, secret), statement="已换", signed=_signature())
    found = seen(record, secret)
    assert {owed.case.number: owed.verbs for owed in found.owed} == {first: (), second: ("put_right",)}
    assert found.raises == ("check",)
    take(first, "accept", keeper(pingyao), answer="同意销号")
    found = seen(record, secret)
    assert [case.number for case in found.ended] == [first]
    case = queries.linked_case(record_id=record, secret=secret, number=first)
    assert [(step.verb, step.mine) for step in case.steps] == [("put_right", True), ("accept", False)]
    assert case.steps[1].answers == {"answer": "同意销号"}
    assert set(case.files) == {case.steps[0].answers["signed"]}


def _signature() -> str:
    digest = "ab" * 32
    if not store.fetch("SELECT 1 FROM cases_upload WHERE sha256 = %s", [digest]):
        store.insert(
            "upload", ("sha256", "name", "mime", "size", "at"), [(digest, "s.png", "image/png", 9, NOON)]
        )
    return digest


def test_ended_cases_are_paged_by_key(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    numbers = [hazard(pingyao, record, str(n)) for n in range(5)]
    for number in numbers:
        take(number, "give_up", keeper(pingyao))
    paged, before = [], 0
    while True:
        page = seen(record, secret, before=before, size=2)
        paged += [case.number for case in page.ended]
        before = page.older
        if not before:
            break
    assert paged == numbers[::-1]


def test_what_staff_say_among_themselves_is_not_told_to_the_firm(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record)
    take(number, "note", keeper(pingyao), reason="多次举报")
    assert "多次举报" not in str(queries.linked_case(record_id=record, secret=secret, number=number))


def test_a_reporters_words_never_reach_the_firm_that_is_complained_of(pingyao: Here) -> None:
    record, secret = firm(pingyao)
    number = hazard(pingyao, record, "夜里偷排，我家窗口看得见", by=RESIDENT)
    told = str(seen(record, secret)) + str(
        queries.linked_case(record_id=record, secret=secret, number=number)
    )
    assert number in told
    assert "偷排" not in told
    child = hazard(pingyao, record, "转述：夜里偷排")
    assert "偷排" in str(seen(record, secret))
    store.execute("UPDATE cases_case SET parent_id = %s WHERE number = %s", [row(number).id, child])
    assert "偷排" not in str(seen(record, secret)), "nor by way of a case opened from it"


def test_a_firm_raises_only_what_is_about_itself(pingyao: Here) -> None:
    (one, mine), (two, _) = firm(pingyao), firm(pingyao, "另一家")
    said = {
        "line": "made_up",
        "kind": "check",
        "now": NOON,
        "channel": "link",
        "by": actions.linked(one, mine),
    }
    receipt = actions.report(answers={"firm": one, "blocked": False}, key="check-1", **said)
    assert row(receipt.number).record_id == one
    with pytest.raises(Refused):
        actions.report(answers={"firm": two, "blocked": False}, key="check-2", **said)
    with pytest.raises(Refused):
        actions.report(answers={"firm": one, "description": "x"}, key="check-3", **said | {"kind": "hazard"})


def shown(number: str) -> str:
    return str(queries.topic(number=number))


def test_an_open_case_shows_what_is_marked_and_nothing_else(pingyao: Here) -> None:
    number = topic(pingyao)
    found = queries.topic(number=number)
    assert found.case.title == "小区停车怎么管"
    assert found.answers == {"title": "小区停车怎么管", "text": "请大家说说想法"}
    assert "内部口径" not in shown(number)
    assert {offer.verb for offer in found.offers} == {"speak", "vote"}


def test_what_anyone_says_is_shown_once_it_was_published_and_never_who(pingyao: Here) -> None:
    number = topic(pingyao)
    said = take(number, "speak", actions.anyone(), text="建议划线停车", name="某人甲")
    other = take(number, "speak", actions.anyone(), text="不文明的话")
    kind, entries = TOPIC, [*map(_as_step, store.entries_of(row(number).id))]
    assert [w.seq for w in queries.waiting(kind, entries)] == [said.version, other.version]
    assert "建议划线停车" not in shown(number)
    take(number, "publish", keeper(pingyao), entry=said.version)
    take(number, "withhold", keeper(pingyao), entry=other.version, reason="与议题无关")
    told = shown(number)
    assert "建议划线停车" in told
    assert "与议题无关" in told
    assert "不文明的话" not in told
    assert "某人甲" not in told
    assert queries.waiting(kind, [*map(_as_step, store.entries_of(row(number).id))]) == ()
    take(number, "withhold", keeper(pingyao), entry=said.version, reason="当事人要求")
    assert "建议划线停车" not in shown(number), "the last word on it counts"
    assert ledger.verify().faults == ()


def _as_step(entry: store.Written) -> Any:
    return queries.one._step(entry)


def test_only_an_entry_from_outside_can_be_published(pingyao: Here) -> None:
    number = topic(pingyao)
    vote = take(number, "vote", actions.anyone(), yes=True)
    for seq in (1, vote.version, 99, 0, -1):
        with pytest.raises(Refused) as refusal:
            take(number, "publish", keeper(pingyao), entry=seq)
        assert refusal.value.fields == {"entry": "refusal.no_such_entry"}


def test_votes_are_counted_and_not_read_out_and_the_fate_of_what_was_resolved_is_told(pingyao: Here) -> None:
    number = topic(pingyao)
    for n, yes in enumerate((True, False, True)):
        take(number, "vote", actions.anyone(), key=f"vote-{n}", yes=yes)
    take(number, "resolve", keeper(pingyao), resolution="划线，设访客位")
    found = queries.topic(number=number)
    assert [(step.verb, step.answers) for step in found.steps] == [
        ("resolve", {"resolution": "划线，设访客位", "votes": 2})
    ]
    assert [(fate.state, fate.outcome) for fate in found.fates] == [("waiting", "")]
    take(found.fates[0].number, "carry_out", keeper(pingyao))
    assert queries.topic(number=number).fates[0].outcome == "done"
    with pytest.raises(NotFound):
        queries.topic(number=found.fates[0].number)


def test_whatever_is_not_open_to_all_has_no_public_page(pingyao: Here) -> None:
    record, _ = firm(pingyao)
    number = topic(pingyao)
    for closed in (hazard(pingyao, record), "TP2026-999"):
        with pytest.raises(NotFound):
            queries.topic(number=closed)
        with pytest.raises(NotFound):
            take(closed, "speak", actions.anyone(), text="x")
    store.execute("UPDATE cases_case SET confidential = 1 WHERE number = %s", [number])
    with pytest.raises(NotFound):
        queries.topic(number=number)
    assert queries.open_cases().rows == ()


def test_open_cases_are_listed_running_ones_first_and_paged_by_key(pingyao: Here) -> None:
    numbers = [topic(pingyao, f"议题{n}") for n in range(5)]
    for number in (numbers[1], numbers[4]):
        take(number, "drop", keeper(pingyao), reason="重复")
    expected = [numbers[n] for n in (3, 2, 0, 4, 1)]
    for size in (1, 2, 3, 5):
        listed, after = [], ""
        while True:
            page = queries.open_cases(after=after, size=size)
            listed += [case.number for case in page.rows]
            after = page.next
            if not after:
                break
        assert listed == expected
    assert queries.open_cases(line="appeals").rows == ()
    assert queries.open_cases(after="nonsense").rows == ()


class Secret(Form):
    who: Annotated[str, Shown(), Personal("name")]


class Wrong(Form):
    entry: Annotated[int, Publishes("resolve")]
    text: str = ""


def test_what_does_not_fit_with_people_from_outside_is_named() -> None:
    said = replace(LINE, kinds=(replace(TOPIC, intake=Secret),)).faults()
    assert "topic: a personal answer is never shown: who" in said
    assert (
        "topic: anyone may move it, but it is not open"
        in replace(LINE, kinds=(replace(TOPIC, confidential="internal"),)).faults()
    )
    assert (
        "topic: anyone may move it, but nothing of its intake is Shown"
        in replace(LINE, kinds=(replace(TOPIC, intake=HAZARD.intake),)).faults()
    )
    moves = (*TOPIC.procedure.moves, Move("odd", "talked_over -> =", by=("anyone", "admin"), form=Wrong))
    faults = replace(TOPIC.procedure, moves=moves).faults()
    assert "published or withheld, but not made from outside: resolve" in faults
    assert "anyone may answer without end: odd.text" in faults
