"""Event mode: what it changes while it is on, what it never touches, and that every process sees the switch."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
import pytest

from gridtown.cases import actions, figures, ledger, modes, queries, sealing, store
from gridtown.cases.actions import Point
from gridtown.dispatch import room, situations, ticker
from gridtown.kernel import clocks as clockwork
from gridtown.kernel.clocks import Limit, days, hours, work_hours, workdays
from gridtown.kernel.forms import fields_of
from gridtown.kernel.limits import FLOOR
from gridtown.kernel.told import Refused
from gridtown.lines.events import LINE
from gridtown.lines.events.situation import Situation
from gridtown.people import roster
from gridtown.people import snapshot as people
from gridtown.people.models import Account, Roster
from gridtown.people.scope import Scope
from gridtown.places import router, stamp
from gridtown.town import clock as clock_of_town
from gridtown.town import rows
from gridtown.web import present
from gridtown.web.visit import Visit
from tests.browsing import client_of
from tests.conftest import NOON, RESIDENT, Here

HOUR = timedelta(hours=1)
SAID = {"title": "台风示例", "category": "flood", "grade": "three", "description": "大暴雨。", "factor": 0.5}
keys = iter(range(10**6))


def a_key() -> str:
    return f"mode:{next(keys)}"


def do(here: Here, number: str, verb: str, at: datetime, **answers: Any) -> None:
    actions.take(case=number, verb=verb, by=here.hats("leader"), now=at, key=a_key(), answers=answers)


def prepared(here: Here, at: datetime = NOON, **more: Any) -> str:
    return actions.report(
        line="events", kind="event", answers={**SAID, **more}, by=here.hats("leader"), now=at, key=a_key(),
        channel="counter",
    ).number  # fmt: skip


def switched_on(here: Here, at: datetime = NOON, lasts: timedelta = 48 * HOUR, **more: Any) -> str:
    number = prepared(here, at, **more)
    until = (at + lasts).isoformat()
    do(here, number, "switch_on", at, reason="三级响应", until=until, measures="值守")
    return number


def a_matter(here: Here, at: datetime, **more: Any) -> str:
    said = {"description": "路口积水", "category": "street_cleaning", **more}
    return actions.report(
        line="appeals", kind="matter", answers=said, by=RESIDENT, now=at, key=a_key(), channel="web",
        point=Point(*here.inside("330110110001")),
    ).number  # fmt: skip


def clock(number: str, limit: str) -> clockwork.Clock:
    row = store.case_by("number", number)
    assert row is not None
    return clockwork.load(msgspec.json.decode(row.clocks))[limit]


def reports(at: datetime) -> list[Any]:
    asked = queries.Filters(line="events", kind="situation")
    return list(queries.listing(scope=Scope.everything(), now=at, filters=asked, size=200).rows)


@pytest.mark.parametrize(
    ("amount", "factor", "left"),
    [
        (workdays(5), 0.5, workdays(3)),
        (workdays(1), 0.1, workdays(1)),
        (workdays(10), 0.7, workdays(7)),
        (days(30), 0.5, days(15)),
        (hours(24), 0.5, hours(12)),
        (work_hours(1), 0.1, work_hours(FLOOR)),
        (hours(2 / 60), 0.5, hours(2 / 60)),
        (hours(24), 1.0, hours(24)),
    ],
)
def test_a_limit_is_shortened_but_never_below_the_floor(amount: Any, factor: float, left: Any) -> None:
    limit = Limit("a", amount, "design: a test")
    assert limit.shortened(amount, factor) == left
    assert not limit.shortened(amount, factor).exceeds(amount)


@pytest.mark.parametrize("more", [{"right": True}, {"then": "lapse"}])
def test_a_citizens_time_and_what_time_ends_stay(more: Any) -> None:
    limit = Limit("a", days(30), "a law", **more)
    assert limit.shortened(limit.amount, 0.25) == days(30)


@pytest.mark.parametrize("factor", [0.0, -1.0, 1.5, 40.0])
def test_no_factor_makes_a_limit_longer(factor: float) -> None:
    limit = Limit("a", days(30), "a law", ceiling=days(30))
    assert limit.shortened(limit.amount, factor) == days(30)


def test_what_somebody_named_is_not_shortened(pingyao: Here) -> None:
    limit, named = Limit("a", days(30), "a law", until="by_day"), NOON + timedelta(days=20)
    said = {
        "to": "a",
        "ended": False,
        "now": NOON,
        "grade_of": lambda _: None,
        "calendar": pingyao.town.calendar,
    }
    free = clockwork.step({}, [limit], factor=0.5, **said)["a"]
    fixed = clockwork.step({}, [limit], factor=0.5, named=lambda _: named, **said)["a"]
    assert (free.amount, fixed.amount, fixed.due) == (days(15), days(30), named)


def test_the_lines_say_which_times_are_a_citizens(pingyao: Here) -> None:
    rights = {
        (line.key, limit.key)
        for line in pingyao.town.lines.values()
        for kind in line.kinds
        for limit in kind.procedure.limits
        if limit.right
    }
    assert {
        ("enforcement", "defence"), ("enforcement", "payment"),
        ("petitions", "review_window"), ("petitions", "re_review_window"),
    } <= rights  # fmt: skip


def test_limits_that_start_are_shortened_during_and_not_before_or_after(pingyao: Here) -> None:
    before = a_matter(pingyao, NOON - HOUR / 2)
    was = clock(before, "receive")
    event = switched_on(pingyao)
    assert clock(before, "receive") == was, "people were told that due time"
    during = a_matter(pingyao, NOON + timedelta(minutes=1))
    do(pingyao, event, "switch_off", NOON + 2 * HOUR, reason="解除")
    left = clock(during, "receive")
    after = a_matter(pingyao, NOON + 3 * HOUR)
    assert [clock(n, "receive").amount.n for n in (before, during, after)] == [2, 1, 2]
    assert clock(during, "receive") == left
    assert not ledger.verify().faults


def test_the_page_of_a_case_says_that_and_by_what_its_time_was_shortened(pingyao: Here) -> None:
    before = a_matter(pingyao, NOON - HOUR / 2)
    event = switched_on(pingyao)
    during = a_matter(pingyao, NOON + timedelta(minutes=1))
    assert (clock(during, "receive").mode, clock(during, "receive").usual) == (event, 2)
    desk = client_of(pingyao, "receiver")
    page = desk.get(f"/case/{during}").content.decode()
    assert re.search(rf'平时 2\w+），依据 <a href="/case/{event}">{event}</a>', page)
    assert event not in desk.get(f"/case/{before}").content.decode()


def test_only_the_lines_named_are_touched_and_never_its_own(pingyao: Here) -> None:
    switched_on(pingyao, lines=["patrol"])
    assert clock(a_matter(pingyao, NOON), "receive").amount.n == 2
    task = actions.report(
        line="events", kind="task", answers={"description": "备泵"}, by=pingyao.hats("leader"), now=NOON,
        key=a_key(), channel="counter",
    )  # fmt: skip
    assert clock(task.number, "task").amount == hours(4)


def test_a_line_that_does_not_exist_is_refused(pingyao: Here) -> None:
    with pytest.raises(Refused) as refused:
        prepared(pingyao, lines=["nonsense"])
    assert refused.value.fields == {"lines": "mistake.not_in_table"}


def test_a_correction_and_an_adjustment_hold_at_once(pingyao: Here) -> None:
    event = switched_on(pingyao)
    do(pingyao, event, "adjust", NOON, reason="升级", factor=0.25)
    assert clock(a_matter(pingyao, NOON), "receive").amount.n == 0.5
    do(pingyao, event, "adjust", NOON, reason="缓和", grade="four")
    assert clock(a_matter(pingyao, NOON), "receive").amount.n == 0.5, "what is left out stays"


def test_another_process_sees_the_switch(pingyao: Here) -> None:
    assert modes.current(NOON) is None
    elsewhere = dict(modes._kept)  # what another process remembers
    event = switched_on(pingyao)
    modes._kept.clear()
    modes._kept.update(elsewhere)
    stamp.forget()  # its second is over
    on = modes.current(NOON)
    assert on is not None
    assert on.number == event
    do(pingyao, event, "switch_off", NOON + HOUR, reason="解除")
    modes._kept[pingyao.town.code] = (elsewhere.get(pingyao.town.code, (0, ()))[0], (on,))
    stamp.forget()
    assert modes.current(NOON + HOUR) is None


def test_a_note_or_a_task_gives_no_new_stamp(pingyao: Here) -> None:
    event = switched_on(pingyao)
    was = stamp.read()
    do(pingyao, event, "note", NOON, remark="到岗")
    do(pingyao, event, "assign", NOON, task="备泵")
    assert stamp.read() == was


def test_what_is_forgotten_ends_by_itself_with_the_ticker_or_without(pingyao: Here) -> None:
    event = switched_on(pingyao, lasts=2 * HOUR)
    late = NOON + 2 * HOUR + timedelta(seconds=1)
    assert modes.current(NOON + 2 * HOUR) is not None
    assert modes.current(late) is None
    assert clock(a_matter(pingyao, late), "receive").amount.n == 2
    ticker.tick(NOON + 5 * HOUR)
    row = store.case_by("number", event)
    assert row is not None
    assert row.state == "off"
    assert not reports(late), "no report of an event that is over"


def test_a_second_event_is_refused_while_one_is_on(pingyao: Here) -> None:
    switched_on(pingyao)
    other = prepared(pingyao)
    with pytest.raises(Refused, match=r"guard\.mode_is_on"):
        do(pingyao, other, "switch_on", NOON, reason="x", until=(NOON + HOUR).isoformat(), measures="y")


def test_a_report_is_opened_at_each_full_hour_and_once(pingyao: Here) -> None:
    at = NOON + timedelta(minutes=10)
    event = switched_on(pingyao, at)
    opened = [situations.open_due(now=at + n * timedelta(minutes=10)) for n in range(13)]
    assert opened == [0] * 5 + [1] + [0] * 5 + [1] + [0], "13:00 and 14:00, local time"
    assert situations.open_due(now=at + 9 * HOUR) == 1, "after an outage only the present hour"
    do(pingyao, event, "switch_off", at + 9 * HOUR, reason="解除")
    assert situations.open_due(now=at + 11 * HOUR) == 0
    assert len(reports(at + 11 * HOUR)) == 3


def test_the_interval_is_the_events_own(pingyao: Here) -> None:
    switched_on(pingyao, every=6)
    opened = [n for n in range(25) if situations.open_due(now=NOON + n * HOUR)]
    assert opened == [2, 8, 14, 20], "six hours from 08:00 local time on"


@pytest.fixture
def busy(pingyao: Here) -> tuple[Here, datetime]:
    """An hour with something of everything: open, late, ended, a task late, one not yet placed."""
    a_matter(pingyao, NOON - 3 * HOUR)
    switched_on(pingyao)
    for n in range(4):
        a_matter(pingyao, NOON + n * timedelta(minutes=5), urgency="critical" if n else "normal")
    number = a_matter(pingyao, NOON + HOUR / 2)
    actions.take(
        case=number,
        verb="withdraw",
        by=actions.reporter(number, sealing.secret_of(number))[0],
        now=NOON + HOUR / 2,
        key=a_key(),
    )
    actions.report(
        line="events", kind="task", answers={"description": "备泵", "due_by": (NOON + HOUR / 2).isoformat()},
        by=pingyao.hats("leader"), now=NOON, key=a_key(), channel="counter",
    )  # fmt: skip
    at = NOON + HOUR
    ticker.tick(at)
    return pingyao, at


def told_rows(here: Here, row: dict[str, Any], lang: str) -> str:
    return rows.told(
        here.town, "events", row, lang, lambda code: router.current(here.town.code).name(code, lang)
    )


def counted_again(here: Here, at: datetime, since: datetime) -> dict[str, int]:
    """The same figures from the entries alone, as far as they had come at that moment."""
    names = ("open", "late", "supervised", "fresh", "ended", "tasks_open", "tasks_late")
    said = dict.fromkeys(names, 0)
    for number, case in store.fetch("SELECT number, id FROM cases_case ORDER BY id", []):
        entries = [e for e in store.entries_of(int(case)) if e.at <= at]
        row = store.case_by("number", number)
        if row is None or not entries or (row.line == "events" and row.kind != "task"):
            continue
        told = ledger.fold(entries)
        over = here.town.kind(row.line, row.kind).procedure.end
        ended, late = entries[-1].to in over, bool(entries[-1].due and entries[-1].due < at)
        if row.line == "events":
            said["tasks_open"] += not ended
            said["tasks_late"] += not ended and late
            continue
        said["open"] += not ended
        said["late"] += not ended and late
        said["supervised"] += not ended and bool(told.get("supervised"))
        said["fresh"] += entries[0].at > since
        said["ended"] += ended and entries[-1].at > since
    return said


def test_a_reports_figures_are_what_the_entries_say(busy: tuple[Here, datetime]) -> None:
    here, at = busy
    (report,) = reports(at)
    row = store.case_by("number", report.number)
    assert row is not None
    said = msgspec.json.decode(row.answers)
    again = counted_again(here, at, datetime.fromisoformat(said["since"]))
    assert {name: said.get(name, 0) for name in again} == again
    assert again["late"]
    assert (again["ended"], again["tasks_late"], again["fresh"]) == (1, 1, 4)
    assert datetime.fromisoformat(said["since"]) == NOON
    matters = next(row for row in said["by_kind"] if row["kind"] == "appeals/matter")
    assert told_rows(here, matters, "zh").startswith(
        f"群众诉求·诉求：在办{matters['open']}，超时{matters['late']}，"
    )
    assert told_rows(here, matters, "en").startswith(f"Residents' matters·Matter: {matters['open']} open, ")
    village = next(row for row in said["by_village"] if row["place"] == "330110110001")
    assert told_rows(here, village, "en").endswith((" red light", " yellow light", " green light"))
    a_matter(here, at + HOUR / 2)
    situations.open_due(now=at + HOUR)
    row = store.case_by("number", reports(at + HOUR)[0].number)
    assert row is not None
    later = msgspec.json.decode(row.answers)
    assert later["fresh"] == 1, "since the report before"


def test_lists_that_were_written_as_sentences_are_still_read() -> None:
    spec = next(spec for spec in fields_of(Situation) if spec.name == "by_kind")
    old = present.answer(
        cast(Visit, None), "events", "by_kind", ["群众诉求·诉求：在办1", "信访·信访事项：在办2"], spec
    )
    assert old.value == "群众诉求·诉求：在办1\n信访·信访事项：在办2"


def test_the_review_counts_the_whole_event(busy: tuple[Here, datetime]) -> None:
    _, at = busy
    found = figures.drawn(since=NOON, now=at)
    matters = next(c for c in found.counts if (c.line, c.kind) == ("appeals", "matter"))
    assert (matters.fresh, matters.ended, matters.hours) == (4, 1, 0.0)
    assert matters.expired >= 3


@pytest.mark.parametrize("on", [False, True])
def test_reporting_costs_no_more_queries_in_event_mode(
    pingyao: Here, django_assert_max_num_queries: Any, on: bool
) -> None:
    if on:
        switched_on(pingyao)
    a_matter(pingyao, NOON)
    with django_assert_max_num_queries(6):
        a_matter(pingyao, NOON)


def test_the_command_room_shows_the_event_and_lets_the_leader_switch(pingyao: Here, client: Any) -> None:
    event = prepared(pingyao)
    client.force_login(Account.objects.get(pk=pingyao.post("leader").holders[0]))
    page = client.get("/room").content.decode()
    assert f"/case/{event}/switch_on" in page
    assert "mode-on" not in page
    switched = switched_on(pingyao, clock_of_town.now() - HOUR)
    actions.keep(
        line="events", register="group", by=pingyao.hats("leader"), now=NOON, key=a_key(), place=pingyao.town.code,
        answers={"name": "抢险救援组", "part": "rescue", "head": "leader", "members": ["leader", "admin"]},
    )  # fmt: skip
    do(pingyao, switched, "assign", clock_of_town.now(), task="备好抽水泵")
    situations.open_due(now=clock_of_town.now())
    do(pingyao, switched, "adjust", clock_of_town.now(), reason="升级", grade="two")
    page = client.get("/room/part/mode").content.decode()
    for said in (
        "mode-on",
        "战时状态",
        "二级",
        "备好抽水泵",
        "抢险救援组",
        f"/case/{switched}/switch_off",
        "下次情况报告",
    ):
        assert said in page
    english = client.get("/room/part/mode", headers={"accept-language": "en"}).content.decode()
    assert "Switch off" in english
    assert "：" not in english, "signs between words are the reader's language's"
    do(pingyao, switched, "switch_off", clock_of_town.now(), reason="解除")
    assert "mode-on" not in client.get("/room").content.decode()


def test_a_village_sees_that_it_is_on_but_has_no_button(pingyao: Here, client: Any) -> None:
    switched_on(pingyao, clock_of_town.now() - HOUR)
    post = next(
        p for p in people.current().open if p.level == "village" and p.holders and p.roles & {"supervisor"}
    )
    client.force_login(Account.objects.get(pk=post.holders[0]))
    page = client.get("/room/part/mode").content.decode()
    assert "台风示例" in page
    assert "switch_off" not in page


def test_the_roster_goes_round_the_clock_and_the_room_knows_whom_to_call(pingyao: Here) -> None:
    event = switched_on(pingyao)
    post = pingyao.post("duty-officer")
    said = {"post": post.key, "start": NOON.isoformat(), "shifts": 4, "hours": 12}
    do(pingyao, event, "roster", NOON, **said)
    do(pingyao, event, "roster", NOON, **said)
    assert Roster.objects.count() == 4, "the same shifts again change nothing"
    calls = [room.on_duty_now(place=pingyao.town.code, now=NOON + n * 12 * HOUR) for n in range(4)]
    assert all(len(call) == 1 and call[0].post == post for call in calls)
    assert [call[0].until for call in calls] == [NOON + (n + 1) * 12 * HOUR for n in range(4)]
    with pytest.raises(Refused) as refused:
        do(pingyao, event, "roster", NOON, **{**said, "post": "nobody"})
    assert refused.value.fields == {"post": "refusal.no_such_post"}


def test_the_room_names_whom_to_call_with_a_roster_and_without(pingyao: Here, client: Any) -> None:
    officer = pingyao.post("duty-officer")
    person = people.current().account(officer.holders[0])
    assert person is not None
    client.force_login(Account.objects.get(pk=pingyao.post("leader").holders[0]))
    page = client.get("/room").content.decode()
    assert f"<span>{person.display}</span>" in page, "without a roster whoever holds the post"
    now = clock_of_town.now()
    other = pingyao.post("leader").holders[0]
    roster.put(place=pingyao.town.code, post=officer.id, account=other, start=now - HOUR, end=now + HOUR)
    page = client.get("/room").content.decode()
    assert f"<span>{person.display}</span>" not in page
    assert "至 <time" in page, "and until when"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"factor": "nothing"}, "names answers that nothing asks for"),
        ({"limit": "prepared"}, "needs a limit of its state alone that ends by a move"),
        ({"reports": "task"}, "needs reports that the system may raise"),
        ({"groups": "nobody"}, "names tasks or groups that are not there"),
    ],
)
def test_a_mode_that_does_not_fit_is_not_loaded(wrong: dict[str, str], said: str) -> None:
    event = LINE.kind("event")
    assert event.mode is not None
    other = replace(event, mode=replace(event.mode, **wrong))
    line = replace(LINE, kinds=(other, *LINE.kinds[1:]))
    assert line.faults() == [f"event: event mode {said}"]
    assert not LINE.faults()
