"""The one writer: what it writes, that twice is once, and that a refusal or a crash leaves nothing behind."""

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gridtown.cases import actions, ledger, queries, sql, store
from gridtown.cases.actions import NotFound, Overtaken, Point, Receipt, writing
from gridtown.cases.actions.reporting import titled
from gridtown.kernel.told import Refused
from gridtown.people import snapshot as people
from gridtown.people.scope import Scope, visible
from tests.conftest import NOON, RESIDENT, Here

DARK = {"description": "路灯不亮,晚上看不见路", "category": "street_light"}


def a_report(here: Here, key: str = "k", **more: Any) -> Receipt:
    """A resident's report inside a grid, by the QR page."""
    said = {"answers": DARK, "point": Point(*here.inside()), **more}
    return actions.report(line="appeals", kind="matter", by=RESIDENT, now=NOON, key=key, channel="qr", **said)


def do(here: Here, case: int, verb: str, who: str, key: str = "", **answers: Any) -> actions.Taken:
    """A move by the holder of a post."""
    return actions.take(
        case=case, verb=verb, by=here.hats(who), now=here.now, key=key or f"{verb}:{case}", answers=answers
    )


def fixed(here: Here) -> tuple[Receipt, str]:
    """A report that has been dealt with, and the post that did it."""
    told = a_report(here)
    do(here, told.id, "dispatch", "dispatcher")
    row = store.case_by("id", told.id)
    assert row is not None
    assert row.holder_id is not None
    from_post = next(p.key for p in _posts() if p.id == row.holder_id)
    do(here, told.id, "fix", from_post, answer="灯已换")
    return told, from_post


def _posts() -> Any:
    return people.current().posts


def written() -> tuple[int, ...]:
    """How many rows each table of the ledger has."""
    tables = ("case", "entry", "notice", "attachment", "follower", "counter", "record")
    return tuple(store.fetch(f"SELECT count(*) FROM cases_{name}", [])[0][0] for name in tables)


def test_a_report_is_placed_given_a_holder_a_number_and_a_time(pingyao: Here) -> None:
    told = a_report(pingyao)
    row = store.case_by("id", told.id)
    assert row is not None
    assert told.number == "AP2026-00001"
    assert len(row.place) == 15
    assert row.generation == 1
    assert row.holder_id is not None
    assert row.due is not None
    assert row.due > NOON
    assert [n.about for n in queries.notices(posts=(row.holder_id,), scope=Scope.everything())] == ["arrived"]


def test_sending_a_report_twice_gives_the_same_receipt(pingyao: Here) -> None:
    first, before = a_report(pingyao), written()
    again = a_report(pingyao)
    assert again.repeated
    assert (again.number, again.secret, again.hash) == (first.number, first.secret, first.hash)
    assert written() == before


def test_a_key_used_for_something_else_is_refused(pingyao: Here) -> None:
    told = a_report(pingyao)
    do(pingyao, told.id, "dispatch", "dispatcher", key="same")
    with pytest.raises(Refused, match="key_reused"):
        do(pingyao, told.id, "note", "dispatcher", key="same", text="x")


def test_a_move_sent_twice_is_made_once_even_after_the_case_has_gone_on(pingyao: Here) -> None:
    told, _ = fixed(pingyao)
    before = written()
    again = do(pingyao, told.id, "dispatch", "dispatcher")
    assert again.repeated
    assert again.state == "dispatched"
    assert written() == before


def test_of_two_who_act_on_the_same_version_one_is_told(pingyao: Here) -> None:
    told = a_report(pingyao)
    do(pingyao, told.id, "accept", "receiver")
    with pytest.raises(Overtaken):
        actions.take(
            case=told.id,
            verb="dispatch",
            by=pingyao.hats("dispatcher"),
            now=NOON,
            key="late",
            version=told.version,
        )


def test_whoever_fixed_it_may_not_verify_it(pingyao: Here) -> None:
    told, handler = fixed(pingyao)
    with pytest.raises(Refused, match="may_not"):
        do(pingyao, told.id, "verify", handler)
    assert do(pingyao, told.id, "verify", "verifier").state == "closed"


