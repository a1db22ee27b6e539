"""Whoever is accused or conflicted neither sees a case nor acts on it: on any page, address, export, search or feed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from gridtown.api.front import as_line
from gridtown.api.live import Hub, Listener, Seat, as_json
from gridtown.cases import actions, ledger, queries, store
from gridtown.cases.actions import knowing, telling
from gridtown.cases.models import Bar, Notice
from gridtown.kernel.answering import Answers
from gridtown.kernel.line import Kind, Line
from gridtown.kernel.told import Actor, Refused
from gridtown.lines.petitions import LINE
from gridtown.people import snapshot as people
from gridtown.people.matrix import hand_over
from gridtown.people.models import Account, Holding, Post
from gridtown.people.scope import visible
from gridtown.places import stamp
from gridtown.web.urls import urlpatterns
from tests.browsing import client_of
from tests.calling import Api
from tests.conftest import NOON, Here
from tests.test_api_scope import _photo, reads

VILLAGE = "330110110001"
CLEARED = ("leader", "supervisor", "handler-civil")  # who could see a petition of this village
OFFICE, ONE, TWO, CHECK = "bars-office", "bars-one", "bars-two", "bars-check"
ROLES = {OFFICE: "petition_office", ONE: "petition_unit", TWO: "petition_unit", CHECK: "petition_reviewer"}
SAID = {
    "request": "查处",
    "category": "conduct",
    "contact_name": "举报人某甲",
    "contact_phone": "13800009999",
}


@pytest.fixture
def desk(pingyao: Here) -> Here:
    """Pingyao with a petition office, two units and a reviewer; each post has one person."""
    cache.clear()
    Post.objects.filter(key__contains="petitions").update(closed=NOON)  # those of the town's sheet
    for rank, (key, role) in enumerate(ROLES.items(), 5000):
        post = Post.objects.create(
            town=pingyao.town.code, key=key, name_zh=key, name_en=key, roles=[role], place=pingyao.town.code,
            lines=["petitions"], covers=[pingyao.town.code], level="town", clearance=3, rank=rank,
        )  # fmt: skip
        account = Account.objects.create(username=f"{key}-person", display=key)
        Holding.objects.create(post=post, account=account, since=datetime(2020, 1, 1, tzinfo=UTC))
    stamp.bump(pingyao.town.code)
    return pingyao


@dataclass
class Petition:
    """A petition that can be recognised in any answer."""

    id: int
    number: str
    secret: str
    word: str
    photo: str
    head: str
    place: str
    line: str = "petitions"

    def told_in(self, text: str) -> list[str]:
        """What of it appears in a text."""
        marks = (self.word, self.number, self.photo, self.head, self.secret, "举报人某甲", "13800009999")
        return [mark for mark in marks if mark and mark in text]

    @property
    def row(self) -> store.Row:
        """As it stands now."""
        found = store.case_by("id", self.id)
        assert found is not None
        return found


def petition(here: Here, *accused: str, n: int = 1, photo: str = "", **more: Any) -> Petition:
    """A petition with a point in the village, handed in through the office."""
    word = f"mark-petition-{n}"
    said = {**SAID, "title": word, "description": f"{word} text", "accused": list(accused), **more}
    said |= {"photos": [photo]} if photo else {}
    told = actions.report(
        line="petitions", kind="petition", answers=said, by=here.hats(OFFICE), now=NOON, key=f"petition-{n}",
        channel="counter", point=actions.Point(*here.inside(VILLAGE)),
    )  # fmt: skip
    row = store.case_by("id", told.id)
    assert row is not None
    return Petition(told.id, told.number, told.secret, word, photo, row.head, row.place)


def do(here: Here, case: Petition, verb: str, post: str, **answers: Any) -> actions.Taken:
    """One move of whoever holds a post."""
    return actions.take(
        case=case.id, verb=verb, by=here.hats(post), now=NOON, key=f"{verb}-{case.row.version}-{post}", answers=answers
    )  # fmt: skip


def told_all_posts(here: Here, case: Petition) -> None:
    """Notices from before anybody knew who is accused."""
    Notice.objects.bulk_create(
        Notice(town=here.town.code, case_id=case.id, entry_id=1, post_id=post.id, about="arrived", at=NOON)
        for post in people.current().posts
    )


def pages(case: Petition) -> list[str]:
    """Every page of the site, with the case in its places."""
    given = {
        "<str:place>": VILLAGE, "<str:number>": case.number, "<slug:verb>": "note", "<str:sha>": case.photo,
        "<slug:name>": "board", "<str:key>": "petitions.received", "<str:year>": "2026", "<slug:line>": "petitions",
        "<slug:register>": "route", "<int:record>": "1", "<slug:key>": OFFICE,
    }  # fmt: skip
    found = []
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        for name, value in given.items():
            path = path.replace(name, value)
        found.append(f"/{path}")
    searched = (
        [f"/desk?view={view}" for view in ("mine", "open", "late", "all")]
        + [f"/desk?view=all&{ask}" for ask in (f"q={case.word}", f"q={case.number}", "line=petitions")]
        + [f"/desk.csv?{ask}" for ask in ("line=petitions", f"q={case.word}", "view=all")]
        + [f"/map.json?bbox=119.5,30.0,120.5,30.9&zoom={zoom}" for zoom in (5, 12, 15, 20)]
        + [f"/room/{VILLAGE}/part/{part}" for part in ("board", "feed", "burning", "counts")]
        + ["/room/part/feed", "/indicators/petitions.received?year=2026&part=of"]
    )
    return [*found, *searched]


@pytest.mark.slow
@pytest.mark.parametrize("accused", CLEARED)
def test_the_accused_meet_it_on_no_page_and_no_address(desk: Here, accused: str) -> None:
    photo = _photo(Api(desk, "dispatcher"), 10, 200)
    kept = petition(desk, accused, photo=photo)
    told_all_posts(desk, kept)
    other = next(post for post in CLEARED if post != accused)
    seen: dict[str, set[str]] = {accused: set(), other: set()}
    for post in seen:
        browser, api = client_of(desk, post), Api(desk, post)
        for path in pages(kept):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            text = b"".join(answer) if answer.streaming else answer.content
            told = kept.told_in(text.decode("utf-8", "replace"))
            if [mark for mark in told if mark not in path]:  # a page may repeat what it was asked for
                seen[post].add(path)
        for path, query in reads(kept):  # type: ignore[arg-type]
            answer = api.get(path, **query)
            assert answer.status_code in (200, 404), (path, query)
            if kept.told_in(answer.content.decode("utf-8", "replace") + str(answer.headers)):
                seen[post].add(f"api/{path} {query}")
    assert seen[accused] == set()
    assert len(seen[other]) > 25, f"the walk met it hardly anywhere: {sorted(seen[other])}"
    assert any(path.startswith("/desk.csv") for path in seen[other])


@pytest.mark.parametrize("accused", CLEARED)
def test_the_accused_change_nothing_and_ask_nothing_out(desk: Here, accused: str, tmp_path: Path) -> None:
    kept, free = petition(desk, accused), petition(desk, n=2)
    before, api, browser = kept.row, Api(desk, accused), client_of(desk, accused)
    for verb in desk.town.kind("petitions", "petition").procedure.verbs:
        said = api.post(f"cases/{kept.number}/moves/{verb}")
        assert (said.status_code, said.json()["type"]) == (404, "urn:gridtown:not_found"), verb
        assert browser.post(f"/case/{kept.number}/{verb}", {"_key": verb, "_version": "1"}).status_code == 404
    many = api.post("moves", {"verb": "note", "cases": [kept.id, free.id], "answers": {"remark": "x"}})
    assert many.json()["results"][0]["type"] == "urn:gridtown:not_found"
    said = api.post(f"cases/{kept.id}/unseal", {"fields": ["contact_name"], "reason": "why not"})
    assert said.status_code == 404
    for tail in ("unseal", "put-right", "erase"):
        form = {"_reason": "想知道是谁", "_key": tail, "fields": "contact_name", "field": "contact_name"}
        assert browser.post(f"/case/{kept.number}/{tail}", form).status_code == 404
    bulk = browser.post("/desk/bulk", {"verb": "note", "case": [str(kept.id)], "remark": "x", "_key": "bulk"})
    assert kept.told_in(bulk.content.decode()) == []
    hats = desk.hats(accused)
    for ask in (
        lambda: actions.unseal(case=kept.id, fields=["contact_name"], reason="x", by=hats, now=NOON, key="u"),
        lambda: actions.correct(case=kept.id, changes={}, reason="x", by=hats, now=NOON, key="c"),
        lambda: actions.erase(case=kept.id, reason="x", by=hats, now=NOON, key="e"),
        lambda: actions.take(
            case=kept.number, verb="note", by=hats, now=NOON, key="n", answers={"remark": "x"}
        ),
    ):
        with pytest.raises(Refused, match="not_found"):
            ask()
    assert kept.row == before
    to = tmp_path / "out.csv"
    with (tmp_path / "said").open("w") as said_to:
        call_command(
            "export", "cases", to=to, person=hats[0].person, line="petitions", kind="petition", stdout=said_to
        )
    assert kept.told_in(to.read_text("utf-8")) == []
    assert free.number in to.read_text("utf-8")


def test_numbers_on_boards_and_maps_leave_it_out(desk: Here) -> None:
    scopes = {post: visible(desk.hats(post)) for post in CLEARED}
    petition(desk, "leader")
    box = (119.5, 30.0, 120.5, 30.9)
    for post, open_now in (("leader", 0), ("supervisor", 1)):
        scope = scopes[post]
        assert queries.counts(scope=scope, now=NOON)["open"] == open_now
        assert sum(v.open for v in queries.board(scope=scope, now=NOON)) == open_now
        found = queries.map_view(scope=scope, box=box, zoom=5, now=NOON)
        assert sum(c.count for c in found.clusters) + len(found.cases) == open_now
        assert sum(queries.open_by_post(scope=scope).values()) == open_now
        assert len(queries.feed(scope=scope, after=0, now=NOON)[0]) == open_now


def test_the_live_feed_hands_it_to_nobody_it_is_kept_from(desk: Here) -> None:
    hub = Hub({"json": as_json, "html": as_line})
    scopes = {post: visible(desk.hats(post)) for post in ("leader", "supervisor")}
    seats = {post: Seat(Listener(1, scope), 0) for post, scope in scopes.items()}
    kept = petition(desk, "leader")
    _, events, _, frames, bars = hub._news(0, [seat.who for seat in seats.values()])
    for seat in seats.values():
        hub._hand(seat, events, frames, bars)
    hub.stop()
    assert [kept.number.encode() in b"".join(seat.waiting) for seat in seats.values()] == [False, True]
    assert b"bars" not in b"".join(seats["supervisor"].waiting), (
        "who is accused is told to nobody by the feed"
    )


def test_whoever_declares_an_interest_is_out_and_the_case_goes_on_to_another(desk: Here) -> None:
    case = petition(desk)
    do(desk, case, "route", OFFICE, nature="accusation", to=ONE)
    assert case.row.holder_id == desk.post(ONE).id
    do(desk, case, "recuse", ONE, reason="亲属")
    assert case.row.holder_id == desk.post(TWO).id
    assert Notice.objects.filter(case_id=case.id, post_id=desk.post(TWO).id, about="arrived").exists()
    with pytest.raises(Refused, match="not_found"):
        do(desk, case, "take_up", ONE, answer="我来")
    with pytest.raises(Refused) as refused:
        do(desk, case, "transfer", OFFICE, to=ONE)
    assert refused.value.fields == {"to": "refusal.post_barred"}
    do(desk, case, "recuse", TWO, reason="同学")
    assert case.row.holder_id == desk.post("supervisor").id, (
        "nobody is left to handle it: whoever supervises them"
    )
    assert ledger.verify().faults == ()


def test_the_bar_follows_the_person_out_of_the_post_and_stays_on_the_post(desk: Here) -> None:
    case = petition(desk, "supervisor")
    old = desk.post("supervisor").holders[0]
    new = desk.post("handler-civil").holders[0]
    hand_over(post=desk.post("supervisor").id, to=new, now=NOON)
    hand_over(post=desk.post("leader").id, to=old, now=NOON)
    for account in (old, new):
        hats = people.current().hats(account)
        assert queries.case(number=case.number, scope=visible(hats), hats=hats, now=NOON) is None
        with pytest.raises(Refused, match="not_found"):
            actions.take(case=case.id, verb="note", by=hats, now=NOON, key="n", answers={"remark": "x"})


def test_a_post_that_only_barred_people_hold_is_passed_over(desk: Here) -> None:
    one = desk.post(ONE).holders[0]
    hand_over(post=desk.post(TWO).id, to=one, now=NOON)
    case = petition(desk, ONE)
    do(desk, case, "route", OFFICE, nature="accusation")
    assert case.row.holder_id == desk.post("supervisor").id


def test_a_late_case_is_told_to_no_superior_who_is_accused(desk: Here) -> None:
    case = petition(desk, "supervisor")
    actions.fall_due(now=NOON + timedelta(days=40))
    told = Notice.objects.filter(case_id=case.id).values_list("post_id", "about")
    assert (desk.post("leader").id, "escalated") in told
    assert desk.post("supervisor").id not in {post for post, _ in told}
    assert telling.outgoing(after=0) == (), "a group reads along"


def test_who_turns_out_to_be_accused_loses_it_at_once(desk: Here) -> None:
    case = petition(desk)
    do(desk, case, "route", OFFICE, nature="accusation", to=ONE)
    do(desk, case, "keep_from", OFFICE, posts=[ONE, "leader"], reason="反映内容涉及")
    assert case.row.holder_id == desk.post(TWO).id
    assert set(Bar.objects.values_list("post_id", flat=True)) == {desk.post(ONE).id, desk.post("leader").id}
    with pytest.raises(Refused, match="form_invalid"):
        do(desk, case, "keep_from", OFFICE, posts=["nobody"], reason="x")


def test_a_wrong_name_is_put_right_unless_a_move_has_named_it_too(desk: Here) -> None:
    case = petition(desk, "leader", "supervisor")
    do(desk, case, "keep_from", OFFICE, posts=["supervisor"], reason="确认")
    actions.correct(
        case=case.id, changes={"accused": ["handler-civil"]}, reason="填错", by=desk.hats(OFFICE), now=NOON, key="c"
    )  # fmt: skip
    left = set(Bar.objects.values_list("post_id", flat=True))
    assert left == {desk.post("supervisor").id, desk.post("handler-civil").id}
    assert case.row.answers.count("sealed") == 2, "personal answers stay sealed"
    assert ledger.verify().faults == ()
    with pytest.raises(Refused, match="form_invalid"):
        actions.correct(
            case=case.id,
            changes={"contact_name": "某乙"},
            reason="x",
            by=desk.hats(OFFICE),
            now=NOON,
            key="d",
        )


def test_what_comes_of_a_case_is_kept_from_the_same_posts(desk: Here) -> None:
    first, second = petition(desk, "leader"), petition(desk, "supervisor", n=2)
    do(desk, second, "merge", OFFICE, into=first.number)
    for post in ("leader", "supervisor"):
        assert queries.listing(scope=visible(desk.hats(post)), now=NOON).rows == ()
    do(desk, first, "route", OFFICE, nature="accusation", to=ONE)
    do(desk, first, "take_up", ONE, answer="已接收")
    do(desk, first, "answer", ONE, answer="属实，已处理")
    actor, case = actions.reporter(first.number, first.secret)
    actions.take(
        case=case,
        verb="rate",
        by=actor,
        now=NOON,
        key="rate",
        answers={"office": "fair", "unit": "dissatisfied"},
    )
    (review,) = store.fetch("SELECT id, confidential FROM cases_case WHERE kind = 'review'", [])
    assert set(Bar.objects.filter(case_id=review[0]).values_list("post_id", flat=True)) == {
        desk.post("leader").id, desk.post("supervisor").id
    }  # fmt: skip
    assert review[1] == 3
    assert ledger.verify().faults == ()


def test_the_same_persons_next_petition_does_not_tell_of_the_first(desk: Here) -> None:
    petition(desk, "leader", id_number="330000190001010009")
    again = petition(desk, n=2, id_number="330000190001010009")
    other = petition(desk, n=3, id_number="330000190001010010")
    assert not msgspec.json.decode(again.row.answers)["first"]
    seen = {row.number for row in queries.listing(scope=visible(desk.hats("leader")), now=NOON).rows}
    assert seen == {other.number}


def test_the_ledger_notices_a_bar_that_was_taken_away(desk: Here) -> None:
    case = petition(desk, "leader")
    Bar.objects.all().delete()
    assert "bars" in ledger.verify().faults[0].what
    assert "bars" in ledger.case_fault(case.id)


def test_any_post_of_the_town_may_be_the_one_it_is_about(desk: Here) -> None:
    browser = client_of(desk, OFFICE)
    page = browser.get("/work/report?kind=petitions/petition").content.decode()
    for key in ("leader", f"village-{VILLAGE}-secretary", f"grid-{VILLAGE}001"):
        assert f'<option value="{key}"' in page
    form = {**SAID, "_kind": "petitions/petition", "_key": "web-1", "description": "x", "place": VILLAGE,
            "accused": ["leader", f"village-{VILLAGE}-secretary"], "_channel": "counter"}  # fmt: skip
    assert browser.post("/work/report", form).status_code in (200, 302)
    assert Bar.objects.count() == 2


def test_the_accused_do_not_take_it_down(desk: Here) -> None:
    with pytest.raises(Refused, match=r"guard\.accused_may_not"):
        petition(desk, OFFICE)


def test_a_guard_is_not_told_of_a_case_that_is_kept_from_whoever_moves(desk: Here) -> None:
    case = petition(desk, ONE)
    kind = desk.town.kind("petitions", "petition")

    def told(post: str) -> object:
        by = next(hat for hat in desk.hats(post) if hat.post == post)
        doing = knowing.doing(
            desk.town,
            kind,
            "petitions",
            "report",
            by=by,
            now=NOON,
            said=Answers({}, {}, {}),
            form=kind.intake,
        )
        return doing.case(case.number)

    assert told(OFFICE) is not None
    assert told(ONE) is None


def test_readers_without_clearance_pay_nothing_and_others_one_look_at_a_small_index(desk: Here) -> None:
    petition(desk, "leader")
    assert "cases_bar" not in visible(desk.hats("dispatcher")).sql()[0]
    said, params = visible(desk.hats("leader")).sql("c")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id FROM cases_case c WHERE {said}", params)
        assert cursor.fetchall() == []


def test_only_what_not_everybody_reads_may_keep_posts_out() -> None:
    kind = LINE.kinds[0]
    open_kind = Kind(
        kind.key, intake=kind.intake, procedure=kind.procedure, number=kind.number, confidential="internal",
        raised_by=kind.raised_by, derive=kind.derive,
    )  # fmt: skip
    assert any("keep posts out" in fault for fault in Line(owner="x", kinds=(open_kind,)).faults())
    assert not any("keep posts out" in fault for fault in LINE.faults())
    outsider = Actor("p", "nowhere", frozenset({"leader"}), "330110110", clearance=4)
    assert visible((outsider,)).held == frozenset()