@pytest.mark.parametrize(
    ("verb", "who", "answers", "why"),
    [
        ("verify", "verifier", {}, "not_from_here"),
        ("dispatch", "verifier", {}, "may_not"),
        ("accept", "receiver", {"nonsense": 1}, "form_invalid"),
        ("dispatch", "dispatcher", {"to": "nobody"}, "form_invalid"),
        ("merge", "dispatcher", {"into": "AP2026-99999"}, "form_invalid"),
        ("merge", "dispatcher", {"into": "AP2026-00001"}, "form_invalid"),
    ],
)
def test_a_refusal_names_its_reason_and_writes_nothing(
    pingyao: Here, verb: str, who: str, answers: dict[str, Any], why: str
) -> None:
    told = a_report(pingyao)
    before = written()
    with pytest.raises(Refused) as refused:
        do(pingyao, told.id, verb, who, **answers)
    assert refused.value.key == why
    assert written() == before


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"description": ""},
        {"description": 7},
        {"description": "x" * 5000},
        {"description": "x", "category": "no"},
    ],
)
def test_bad_answers_are_refused_by_field(pingyao: Here, answers: dict[str, Any]) -> None:
    before = written()
    with pytest.raises(Refused) as refused:
        a_report(pingyao, answers=answers)
    assert refused.value.fields
    assert written() == before


def test_outside_one_s_place_there_is_nothing(pingyao: Here) -> None:
    told = a_report(pingyao, point=Point(*pingyao.inside("330110110001")))
    elsewhere = pingyao.hats("village-330110110241-receiver")
    with pytest.raises(NotFound):
        actions.take(case=told.id, verb="accept", by=elsewhere, now=NOON, key="x")
    assert queries.case(number=told.number, scope=visible(elsewhere), hats=elsewhere, now=NOON) is None


def test_merging_lets_every_reporter_follow_the_other_case(pingyao: Here) -> None:
    one, two = a_report(pingyao, "one"), a_report(pingyao, "two")
    also = actions.follow(case=two.id, now=NOON, key="me-too")
    do(pingyao, two.id, "merge", "dispatcher", into=one.number)
    for number, secret in ((one.number, one.secret), (two.number, two.secret), (also.number, also.secret)):
        view, _ = queries.follow_view(number=number, secret=secret, now=NOON)
        assert view.row.id == one.id
    row = store.case_by("id", one.id)
    assert row is not None
    assert row.reporters == 3
    assert ledger.verify().faults == ()


def test_whoever_joined_a_report_may_add_to_it_but_not_end_it(pingyao: Here) -> None:
    told = a_report(pingyao)
    also = actions.follow(case=told.id, now=NOON, key="me-too")
    joined, case = actions.reporter(also.number, also.secret)
    with pytest.raises(Refused, match="not_your_report"):
        actions.take(case=case, verb="withdraw", by=joined, now=NOON, key="w", answers={})
    assert (
        actions.take(
            case=case, verb="add", by=joined, now=NOON, key="a", answers={"description": "还有一盏"}
        ).version
        == 3
    )


def test_a_wrong_secret_opens_nothing(pingyao: Here) -> None:
    told = a_report(pingyao)
    with pytest.raises(NotFound):
        queries.follow_view(number=told.number, secret="wrong", now=NOON)


def test_a_split_case_waits_for_its_parts(pingyao: Here) -> None:
    told = a_report(pingyao)
    do(pingyao, told.id, "split", "dispatcher", parts=["灯杆倾斜", "路面破损"])
    parts = queries.listing(scope=Scope.everything(), now=NOON, filters=queries.Filters(parent=told.id)).rows
    assert [part.state for part in parts] == ["reported", "reported"]
    for part in parts:
        do(pingyao, part.id, "dispatch", "dispatcher")
        holder = next(p.key for p in _posts() if p.id == _row(part.id).holder_id)
        do(pingyao, part.id, "fix", holder, answer="done")
        assert _row(told.id).state == "split_up"
        do(pingyao, part.id, "verify", "verifier") if part is not parts[-1] else None
    do(pingyao, parts[-1].id, "verify", "verifier")
    assert _row(told.id).state == "fixed"
    assert ledger.verify().faults == ()


def _row(case: int) -> store.Row:
    row = store.case_by("id", case)
    assert row is not None
    return row


def test_personal_answers_are_encrypted_masked_and_read_only_for_a_reason(pingyao: Here) -> None:
    told = a_report(pingyao, answers={**DARK, "contact_phone": "13800001234"})
    everything = " ".join(str(v) for row in store.fetch("SELECT * FROM cases_case", []) for v in row)
    everything += " ".join(str(v) for row in store.fetch("SELECT * FROM cases_entry", []) for v in row)
    assert "13800001234" not in everything
    hats = pingyao.hats("receiver")
    view = queries.case(number=told.number, scope=visible(hats), hats=hats, now=NOON)
    assert view is not None
    assert view.masked == {"contact_phone": "138****1234"}
    read = {"case": told.id, "fields": ["contact_phone"], "by": hats, "now": NOON}
    with pytest.raises(Refused, match="reason_needed"):
        actions.unseal(**read, reason=" ", key="u1")
    assert actions.unseal(**read, reason="回访", key="u2") == {"contact_phone": "13800001234"}
    assert store.entries_of(told.id)[-1].verb == "unseal"


def test_erasing_destroys_the_key_and_leaves_the_chain(pingyao: Here) -> None:
    told = a_report(pingyao, answers={**DARK, "contact_phone": "13800001234"})
    actions.erase(case=told.id, reason="依申请", by=pingyao.hats("admin"), now=NOON, key="e")
    with pytest.raises(Refused, match="erased"):
        actions.unseal(
            case=told.id, fields=["contact_phone"], reason="x", by=pingyao.hats("receiver"), now=NOON, key="u"
        )
    assert ledger.verify().faults == ()


def test_a_correction_is_an_entry_and_the_first_words_stay(pingyao: Here) -> None:
    told = a_report(pingyao)
    actions.correct(
        case=told.id,
        changes={"category": "road_damage"},
        reason="选错类别",
        by=pingyao.hats("dispatcher"),
        now=NOON,
        key="c",
    )
    assert _row(told.id).category == "road_damage"
    assert '"street_light"' in store.entries_of(told.id)[0].answers
    assert ledger.verify().faults == ()


def test_the_row_says_what_its_entries_say(pingyao: Here) -> None:
    told, _ = fixed(pingyao)
    actor, case = actions.reporter(told.number, told.secret)
    do(pingyao, told.id, "verify", "verifier")
    actions.take(
        case=case, verb="rate", by=actor, now=NOON, key="r", answers={"solved": True, "satisfied": 5}
    )
    actions.take(
        case=case,
        verb="reopen",
        by=actor,
        now=NOON + timedelta(days=1),
        key="o",
        answers={"reason": "又坏了"},
    )
    actions.fall_due(now=NOON + timedelta(days=30))
    assert ledger.verify().faults == ()
    assert _row(case).state == "dispatched"
    assert not _row(case).ended


def test_several_at_once_get_a_result_each(pingyao: Here) -> None:
    good, other = a_report(pingyao, "a"), a_report(pingyao, "b")
    do(pingyao, other.id, "accept", "receiver")
    results = actions.take_many(
        cases=[good.id, other.id, 999_999], verb="accept", by=pingyao.hats("receiver"), now=NOON, key="bulk"
    )
    assert [r.taken is not None for r in results] == [True, False, False]
    assert [r.refused.key for r in results if r.refused] == ["not_from_here", "not_found"]


def test_notices_of_what_has_gone_on_are_laid_aside(pingyao: Here) -> None:
    told = a_report(pingyao)
    before = _row(told.id).holder_id
    assert before is not None
    do(pingyao, told.id, "dispatch", "dispatcher")
    after = _row(told.id).holder_id
    assert after is not None
    unseen = {"scope": Scope.everything(), "unseen": True}
    assert queries.notices(posts=(before,), **unseen) == ()
    assert actions.lay_aside_notices(now=NOON) == 1
    assert [n.about for n in queries.notices(posts=(after,), **unseen)] == ["arrived"]


WRITES = ("insert_cases", "insert_entries", "insert", "update_case", "next_number")


@pytest.mark.parametrize("step", WRITES)
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_between_any_two_writes_leaves_nothing_half_done(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    kept = a_report(pingyao, "kept")
    before = written()
    real = getattr(store, step)

    def crash(*args: Any, **kwargs: Any) -> Any:
        if after:
            real(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, step, crash)
    attempts = [lambda: do(pingyao, kept.id, "split", "dispatcher", parts=["a", "b"])]
    # a new case is written whole, and on PostgreSQL, where it is alone, with its entry by one statement
    if step == "next_number" or (step != "update_case" and not sql.POSTGRESQL):
        attempts.append(lambda: a_report(pingyao, "new"))
    for attempt in attempts:
        with pytest.raises(KeyboardInterrupt):
            attempt()
        assert written() == before
    monkeypatch.undo()
    assert ledger.verify().faults == ()
    assert not a_report(pingyao, "new").repeated


@pytest.mark.parametrize("change", ["UPDATE cases_entry SET verb = 'x'", "DELETE FROM cases_entry"])
def test_the_database_itself_refuses_to_change_the_past(pingyao: Here, change: str) -> None:
    a_report(pingyao)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_cluster_stands_where_its_cases_are_and_not_in_the_middle_of_its_cell(pingyao: Here) -> None:
    lon, lat = pingyao.inside()
    for n in range(5):
        a_report(pingyao, f"near{n}", point=Point(lon, lat))
    view = queries.map_view(
        scope=visible(pingyao.hats("dispatcher")), box=(119.8, 30.2, 120.2, 30.6), zoom=11, now=NOON
    )
    [one] = view.clusters
    assert one.count == 5
    cell = 360 / 2 ** (11 + 3)  # degrees of longitude
    assert abs(one.lon - lon) <= cell / 8 + 1e-5
    assert abs(one.lat - lat) <= cell / 8 + 1e-5


@pytest.mark.parametrize("n", [3, 60])
def test_calls_cost_a_constant_number_of_queries(pingyao: Here, n: int) -> None:
    told = [a_report(pingyao, f"q{i}") for i in range(n)]
    scope, hats = visible(pingyao.hats("dispatcher")), pingyao.hats("dispatcher")
    costs = {
        "create": _cost(lambda: a_report(pingyao, "one more")),
        "list": _cost(lambda: queries.listing(scope=scope, now=NOON, size=100)),
        "detail": _cost(lambda: queries.case(number=told[0].number, scope=scope, hats=hats, now=NOON)),
        "move": _cost(lambda: do(pingyao, told[0].id, "dispatch", "dispatcher")),
        "map": _cost(
            lambda: queries.map_view(scope=scope, box=(119.8, 30.2, 120.2, 30.6), zoom=11, now=NOON)
        ),
        "board": _cost(lambda: queries.board(scope=scope, now=NOON)),
        "feed": _cost(lambda: queries.feed(scope=scope, after=0, now=NOON)),
    }
    write = 1 if sql.POSTGRESQL else 3  # case, entry and notices
    assert costs == {
        "create": 1 + write, "list": 1, "detail": 4, "move": 2 + write, "map": 1, "board": 2, "feed": 1,
    }  # fmt: skip


def test_on_postgresql_one_statement_notices_who_was_quicker(pingyao: Here) -> None:
    if not sql.POSTGRESQL:
        pytest.skip("SQLite takes one table at a time")
    told, before = a_report(pingyao), written()
    row = store.case_by("id", told.id)
    assert row is not None
    change = writing.begin(
        row, verb="note", by=pingyao.hats("dispatcher")[0], now=NOON, key="late", to=row.state, answers={}
    )
    change.was += 1
    writing.close_up(change, copy(row))
    with pytest.raises(Overtaken), transaction.atomic():
        writing.write([change])
    assert written() == before


def _cost(call: Any) -> int:
    """How many statements a call sends, without those that begin and end transactions."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        call()
    return len([s for s in sent if not s.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("路灯不亮\n晚上看不见", "路灯不亮"),
        ("Dust collection out of order, grinding goes on", "Dust collection out of order, grinding…"),
        ("路" * 40, "路" * 40),
        ("路" * 41, "路" * 39 + "…"),
    ],
)
def test_a_title_made_of_what_was_said_cuts_no_word_and_shows_that_it_was_cut(said: str, title: str) -> None:
    assert titled(said) == title


def test_a_title_that_somebody_gave_is_not_cut(pingyao):
    given = "Dust collection out of order in the grinding shop of the furniture works"
    receipt = actions.report(
        line="safety", kind="hazard", by=pingyao.hats("safety-inspector"), now=NOON, key="a-title-of-its-own",
        channel="patrol", answers={"description": "…", "source": "patrol", "title": given},
    )  # fmt: skip
    assert store.case_by("id", receipt.id).title == given
